"""What "auto" decides: the fewer the images, the more epochs, and the stronger the distortion.

A few images can be learned by heart in a few epochs. Distorted images are new in each epoch, so
that more epochs teach more. And the more often an image is seen, the stronger it can be distorted:
a network that sees each image a few times only learns best from images that look like new ones.
All numbers were chosen on the last 10,000 training images of MNIST.
"""

from skmnist._data.numbers import plain
from skmnist.augmentation import AUGMENTATIONS

#: Smaller images are not distorted: their strokes would vanish.
SMALLEST_DISTORTED = 8

#: Smaller images have so little detail that more epochs teach nothing more.
SMALLEST_FOR_MANY_EPOCHS = 16

#: Epochs for 60,000 images and more, the most for few, and how fast their number grows.
MANY_EPOCHS = (16, 600, 3 / 4)

#: From so many epochs on, this is how images are distorted.
DISTORTIONS = {0: "affine", 40: "strong", 150: "strongest"}

#: From so many epochs on, so many copies of an image are predicted with it.
COPIES = {0: 2, 40: 8}


#: From so many images on, so many are in a batch. With 128, up to 192 images would be one batch.
#: With 256, a network of few epochs learns too little from a few thousand.
BATCH_SIZES = {"auto": {0: 64, 193: 128}, "large": {0: 64, 193: 128, 5_000: 256}}


def batch_size_for(batch_size, n_images):
    """Return how many images are in a batch, an int."""
    if isinstance(batch_size, str):
        return _at(BATCH_SIZES[batch_size], n_images)
    return plain(batch_size)


def gains_by_many_epochs(augmentation, image_shape):
    """Tell whether images are so distorted that hundreds of epochs pay."""
    return augmentation is not None and min(image_shape) >= SMALLEST_FOR_MANY_EPOCHS


def augmentation_for(image_shape, n_epochs, *, photometric):
    """Return how images of this shape are distorted, None if they are not.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width.
    n_epochs : int
        How often each image is seen.
    photometric : bool
        Whether the network can learn to read images with faults. Few images cannot teach that.
    """
    if min(image_shape) < SMALLEST_DISTORTED:
        return None
    name = _at(DISTORTIONS, n_epochs)
    if photometric and name == "affine":
        name = "affine_photometric"
    return AUGMENTATIONS[name]


def copies_for(augmentation, image_shape, n_epochs):
    """Return how many copies are predicted with an image by a network after these epochs.

    A network that was trained otherwise than "auto" says may make more errors with copies.
    """
    if augmentation != "auto" or min(image_shape) < SMALLEST_FOR_MANY_EPOCHS:
        return 0
    return _at(COPIES, n_epochs)


def _at(levels, n_epochs):
    return levels[max(start for start in levels if start <= n_epochs)]
