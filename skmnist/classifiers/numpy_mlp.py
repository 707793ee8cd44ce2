"""The dense network in pure NumPy as a classifier."""

import copy
from itertools import pairwise
from numbers import Integral, Real

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skmnist._data.pixels import to_float
from skmnist._sklearn import Interval, StrOptions
from skmnist._storable import storable
from skmnist.classifiers._base import BaseImageClassifier
from skmnist.classifiers._numpy_epochs import run_epochs
from skmnist.numpy_mlp.augmentation import RandomShiftRotation
from skmnist.numpy_mlp.batches import PixelScaling, ordered_batches, shuffled_batches
from skmnist.numpy_mlp.initialization import INITIALIZATIONS
from skmnist.numpy_mlp.layers import Dropout, Linear, ReLU
from skmnist.numpy_mlp.losses import LOSSES
from skmnist.numpy_mlp.network import Network
from skmnist.numpy_mlp.optimizers import OPTIMIZERS
from skmnist.numpy_mlp.penalties import Penalty
from skmnist.numpy_mlp.training import Trainer, outputs_in_blocks


@storable
class NumpyMLPClassifier(BaseImageClassifier):
    """A dense network in pure NumPy.

    The network has linear layers with ReLU between them, and is trained with mini-batches.
    Training minimises the mean loss + ``l1``·Σ|w| + (``l2``/2)·Σw². The sums are over all
    weights, but not over biases. The classifier is made of the small classes of
    `skmnist.numpy_mlp`, which can be read and used alone.

    Parameters
    ----------
    hidden_layer_sizes : int or array-like of int, default=(100,)
        Number of units of each hidden layer. With ``()`` the classifier is linear.
    loss : {"cross_entropy", "squared_error"}, default="cross_entropy"
        The loss that is minimised. The network has one output per class. "cross_entropy" takes
        the softmax of the outputs. "squared_error" is half the squared distance between the
        outputs and the targets. The target is 1 for the true class and 0 for the others.
    initialization : {"he", "uniform"} or callable, default="he"
        How weights are drawn. "he" draws from a normal distribution with the variance 2 / number
        of inputs of the layer. "uniform" draws between -0.1 and 0.1. A function is called for
        each layer as ``initialization(n_inputs, n_outputs, rng, dtype)`` and returns its
        weights, such as `skmnist.numpy_mlp.he_normal`. Biases start at zero.
    bias : bool, default=True
        Whether units have biases.
    l1 : float, default=0.0
        Strength of the penalty on the absolute values of the weights, at least 0.
    l2 : float, default=0.0
        Strength of the penalty on half the squares of the weights, at least 0.
    dropout : float, default=0.0
        Probability of dropping a hidden unit's output while training, from 0 to less than 1.
    shift : float, default=0.0
        Largest random shift of a training image, as a share of its height and width. For 28
        pixels, 0.07 is two pixels. Each epoch draws new shifts.
    rotation : float, default=0.0
        Largest random rotation of a training image, in degrees. Each epoch draws new rotations.
    optimizer : {"adam", "momentum", "sgd"}, default="adam"
        The optimiser. "sgd" is plain gradient descent. "momentum" adds classical momentum.
    learning_rate : float, default=0.001
        The learning rate. The default suits "adam". "sgd" needs about 0.1, "momentum" about
        0.01.
    momentum : float, default=0.9
        Momentum of "momentum", from 0 to less than 1. Other optimisers ignore it.
    max_epochs : int or "auto", default="auto"
        Number of epochs. "auto" means 20 epochs for 60,000 images or more. For fewer images the
        number grows in inverse proportion to the root of their number, up to 200.
    batch_size : int, default=128
        Images per step. If the last batch would have less than half the size, its images join
        the batch before it.
    shuffle : bool, default=True
        Whether each epoch goes through the images in a new random order. With False all epochs
        have the order of the data, and then the result depends on this order.
    scaling : {"standard", "max_abs"} or None, default="standard"
        How pixels are scaled before training. All pixels are treated alike. "standard"
        subtracts the mean of the training pixels and divides by their standard deviation.
        "max_abs" divides by their largest absolute value. For 8-bit images this is usually
        pixels / 255. None leaves pixels as they are.
    dtype : {"float32", "float64"}, default="float32"
        Precision of all arithmetic. "float64" takes about twice the time.
    early_stopping : bool, default=False
        Whether to stop if the accuracy on validation images has not improved for
        ``n_iter_no_change`` epochs. The classifier then takes the weights of the best epoch. If
        ``fit`` is given no validation set, ``validation_fraction`` of the training set is set
        aside, stratified by class.
    validation_fraction : float, default=0.1
        Share of the training set that is held out with ``early_stopping``.
    n_iter_no_change : int, default=10
        Number of epochs without progress before an early stop.
    class_weight : dict, "balanced" or None, default=None
        The weight of each class, by label. "balanced" gives each class a weight in inverse
        proportion to its frequency. Only ratios matter, because weights are divided by their
        mean.
    warm_start : bool, default=False
        Whether ``fit`` goes on from the weights of the last call.
    random_state : int, RandomState instance or None, default=None
        Seed of initial weights, shuffles, augmentation and dropout. An int gives the same bits
        in every call, in every process, and (with ``shuffle=True``) for every order of the same
        training rows.
    verbose : int, default=0
        1 prints one line per epoch. 2 shows a progress bar.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    coefs_ : list of ndarray of shape (n_inputs, n_outputs)
        Weights of each linear layer.
    history_ : list of dict
        One record per epoch.

        - ``epoch`` counts from 1.
        - ``train_loss`` and ``train_accuracy`` are means over the batches of the epoch. Each
          batch is measured as it is trained on: distorted, and with the network of that moment.
        - ``valid_loss`` and ``valid_accuracy`` are measured at the end of the epoch, if there
          are validation images.
        - ``learning_rate`` is the rate of the epoch.
        - ``seconds`` is the time of the epoch.

        Losses are without penalties.
    image_shape_ : tuple of int or None
        Height and width of the images. None if X is two-dimensional and the number of features
        is no square number.
    intercepts_ : list of ndarray of shape (n_outputs,)
        Biases of each linear layer. The list is empty with ``bias=False``.
    layers_ : list of layers
        `Linear`, `ReLU` and `Dropout`, in the order of the data.
    mean_, scale_ : float
        Pixels become ``(pixels - mean_) / scale_``.
    n_features_in_ : int
        Number of pixels of an image.
    feature_names_in_ : ndarray of shape (``n_features_in_``,)
        Names of the features, if X has names and all of them are strings.
    n_iter_ : int
        Number of epochs trained.
    network_ : skmnist.numpy_mlp.Network
        The fitted network.
    pixel_min_, pixel_max_ : float
        The smallest and the largest pixel in training. They tell the scale of the pixels, such as
        0 to 255, 16 or 1.

    See Also
    --------
    sklearn.neural_network.MLPClassifier : Dense networks, with other solvers and activations.
    skmnist.MnistCNNClassifier : A convolutional network, more accurate on images.

    Notes
    -----
    The original papers are [1]_ for the gradients, [2]_ for the initialisation "he", [3]_ for
    dropout and [4]_ for "adam".

    References
    ----------
    .. [1] D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by
       back-propagating errors", Nature 323, 1986.
    .. [2] K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing
       human-level performance on ImageNet classification", 2015, arXiv:1502.01852.
    .. [3] N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov,
       "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014.
    .. [4] D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", 2014,
       arXiv:1412.6980.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.model_selection import train_test_split
    >>> from skmnist import NumpyMLPClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    >>> clf = NumpyMLPClassifier(max_epochs=30, random_state=0).fit(X_train, y_train)
    >>> bool(clf.score(X_test, y_test) > 0.95)
    True
    >>> clf.layers_[0].weight.shape
    (64, 100)

    A very simple network has no biases, the squared error, and one image per step:

    >>> clf = NumpyMLPClassifier(
    ...     hidden_layer_sizes=40, loss="squared_error", initialization="uniform", bias=False,
    ...     optimizer="sgd", learning_rate=0.005, batch_size=1, scaling="max_abs",
    ...     max_epochs=5, random_state=0,
    ... )
    >>> bool(clf.fit(X_train, y_train).score(X_test, y_test) > 0.9)
    True
    """

    _trained_attribute = "network_"
    _budgets = {"auto": (20, 200)}
    _pads_images = False
    # what a subclass may replace
    _activation = ReLU
    _dropout = Dropout
    _losses = LOSSES

    _parameter_constraints = {
        **BaseImageClassifier._parameter_constraints,
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "loss": [StrOptions(set(LOSSES))],
        "initialization": [StrOptions(set(INITIALIZATIONS)), callable],
        "bias": ["boolean"],
        "l1": [Interval(Real, 0, None, closed="left")],
        "l2": [Interval(Real, 0, None, closed="left")],
        "shift": [Interval(Real, 0, None, closed="left")],
        "rotation": [Interval(Real, 0, None, closed="left")],
        "optimizer": [StrOptions(set(OPTIMIZERS))],
        "shuffle": ["boolean"],
        "dtype": [StrOptions({"float32", "float64"})],
    }

    def __init__(
        self,
        *,
        hidden_layer_sizes=(100,),
        loss="cross_entropy",
        initialization="he",
        bias=True,
        l1=0.0,
        l2=0.0,
        dropout=0.0,
        shift=0.0,
        rotation=0.0,
        optimizer="adam",
        learning_rate=0.001,
        momentum=0.9,
        max_epochs="auto",
        batch_size=128,
        shuffle=True,
        scaling="standard",
        dtype="float32",
        early_stopping=False,
        validation_fraction=0.1,
        n_iter_no_change=10,
        class_weight=None,
        warm_start=False,
        random_state=None,
        verbose=0,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.loss = loss
        self.initialization = initialization
        self.bias = bias
        self.l1 = l1
        self.l2 = l2
        self.dropout = dropout
        self.shift = shift
        self.rotation = rotation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.scaling = scaling
        self.dtype = dtype
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.class_weight = class_weight
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose

    # -- training

    def _train(self, data, epochs, seed, *, continued, one_epoch, tasks):
        """Train on checked data: the one place where that happens."""
        resumed = continued and one_epoch
        # copies, should this call fail
        rng = copy.deepcopy(self._rng) if resumed else self._make_rng(seed)
        augment = self._make_augmentation(data.image_shape, rng)
        shapes = self._layer_shapes(data.train.X.shape[1], data.n_classes)
        network = self._build_network(shapes, rng, continued=continued)
        trainer = Trainer(
            network,
            self._losses[self.loss](),
            self._make_optimizer(copy.deepcopy(self._optimizer) if resumed else None),
            Penalty(float(self.l1), float(self.l2)),
        )
        history = run_epochs(self, trainer, data, epochs, rng, augment, tasks)
        return self._fitted(trainer, rng), history

    def _make_rng(self, seed):
        """Return the source of all random numbers of a fit."""
        return np.random.default_rng(seed)

    def _make_batches(self, rows, batch_size, rng):
        """Yield the rows of each batch of an epoch."""
        make = shuffled_batches if self.shuffle else ordered_batches
        return make(rows, batch_size, rng)

    def _fitted(self, trainer, rng):
        """Return the attributes that training sets."""
        return {
            "network_": trainer.network,
            "_fitted_loss": self.loss,
            "_optimizer": trainer.optimizer,
            "_rng": rng,
        }

    def _layer_shapes(self, n_inputs, n_outputs):
        """Return the shapes of the linear layers' weights."""
        hidden = np.atleast_1d(self.hidden_layer_sizes)
        if hidden.ndim != 1 or not all(
            isinstance(size, Integral) and size > 0 for size in hidden.tolist()
        ):
            raise ValueError(
                "hidden_layer_sizes must be integers of at least 1, got "
                f"{self.hidden_layer_sizes!r}."
            )
        return list(pairwise([n_inputs, *hidden.tolist(), n_outputs]))

    def _build_network(self, shapes, rng, *, continued):
        """Return the network for the current parameters, trained so far if continued."""
        if continued:
            weights = [weight.astype(self.dtype) for weight in self.coefs_]
            biases = [bias.astype(self.dtype) for bias in self.intercepts_]
            if [weight.shape for weight in weights] != shapes or bool(biases) != self.bias:
                raise ValueError(
                    "Training cannot go on: hidden_layer_sizes or bias has changed since the "
                    "last fit. Change it back, or fit a new estimator."
                )
        else:
            draw = self.initialization
            draw = draw if callable(draw) else INITIALIZATIONS[draw]
            weights = [draw(*shape, rng, self.dtype) for shape in shapes]
            biases = [np.zeros(size, self.dtype) for _, size in shapes] if self.bias else []
        layers = []
        for index, weight in enumerate(weights):
            if index > 0:
                layers.append(self._activation())
                if self.dropout:
                    layers.append(self._dropout(float(self.dropout), rng))
            bias = biases[index] if biases else None
            layers.append(Linear(weight, bias, input_gradient=index > 0))
        return Network(layers)

    def _make_optimizer(self, previous):
        """Return the optimiser for the current parameters: the previous if it is one."""
        cls = OPTIMIZERS[self.optimizer]
        optimizer = previous if type(previous) is cls else cls()
        # floats: a NumPy scalar of float64 would make all arithmetic float64
        optimizer.learning_rate = float(self.learning_rate)
        if self.optimizer == "momentum":
            optimizer.momentum = float(self.momentum)
        return optimizer

    def _make_augmentation(self, image_shape, rng):
        """Return a function that distorts images that come as rows; None if not wanted."""
        if not self.shift and not self.rotation:
            return None
        if image_shape is None:
            raise ValueError(
                f"shift and rotation need images, but {self.n_features_in_} features are no "
                "square. Pass X as (n_samples, height, width), or set both to 0."
            )
        distort = RandomShiftRotation(shift=float(self.shift), rotation=float(self.rotation))

        def augment(pixels):
            return distort(pixels.reshape(-1, *image_shape), rng).reshape(pixels.shape)

        return augment

    @property
    def _float_dtype(self):
        return self.dtype

    # -- predicting

    def _outputs(self, X):
        X = self._check_X(X)
        X = X if X.dtype == np.uint8 else to_float(X, self.network_.dtype.name)
        scaling = PixelScaling(self.mean_, self.scale_, self.network_.dtype)
        # what overflows is predicted as well as may be
        with np.errstate(over="ignore", invalid="ignore"):
            return outputs_in_blocks(self.network_, X, scaling)

    def decision_function(self, X):
        """Return the network's outputs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), (n_samples, height, width) or \
                (n_samples, 1, height, width)
            Images.

        Returns
        -------
        scores : ndarray of shape (n_samples, n_classes) or (n_samples,)
            With two classes this is the difference of the two outputs, positive for
            ``classes_[1]``. The dtype is that of the network.
        """
        outputs = self._outputs(X)
        return outputs[:, 1] - outputs[:, 0] if len(self.classes_) == 2 else outputs

    def predict_proba(self, X):
        """Return the probability of each class.

        With the cross-entropy the probabilities are the softmax of the outputs. With the squared
        error they are the probabilities nearest to the outputs. These are often exactly 0 or 1.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), (n_samples, height, width) or \
                (n_samples, 1, height, width)
            Images.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
            Columns are in the order of ``classes_``. The dtype is that of the network.
        """
        outputs = self._outputs(X)
        return self._losses[self._fitted_loss].probabilities(outputs)

    def _exported(self):
        """Return a torch module that does all that ``predict_proba`` does."""
        from skmnist._engine.exported import dense_pipeline

        if self._fitted_loss != "cross_entropy":
            raise ValueError(
                f"A network trained with loss={self._fitted_loss!r} cannot be exported; one with "
                "loss='cross_entropy' can."
            )
        if not {type(layer) for layer in self.layers_} <= {Linear, ReLU, Dropout}:
            raise ValueError(
                f"Only linear layers, ReLU and dropout can be exported, not {self.layers_!r}."
            )
        return dense_pipeline(self.coefs_, self.intercepts_, self.mean_, self.scale_)

    # -- looking inside

    @property
    def layers_(self):
        """The fitted network's layers."""
        return self.network_.layers

    @property
    def coefs_(self):
        """The weights of each linear layer."""
        return self.network_.coefs

    @property
    def intercepts_(self):
        """The biases of each linear layer. The list is empty without biases."""
        return self.network_.intercepts

    def count_parameters(self):
        """Return the number of parameters of the fitted network.

        Returns
        -------
        n_parameters : int
            How many numbers training changed.
        """
        check_is_fitted(self)
        return self.network_.parameters.size

    def _layers(self):
        if not self._is_trained():
            return None
        # a layer without weights has as many outputs as the one before it
        rows, n_outputs = [], self.n_features_in_
        for number, layer in enumerate(self.layers_, start=1):
            arrays = [getattr(layer, name, None) for name in ("weight", "bias")]
            if arrays[0] is not None:
                n_outputs = arrays[0].shape[1]
            n_parameters = sum(array.size for array in arrays if array is not None)
            rows.append((f"{type(layer).__name__}-{number}", (n_outputs,), n_parameters))
        return rows
