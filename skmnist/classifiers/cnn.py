"""The convolutional networks as a classifier."""

from skmnist._sklearn import StrOptions
from skmnist._storable import storable
from skmnist.classifiers._torch import BaseTorchClassifier
from skmnist.classifiers.presets import preset
from skmnist.networks import ARCHITECTURES


@storable
class MnistCNNClassifier(BaseTorchClassifier):
    """A convolutional network for small grey images.

    Trains with mini-batches, by default with stochastic gradient descent, Nesterov momentum
    and a one-cycle learning rate, on randomly distorted images. What is minimised is the mean
    cross-entropy + ``l1``·Σ|w| + (``l2``/2)·Σw², over all weights but neither over biases nor
    over normalisation.

    Parameters
    ----------
    architecture : {"fast", "small", "wide", "compact", "lenet5", "vgg"} or callable, \
            default="fast"
        The network. "fast" has three convolutions and 174,202 parameters on 28×28 images and 10
        classes; "small" is narrower (52,794), "wide" wider (391,402); "compact" has nine, a
        global average pooling and 8,286 parameters; "lenet5" is LeNet-5 (107,786), "vgg" a
        network of many tutorials (887,530). A callable of (image_shape, n_outputs, dropout)
        returns a ``torch.nn.Module`` that maps float images (B, 1, H, W) to logits (B,
        n_outputs); n_outputs is 1 for two classes. Its ``nn.Dropout`` layers draw from the
        estimator's own generator; other layers that draw random numbers use torch's global one.
    l1 : float, default=0.0
        Strength of the penalty on the absolute values of the weights, at least 0.
    l2 : float, default=5e-4
        Strength of the penalty on half the squares of the weights, at least 0: what torch
        calls weight decay. With ``optimizer="adamw"`` the decay is decoupled from the
        gradient, as that optimiser has it.
    dropout : float, default=0.0
        Probability of dropping an activation while training, from 0 to less than 1. Weight
        decay and augmentation regularise these networks enough.
    label_smoothing : float, default=0.1
        Share of the target's probability that is spread evenly over all classes, from 0 to
        less than 1. It costs nothing and lowers the error; the probabilities become less
        extreme.
    augmentation : {"auto", "mild", "affine", "strong"}, callable or None, default="auto"
        Random distortion of the training images: "affine" rotates by up to 10°, scales by up
        to 10 %, shifts by up to 7 % of the side and shears by up to 15 %; "mild" rotates by up
        to 8°, scales by up to 5 % and shifts by up to 3.6 % of the side, which suits a small
        network; "strong" by up to 15°, 15 %, 10 % and 25 %, for a large one and
        many epochs; "auto" is "affine" for images of at least 8×8, and None below, where there
        is nothing to distort. A callable of (images, generator) maps raw float images
        (B, 1, H, W) to distorted ones, and draws from the ``torch.Generator`` only; see
        `skmnist.augmentation.RandomAffine`.
    test_time_augmentation : int, default=0
        Number of distorted copies of each image that are predicted with it; their logits are
        averaged. Four take five times the time. They spare a network some errors that was
        trained on distorted images for many epochs; others they may cost some. The distortions
        are those of "affine", the same for all images and in every call. What is recorded of
        validation images while training is without.
    optimizer : {"sgd", "adam", "adamw", "rmsprop"} or callable, default="sgd"
        A callable is a class like ``torch.optim.NAdam``, or a ``functools.partial`` of one.
    learning_rate : float, default=0.1
        The largest learning rate of the schedule. The default suits "sgd"; the others want
        about 0.001 to 0.005.
    momentum : float, default=0.9
        Nesterov momentum of "sgd", from 0 to less than 1; unused by other optimisers.
    learning_rate_schedule : {"one_cycle", "cosine", "step", "reduce_on_plateau", \
            "constant"} or callable, default="one_cycle"
        "one_cycle" warms up from 1/25 of the learning rate in a quarter of the steps, then
        falls to zero, both along a cosine; "cosine" only falls; "step" divides by ten after
        each third of the epochs; "reduce_on_plateau" halves after three epochs without
        progress. See `skmnist.schedules` for variants of these and for callables.
    max_epochs : int, "auto", "short" or "long", default="auto"
        Number of epochs. "auto" is 16 from 60,000 images on, and more for fewer images, in
        inverse proportion to the root of their number, up to 50; "short" is likewise 1 to 20,
        and "long" 30 to 100.
    batch_size : int, default=128
        Images per step.
    scaling : {"standard", "max_abs"} or None, default="standard"
        What is done to pixels first, all of them alike. "standard" subtracts the training
        pixels' mean and divides by their standard deviation; "max_abs" divides by their
        largest absolute value, which for 8-bit images is pixels / 255; None takes pixels as
        they are.
    early_stopping : bool, default=False
        Whether to stop when the accuracy on validation images has not improved for
        ``n_iter_no_change`` epochs, and to go back to the best epoch's weights. Where no
        validation set is given to ``fit``, ``validation_fraction`` of the training set is set
        aside, stratified by class. The schedule does not know of it, so it is "constant" that
        profits most.
    validation_fraction : float, default=0.1
        Share of the training set held out with ``early_stopping``.
    n_iter_no_change : int, default=10
        Epochs without progress before an early stop.
    class_weight : dict, "balanced" or None, default=None
        What the classes count, by label; "balanced" is in inverse proportion to their
        frequency. Only ratios matter: weights are divided by their mean.
    image_shape : tuple of int, default=None
        Height and width of the images in pixels. By default that of X if it has three or four
        dimensions, else a square, padded where the number of features is no square number.
    device : str or torch.device, default="cpu"
        Where to compute; "cuda" for a GPU.
    precision : {"auto", "float32", "bfloat16"}, default="auto"
        Arithmetic of training; "auto" is bfloat16 (mixed with float32 where needed) on
        processors that have it in hardware, on which it halves the time. Predictions are
        always made in float32.
    n_threads : int, default=None
        CPU threads of torch, set for the length of a call. By default torch's own setting,
        but 1 inside a thread or a daemonic process, where something else uses the other
        cores. The number changes the rounding of sums, so fix it to get the same bits on
        machines of different size or under a different ``n_jobs``.
    warm_start : bool, default=False
        Whether ``fit`` goes on from the weights of the last call.
    callbacks : list of skorch callbacks, default=None
        Given to the net, as shallow copies: what they hold stays the user's own.
        `skmnist.callbacks.ProgressBar` is one.
    random_state : int, RandomState instance or None, default=None
        Seeds initial weights, shuffles, augmentation and dropout. An int gives the same bits
        in every call, in every process, and for every order of the same training rows.
    verbose : int, default=0
        1 prints a line per epoch, 2 shows a progress bar.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    history_ : list of dict
        One record per epoch: ``epoch`` (from 1), ``train_loss`` and ``train_accuracy`` (means
        over the epoch's batches as they were trained on: augmented, and by the network of that
        moment), ``valid_loss`` and ``valid_accuracy`` (at the end of the epoch, if there are
        validation images), ``learning_rate`` (at the start of the epoch) and ``seconds``.
        Losses are cross-entropies with label smoothing, without penalties.
    image_shape_ : tuple of int
        Height and width of the images.
    mean_, scale_ : float
        What is subtracted from pixels, and what they are divided by then: by default the mean
        and standard deviation of all training pixels.
    module_ : torch.nn.Module
        The fitted network.
    n_features_in_ : int
        Number of pixels of an image.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.
    n_iter_ : int
        Number of epochs trained.
    net_ : skorch.NeuralNetClassifier
        The skorch net that was trained.

    See Also
    --------
    sklearn.neural_network.MLPClassifier : Dense networks, trained without torch.
    skmnist.fetch_mnist : Load MNIST.

    Notes
    -----
    Pickles hold NumPy arrays in place of torch tensors, so pickle, joblib and
    `skmnist.save_model` work across devices, and training goes on to the bit with
    ``partial_fit`` after loading.

    The one-cycle schedule is from [1]_, label smoothing from [2]_.

    References
    ----------
    .. [1] L. N. Smith and N. Topin, "Super-convergence: very fast training of neural networks
       using large learning rates", 2017, arXiv:1708.07120.
    .. [2] C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, "Rethinking the Inception
       architecture for computer vision", 2015, arXiv:1512.00567.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.model_selection import train_test_split
    >>> from skmnist import MnistCNNClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    >>> clf = MnistCNNClassifier(max_epochs=10, random_state=0).fit(X_train, y_train)
    >>> bool(clf.score(X_test, y_test) > 0.95)
    True
    """

    _parameter_constraints = {
        **BaseTorchClassifier._parameter_constraints,
        "architecture": [StrOptions(set(ARCHITECTURES)), callable],
    }

    def __init__(
        self,
        *,
        architecture="fast",
        l1=0.0,
        l2=5e-4,
        dropout=0.0,
        label_smoothing=0.1,
        augmentation="auto",
        test_time_augmentation=0,
        optimizer="sgd",
        learning_rate=0.1,
        momentum=0.9,
        learning_rate_schedule="one_cycle",
        max_epochs="auto",
        batch_size=128,
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
        self.architecture = architecture
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

    @classmethod
    def from_preset(cls, name, **overrides):
        """Return a classifier with the parameters of a recipe.

        Parameters
        ----------
        name : {"quick", "default", "best"}
            "quick" has 99 % of MNIST's test images right after seconds of training; "default" is
            the same as no parameters and takes a minute; "best" takes several for a little more.
            `skmnist.classifiers.PRESETS` shows what they set.
        **overrides
            Parameters that are to be different.

        Returns
        -------
        classifier : MnistCNNClassifier
            Not yet fitted, with ordinary parameters.

        Raises
        ------
        ValueError
            If there is no such preset.
        TypeError
            If there is no such parameter.

        Examples
        --------
        >>> from skmnist import MnistCNNClassifier
        >>> MnistCNNClassifier.from_preset("quick", random_state=0).architecture
        'small'
        """
        return cls(**preset(name) | overrides)

    def _network_params(self):
        return {"architecture": self.architecture, "dropout": self.dropout}

    @staticmethod
    def _build_network(image_shape, n_outputs, architecture, dropout):
        build = architecture if callable(architecture) else ARCHITECTURES[architecture]
        return build(image_shape, n_outputs, dropout)
