"""The augmentation of a published program that trains a network first without it, then with it."""

from skorch.callbacks import Callback

from skmnist._storable import storable


@storable
class AugmentationFrom(Callback):
    """Distort the training images from a given epoch on.

    Parameters
    ----------
    epoch : int
        The first epoch with distorted images. The first of all is 1.
    augmentation : callable
        As ``augmentation`` of the classifiers, which must be None there.
    """

    def __init__(self, epoch, augmentation):
        self.epoch = epoch
        self.augmentation = augmentation

    def __repr__(self):
        return f"AugmentationFrom({self.epoch!r}, {self.augmentation!r})"

    def on_train_begin(self, net, **kwargs):
        net.iterator_train__augmentation = self

    def on_epoch_begin(self, net, **kwargs):
        self.is_on_ = len(net.history) >= self.epoch

    def __call__(self, images, generator):
        """Distort a batch, or leave it as it is."""
        return self.augmentation(images, generator) if self.is_on_ else images
