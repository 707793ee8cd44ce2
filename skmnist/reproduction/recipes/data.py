"""Which images a recipe trains on, and which it is judged by."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from skmnist.datasets import fetch_mnist


class Images(NamedTuple):
    """Images and their labels."""

    X: np.ndarray
    y: np.ndarray


class Split(NamedTuple):
    """What a fit gets: to learn from, to watch, and to be tested on."""

    train: Images
    validation: Images | None
    test: Images


_N_TEST = 10_000


@dataclass(frozen=True)
class Data:
    """Rows of MNIST's 60,000 training images, and what the result is measured on.

    Parameters
    ----------
    train : tuple of int
        First row to train on, and the first that is not.
    validation : tuple of int, default=None
        Likewise of images that the published protocol set aside.
    test : tuple of int, default=None
        Likewise of the training images that stand in for the test set, while recipes are
        chosen; by default the official 10,000 test images.
    """

    train: tuple = (0, 60_000)
    validation: tuple | None = None
    test: tuple | None = None

    def __str__(self):
        parts = [f"trained on {_describe(self.train)}"]
        if self.validation is not None:
            parts.append(f"validated on {_describe(self.validation)}")
        if self.test is not None:
            parts.append(f"measured on {_describe(self.test)}")
        return ", ".join(parts)

    def n_images(self, split):
        """Return the number of images of a split: "train", "validation" or "test"."""
        limits = getattr(self, split)
        return _N_TEST if limits is None else limits[1] - limits[0]

    def load(self, data_home=None):
        """Return the images.

        Parameters
        ----------
        data_home : path-like, default=None
            Passed to `skmnist.fetch_mnist`.

        Returns
        -------
        split : Split
        """
        known = fetch_mnist(subset="train", data_home=data_home, return_X_y=True)

        def rows(limits):
            return Images(*(array[slice(*limits)] for array in known))

        if self.test is None:
            test = Images(*fetch_mnist(subset="test", data_home=data_home, return_X_y=True))
        else:
            test = rows(self.test)
        validation = None if self.validation is None else rows(self.validation)
        return Split(rows(self.train), validation, test)


def _describe(limits):
    first, end = limits
    where = f"the first {end:,}" if first == 0 else f"rows {first:,} to {end:,} of the"
    return f"{where} training images"


#: All training images, and the official test set.
OFFICIAL = Data()

#: To choose by: the official test set has no part in it.
CHOOSING = Data(train=(0, 50_000), test=(50_000, 60_000))
