"""What a fit learns from: checked once, and not changed any more."""

from dataclasses import dataclass

import numpy as np

from skmnist._data.pixels import measure_pixels
from skmnist._data.rows import loss_weights, split_off, training_rows


@dataclass(frozen=True)
class Samples:
    """Rows of pixels, with their classes and weights.

    Attributes
    ----------
    X : ndarray of shape (n_samples, n_features), uint8, float32 or float64
        Pixels, never copied or changed: a read-only memory map serves as well.
    y : ndarray of int of shape (n_samples,)
        Indices into the classes.
    weights : ndarray of float32 or float64 of shape (n_samples,) or None
        Factors of the samples' losses; None if all are 1.
    rows : ndarray of int or None
        The samples that belong to the set, in their order and as often as they count; None
        stands for all.
    """

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None = None
    rows: np.ndarray | None = None

    def __len__(self):
        return len(self.X) if self.rows is None else len(self.rows)


@dataclass(frozen=True)
class TrainingData:
    """All that is trained on.

    Attributes
    ----------
    train : Samples
    validation : Samples or None
        Nothing is learned from them. Either rows of the same pixels that are held out, or
        other images.
    n_classes : int
    image_shape : tuple of int or None
        Height and width of the images; None if the rows are no images.
    mean, scale : float
        What is subtracted from pixels, and what they are divided by then.
    """

    train: Samples
    validation: Samples | None
    n_classes: int
    image_shape: tuple | None
    mean: float
    scale: float


def make_training_data(
    X,
    y,
    *,
    classes,
    image_shape,
    scaling,
    dtype="float32",
    sample_weight=None,
    class_weight=None,
    validation=None,
    held_out_fraction=None,
    seed=0,
):
    """Choose and order the rows to train on, weigh them, and measure their pixels.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), uint8, float32 or float64
    y : ndarray of int of shape (n_samples,)
        Indices into the classes.
    classes : ndarray of shape (n_classes,)
    image_shape : tuple of int or None
    scaling : {"standard", "max_abs"}, None or tuple of float
        A tuple is the mean and the scale, as they were measured before.
    dtype : {"float32", "float64"}, default="float32"
        Of the weights.
    sample_weight : ndarray of shape (n_samples,), default=None
    class_weight : dict, "balanced" or None, default=None
    validation : Samples, default=None
    held_out_fraction : float, default=None
        Share of the rows to set aside, if there is no other validation set.
    seed : int, default=0
        Of the choice of what is set aside.

    Returns
    -------
    data : TrainingData

    Raises
    ------
    ValueError
        If no row has a weight, or there are too few to set some aside.
    """
    rows, sample_weight = training_rows(X, y, sample_weight)
    if len(rows) == 0:
        raise ValueError("All sample weights are zero: there is nothing to learn from.")
    held_out = None
    if validation is None and held_out_fraction is not None:
        rows, held_out = split_off(rows, y, held_out_fraction, seed)
    if isinstance(scaling, tuple):
        mean, scale = scaling
    else:
        mean, scale = measure_pixels(X, rows, scaling)
    weights = loss_weights(y, rows, classes, sample_weight, class_weight)
    if weights is not None:
        weights = weights.astype(dtype)
    if held_out is not None:
        validation = Samples(X, y, weights, held_out)
    train = Samples(X, y, weights, rows)
    return TrainingData(train, validation, len(classes), image_shape, mean, scale)
