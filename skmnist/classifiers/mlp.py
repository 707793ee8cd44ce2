"""The dense networks as a classifier, trained with torch."""

from numbers import Integral

from skmnist._sklearn import Interval
from skmnist._storable import storable
from skmnist.classifiers._torch import BaseTorchClassifier
from skmnist.networks.mlp import MLP


@storable
class MnistMLPClassifier(BaseTorchClassifier):
    """A dense network for small grey images, or for any numbers.

    This is `MnistCNNClassifier` with dense layers and ReLU, initialised after He [1]_. Training
    minimises the mean cross-entropy + ``l1``·Σ|w| + (``l2``/2)·Σw². The sums are over all
    weights, but not over biases.

    Parameters
    ----------
    hidden_layer_sizes : tuple of int or int, default=(256, 256)
        Number of units of each hidden layer. An int means a single hidden layer, an empty
        tuple means none.
    l1 : float or tuple of float, default=0.0
        Strength of the penalty on the absolute values of the weights, at least 0. A tuple has
        one number for each layer with weights: the hidden layers and the output layer.
    l2 : float or tuple of float, default=1e-5
        Strength of the penalty on half the squares of the weights, at least 0. A tuple is as for
        ``l1``. ``l2(λ)`` of Keras is ``l2=2 * λ`` here.
    dropout : float or tuple of float, default=0.0
        Probability of dropping an activation while training, from 0 to less than 1. A tuple has
        one number for each hidden layer.
    label_smoothing : float, default=0.1
        Share of the target's probability that is spread evenly over all classes, from 0 to less
        than 1. ``predict_proba`` undoes what it does to probabilities; see `MnistCNNClassifier`.
    augmentation : {"auto", "mild", "affine", "strong", "strongest", "photometric", \
            "affine_photometric", "strong_photometric"}, callable or None, default="auto"
        Random distortion of the training images; see `MnistCNNClassifier`. "auto" never gives
        images a fault here, because a dense network would need far more epochs to read them.
    test_time_augmentation : int or "auto", default="auto"
        Number of distorted copies that are predicted together with each image; see
        `MnistCNNClassifier`.
    optimizer : {"sgd", "adam", "adamw", "rmsprop", "muon"} or callable, default="adam"
        The optimiser; see `MnistCNNClassifier`. A callable is a class like
        ``torch.optim.NAdam``, or a ``functools.partial`` of one.
    learning_rate : float, default=0.002
        The largest learning rate of the schedule. The default suits all but "sgd"
        and "muon".
    momentum : float, default=0.9
        Nesterov momentum of "sgd" and "muon", from 0 to less than 1. Other optimisers ignore it.
    learning_rate_schedule : {"one_cycle", "cosine", "step", "reduce_on_plateau", \
            "constant"} or callable, default="one_cycle"
        How the learning rate changes while training; see `MnistCNNClassifier`.
    max_epochs : int, "auto", "shortest", "short" or "long", default="auto"
        Number of epochs; see `MnistCNNClassifier`.
    batch_size : int, "auto" or "large", default="auto"
        Images per step; see `MnistCNNClassifier`.
    batch_parts : int or "auto", default="auto"
        Number of parts of a batch that threads compute at the same time; see
        `MnistCNNClassifier`.
    subsample : float, default=1.0
        Share of the training images that each epoch draws at random; see `MnistCNNClassifier`.
    scaling : {"standard", "max_abs"} or None, default="standard"
        How pixels are scaled before training. All pixels are treated alike. "standard"
        subtracts the mean of the training pixels and divides by their standard deviation.
        "max_abs" divides by their largest absolute value. For 8-bit images this is usually
        pixels / 255. None leaves pixels as they are.
    early_stopping : bool, default=False
        Whether to stop if the accuracy on validation images has not improved for
        ``n_iter_no_change`` epochs. The classifier then takes the weights of the best epoch.
    validation_fraction : float, default=0.1
        Share of the training set that is held out with ``early_stopping``.
    n_iter_no_change : int, default=10
        Number of epochs without progress before an early stop.
    class_weight : dict, "balanced" or None, default=None
        The weight of each class, by label; see `MnistCNNClassifier`.
    image_shape : tuple of int, default=None
        Height and width of the images in pixels. Only augmentation uses them.
    device : str or torch.device, default="cpu"
        Where to compute. "cuda" means a GPU.
    precision : {"auto", "float32", "bfloat16"}, default="auto"
        Arithmetic of training. Predictions are always made in float32.
    n_threads : int, default=None
        Number of CPU threads that compute at the same time; see `MnistCNNClassifier`.
    warm_start : bool, default=False
        Whether ``fit`` goes on from the weights of the last call.
    callbacks : list of skorch callbacks, default=None
        Callbacks for the net, which gets shallow copies of them. See `skmnist.callbacks`.
    random_state : int, RandomState instance or None, default=None
        Seed of initial weights, shuffles, augmentation and dropout.
    verbose : int, default=0
        1 prints one line per epoch. 2 shows a progress bar.

    Attributes
    ----------
    classes_, history_, image_shape_, mean_, scale_, module_, n_features_in_, \
            feature_names_in_, n_iter_, net_, pixel_min_, pixel_max_, temperature_
        See `MnistCNNClassifier`.

    See Also
    --------
    MnistCNNClassifier : Convolutional networks, with the same parameters.
    sklearn.neural_network.MLPClassifier : Dense networks, trained without torch.

    References
    ----------
    .. [1] K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing
       human-level performance on ImageNet classification", 2015, arXiv:1502.01852.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.model_selection import train_test_split
    >>> from skmnist import MnistMLPClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    >>> clf = MnistMLPClassifier(dropout=0.1, random_state=0).fit(X_train, y_train)
    >>> bool(clf.score(X_test, y_test) > 0.95)
    True
    """

    _parameter_constraints = {
        **BaseTorchClassifier._parameter_constraints,
        "hidden_layer_sizes": [tuple, list, Interval(Integral, 1, None, closed="left")],
        **{
            name: [*BaseTorchClassifier._parameter_constraints[name], tuple, list]
            for name in ("l1", "l2", "dropout")
        },
    }

    def __init__(
        self,
        *,
        hidden_layer_sizes=(256, 256),
        l1=0.0,
        l2=1e-5,
        dropout=0.0,
        label_smoothing=0.1,
        augmentation="auto",
        test_time_augmentation="auto",
        optimizer="adam",
        learning_rate=0.002,
        momentum=0.9,
        learning_rate_schedule="one_cycle",
        max_epochs="auto",
        batch_size="auto",
        batch_parts="auto",
        subsample=1.0,
        scaling="standard",
        early_stopping=False,
        validation_fraction=0.1,
        n_iter_no_change=10,
        class_weight=None,
        image_shape=None,
        device="cpu",
        precision="auto",
        n_threads=None,
        warm_start=False,
        callbacks=None,
        random_state=None,
        verbose=0,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.l1 = l1
        self.l2 = l2
        self.dropout = dropout
        self.label_smoothing = label_smoothing
        self.augmentation = augmentation
        self.test_time_augmentation = test_time_augmentation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.learning_rate_schedule = learning_rate_schedule
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.batch_parts = batch_parts
        self.subsample = subsample
        self.scaling = scaling
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.class_weight = class_weight
        self.image_shape = image_shape
        self.device = device
        self.precision = precision
        self.n_threads = n_threads
        self.warm_start = warm_start
        self.callbacks = callbacks
        self.random_state = random_state
        self.verbose = verbose

    def _network_params(self):
        sizes = self.hidden_layer_sizes
        sizes = (sizes,) if isinstance(sizes, Integral) else tuple(sizes)
        if not all(isinstance(size, Integral) and size > 0 for size in sizes):
            raise ValueError(
                "hidden_layer_sizes must be integers of at least 1, one for each hidden layer; "
                f"got {self.hidden_layer_sizes!r}."
            )
        if isinstance(self.dropout, tuple | list) and len(self.dropout) != len(sizes):
            raise ValueError(
                f"dropout must be a number, or a tuple of {len(sizes)}, one for each hidden "
                f"layer; got {self.dropout!r}."
            )
        return {"hidden_layer_sizes": sizes, "dropout": self.dropout}

    @staticmethod
    def _build_network(image_shape, n_outputs, hidden_layer_sizes, dropout):
        return MLP(image_shape, n_outputs, hidden_layer_sizes, dropout)
