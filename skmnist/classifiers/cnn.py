"""The convolutional networks as a classifier."""

from skmnist._sklearn import StrOptions
from skmnist._storable import storable
from skmnist.classifiers._torch import BaseTorchClassifier
from skmnist.classifiers.presets import preset
from skmnist.networks import ARCHITECTURES


@storable
class MnistCNNClassifier(BaseTorchClassifier):
    """A convolutional network for small grey images.

    The network is trained with mini-batches of randomly distorted images. By default the
    optimiser is stochastic gradient descent with Nesterov momentum and a one-cycle learning
    rate. It minimises the mean cross-entropy + ``l1``·Σ|w| + (``l2``/2)·Σw². The sums are over
    all weights, but not over biases or parameters of a normalisation.

    Parameters
    ----------
    architecture : {"fast", "small", "coarse", "wide", "compact", "lenet5", "vgg"} or callable, \
            default="fast"
        The network. Numbers of parameters are for 28×28 images and 10 classes.

        - "fast" has three convolutions (273,370 parameters).
        - "small" is narrower (52,794), "wide" is wider (391,402).
        - "coarse" looks at every third pixel's surroundings only, and is the fastest (58,362).
        - "compact" has nine convolutions and a global average pooling (8,286).
        - "lenet5" is LeNet-5 (61,706).
        - "vgg" is a network of many tutorials (887,530).

        A callable of (image_shape, n_outputs, dropout) returns a ``torch.nn.Module``. This
        module maps float images (B, 1, H, W) to logits (B, n_outputs). For two classes
        n_outputs is 1. Its ``nn.Dropout`` layers draw from the estimator's own generator.
        Other layers that draw random numbers use torch's global generator. Maps are laid out
        with the channels last: use ``flatten`` or ``reshape`` on them, not ``view``.
    l1 : float, default=0.0
        Strength of the penalty on the absolute values of the weights, at least 0.
    l2 : float, default=3e-4
        Strength of the penalty on half the squares of the weights, at least 0. Torch calls
        this weight decay. With "adamw" and "muon" the decay is decoupled from the gradient.
    dropout : float, default=0.0
        Probability of dropping an activation while training, from 0 to less than 1. The default
        is 0, because weight decay and augmentation regularise these networks enough.
    label_smoothing : float, default=0.05
        Share of the target's probability that is spread evenly over all classes, from 0 to
        less than 1. It lowers the error and takes no time. It also makes the network less
        certain than it should be. ``predict_proba`` undoes that: see ``temperature_``.
    augmentation : {"auto", "mild", "affine", "strong", "strongest", "photometric", \
            "affine_photometric", "strong_photometric"}, callable or None, default="auto"
        Random distortion of the training images.

        - "affine" rotates by up to 10°, scales by up to 10 %, shifts by up to 7 % of the side,
          and shears by up to 15 %.
        - "mild" rotates by up to 8°, scales by up to 5 %, and shifts by up to 3.6 % of the
          side. It suits a small network.
        - "strong" rotates by up to 15°, scales by up to 15 %, shifts by up to 10 % of the side,
          and shears by up to 25 %. It suits a large network and many epochs.
        - "strongest" rotates by up to 20°, scales by up to 25 %, shifts by up to 10 % of the side,
          and shears by up to 35 %. It also bends the strokes of a quarter of the images, and
          makes those of another quarter thicker or thinner. It suits few images and hundreds of
          epochs.
        - "photometric" gives a fifth of the images a fault that pictures have: light behind the
          digit, blur, noise, lines, spots and others. The network then reads such images too.
          See `skmnist.augmentation.RandomPhotometric`.
        - "affine_photometric" is "affine", and gives a fifth of the images such a fault.
          "strong_photometric" is "strong", and does the same.
        - "auto" is "affine_photometric" for fewer than 40 epochs, "strong" for fewer than 150, and
          "strongest" for more, because images that are seen more often can be distorted more.
          With ``max_epochs="auto"`` the fewer images are therefore distorted more. Images smaller
          than 8×8 are not distorted.

        A callable of (images, generator) maps raw float images (B, 1, H, W) to distorted
        images. It draws from the ``torch.Generator`` only. See
        `skmnist.augmentation.RandomAffine`.
    test_time_augmentation : int or "auto", default="auto"
        Number of distorted copies that are predicted together with each image. Their logits are
        averaged. With two copies a prediction takes three times as long. They make a network
        better that was trained on distorted images: on MNIST they lower the log-loss by a tenth,
        and avoid a few errors. Other networks may make more errors with them. Copies are
        pairs of opposite distortions [4]_ like those of "affine", and are the same for all
        images and in every call. The records of validation images in ``history_`` are made
        without copies. "auto" means 2 copies, and 8 after 40 epochs or more, because they help
        most if there were few images. It means none for images smaller than 16×16, and if
        ``augmentation`` is not "auto".
    optimizer : {"sgd", "adam", "adamw", "rmsprop", "muon"} or callable, default="sgd"
        The optimiser. "muon" [5]_ makes the steps of each hidden layer's weights orthogonal. It
        learns most in one or two epochs. After as many as the default has, "sgd" is as good, and
        its steps take less time. A callable is a class like ``torch.optim.NAdam``, or a
        ``functools.partial`` of one.
    learning_rate : float, default=0.1
        The largest learning rate of the schedule. The default suits "sgd". With "muon" 0.1 to 0.5
        is usual here. The other optimisers need about 0.001 to 0.005.
    momentum : float, default=0.9
        Nesterov momentum of "sgd" and "muon", from 0 to less than 1. Other optimisers ignore it.
    learning_rate_schedule : {"one_cycle", "cosine", "step", "reduce_on_plateau", \
            "constant"} or callable, default="one_cycle"
        How the learning rate changes while training.

        - "one_cycle" rises from 1/25 of the learning rate in a quarter of the steps, then falls
          to almost zero. Both ways follow a cosine.
        - "cosine" only falls.
        - "step" divides the rate by ten after each third of the epochs.
        - "reduce_on_plateau" halves the rate after more than three epochs without progress.
        - "constant" does not change it.

        See `skmnist.schedules` for variants of these and for callables.
    max_epochs : int, "auto", "shortest", "short" or "long", default="auto"
        Number of epochs. "auto" means 16 epochs for 60,000 images or more. For fewer images the
        number grows, up to 600: a sixteenth of the images has eight times the epochs. Images
        are new in each epoch, because they are distorted. For images smaller than 16×16, and
        without ``augmentation``, the number grows in inverse proportion to the root of the
        number of images only, up to 50. "short" means 1 to 20 epochs in the same way, and "long"
        means 30 to 100. "shortest" means 1 to 50. It is for large batches: the number grows
        faster than with the root.
    batch_size : int, "auto" or "large", default="auto"
        Images per step. If a remainder of at most half a batch is left at the end of an epoch, it
        joins the batch before. "auto" means 128, and 64 for 192 images or fewer. Those would
        otherwise be a single batch, and a single step an epoch teaches less. "large" means 256
        for 5,000 images or more, and the same as "auto" for fewer. It takes less time.
    batch_parts : int or "auto", default="auto"
        Number of parts of a batch that threads compute at the same time. Gradients of the parts
        are added, so the step is that of the whole batch. But batch normalisation takes the
        statistics of each part alone, which is known as ghost batch normalisation [3]_. The
        number therefore changes the model, and does not depend on ``n_threads`` or the machine.
        "auto" means 2 for batches of 128 images or more, and 1 for smaller ones, because a thread
        needs enough work. More parts than that are worth trying on a machine with more cores,
        together with larger batches. With 1, each batch is computed as a whole, by a plain
        ``backward()``. On a GPU this is always so.
    subsample : float, default=1.0
        Share of the training images that each epoch draws at random, more than 0 and at most 1.
        With less than 1 an epoch takes less time, and training may end within the first pass
        over the images.
    scaling : {"standard", "max_abs"} or None, default="standard"
        How pixels are scaled before training. All pixels are treated alike. "standard"
        subtracts the mean of the training pixels and divides by their standard deviation.
        "max_abs" divides by their largest absolute value. For 8-bit images this is usually
        pixels / 255. None leaves pixels as they are.
    early_stopping : bool, default=False
        Whether to stop if the accuracy on validation images has not improved for
        ``n_iter_no_change`` epochs. The classifier then takes the weights of the best epoch. If
        ``fit`` is given no validation set, ``validation_fraction`` of the training set is set
        aside, stratified by class. "constant" is the best schedule for it: "one_cycle", "cosine"
        and "step" plan with all epochs, and do not know that training may stop.
    validation_fraction : float, default=0.1
        Share of the training set that is held out with ``early_stopping``.
    n_iter_no_change : int, default=10
        Number of epochs without progress before an early stop.
    class_weight : dict, "balanced" or None, default=None
        The weight of each class, by label. "balanced" gives each class a weight in inverse
        proportion to its frequency. Only ratios matter, because weights are divided by their
        mean.
    image_shape : tuple of int, default=None
        Height and width of the images in pixels. By default this is the shape of the images in
        X, if X has three or four dimensions. Otherwise images are squares. If the number of
        features is no square number, each row is padded.
    device : str or torch.device, default="cpu"
        Where to compute. "cuda" means a GPU.
    precision : {"auto", "float32", "bfloat16"}, default="auto"
        Arithmetic of training. "auto" means bfloat16 if the processor or the GPU has it in
        hardware, and float32 otherwise. bfloat16 is mixed with float32 where necessary, and
        takes less time. Predictions are always made in float32.
    n_threads : int, default=None
        Number of CPU threads that compute at the same time. It changes the time of a call, and no
        bit of the result. Training uses at most ``batch_parts`` of them. By default this is
        torch's own setting. Inside a worker thread, a daemonic process or a forked process it is
        1, because the other cores are assumed to be busy.
    warm_start : bool, default=False
        Whether ``fit`` goes on from the weights of the last call.
    callbacks : list of skorch callbacks, default=None
        Callbacks for the net, which gets shallow copies of them. Objects inside a callback,
        such as a writer, are not copied. See `skmnist.callbacks`.
    random_state : int, RandomState instance or None, default=None
        Seed of initial weights, shuffles, augmentation and dropout. An int gives the same bits
        in every call, in every process, with any number of threads, and for every order of the
        same training rows.
    verbose : int, default=0
        1 prints one line per epoch. 2 shows a progress bar.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    history_ : list of dict
        One record per epoch.

        - ``epoch`` counts from 1.
        - ``train_loss`` and ``train_accuracy`` are means over the batches of the epoch. Each
          batch is measured as it is trained on: distorted, and with the network of that moment.
        - ``valid_loss`` and ``valid_accuracy`` are measured at the end of the epoch, if there
          are validation images.
        - ``learning_rate`` is the rate at the start of the epoch.
        - ``seconds`` is the time of the epoch.
        - ``temperature`` is what ``temperature_`` would be if training ended with this epoch.

        Losses are cross-entropies of calibrated probabilities: without label smoothing and
        without penalties.
    image_shape_ : tuple of int
        Height and width of the images.
    mean_, scale_ : float
        Pixels become ``(pixels - mean_) / scale_``. By default these are the mean and the standard
        deviation of all training pixels.
    module_ : torch.nn.Module
        The fitted network.
    n_features_in_ : int
        Number of pixels of an image.
    feature_names_in_ : ndarray of shape (``n_features_in_``,)
        Names of the features, if X has names and all of them are strings.
    n_iter_ : int
        Number of epochs trained.
    net_ : skorch.NeuralNetClassifier
        The skorch net that was trained.
    pixel_min_, pixel_max_ : float
        The smallest and the largest pixel in training. They tell the scale of the pixels, such as
        0 to 255, 16 or 1.
    temperature_ : float
        What the network's logits are divided by, so that label smoothing is undone. It is the
        one at which the loss of the last epoch's training images is smallest, each predicted
        before the network learned from it. It has a lower limit, because a network may know
        these images by heart. It is 1 if ``label_smoothing`` is 0.

    See Also
    --------
    sklearn.neural_network.MLPClassifier : Dense networks, trained without torch.
    skmnist.fetch_mnist : Load MNIST.

    Notes
    -----
    Pickles hold NumPy arrays instead of torch tensors. So pickle, joblib and
    `skmnist.save_model` work across devices. After loading, ``partial_fit`` goes on with the
    same bits as without the interruption.

    The one-cycle schedule is from [1]_, label smoothing from [2]_.

    References
    ----------
    .. [1] L. N. Smith and N. Topin, "Super-convergence: very fast training of neural networks
       using large learning rates", 2017, arXiv:1708.07120.
    .. [2] C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, "Rethinking the Inception
       architecture for computer vision", 2015, arXiv:1512.00567.
    .. [3] E. Hoffer, I. Hubara and D. Soudry, "Train longer, generalize better: closing the
       generalization gap in large batch training of neural networks", 2017, arXiv:1705.08741.
    .. [4] J. M. Hammersley and K. W. Morton, "A new Monte Carlo technique: antithetic variates",
       Mathematical Proceedings of the Cambridge Philosophical Society 52, 1956.
    .. [5] K. Jordan, "Muon: an optimizer for hidden layers in neural networks", 2024,
       https://kellerjordan.github.io/posts/muon.

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

    _learns_faults = True

    _parameter_constraints = {
        **BaseTorchClassifier._parameter_constraints,
        "architecture": [StrOptions(set(ARCHITECTURES)), callable],
    }

    def __init__(
        self,
        *,
        architecture="fast",
        l1=0.0,
        l2=3e-4,
        dropout=0.0,
        label_smoothing=0.05,
        augmentation="auto",
        test_time_augmentation="auto",
        optimizer="sgd",
        learning_rate=0.1,
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

    @classmethod
    def from_preset(cls, name, **overrides):
        """Return a classifier with the parameters of a preset.

        Parameters
        ----------
        name : {"instant", "quick", "default", "best"}
            On MNIST, "instant" reaches about 99 % accuracy on the test images in the least time,
            in less than one pass over the training images. "quick" takes a few seconds.
            "default" sets nothing, and takes a few minutes on two CPU cores. "best" takes three
            times as long, and is a little more accurate.
            `skmnist.classifiers.PRESETS` holds the parameters.
        **overrides
            Parameters that replace those of the preset.

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
