"""``skmnist predict``: label the digits of any pictures."""

import glob
import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from skmnist.cli import models, runs
from skmnist.cli.own_files import check_replaceable

if TYPE_CHECKING:
    import numpy as np

#: A label that is less probable than this is given as unsure.
UNSURE_BELOW = 0.65

_MOST_SHOWN = 200

#: Tells the figures of ``--show``: only such a file is replaced.
_MARK = "skmnist predict --show"

_SQUARE_LABELS = {0: "no square", 1: "square"}


def add_parser(subparsers, parents):
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "predict",
        parents=parents,
        help="label pictures with a saved model",
        description="Label the digits of any pictures: of any size, dark on light or light on "
        "dark, in any colours. One line per digit: file, label, probability; and 'unsure' if the "
        f"probability is less than {UNSURE_BELOW}. The files of several digits are numbered from "
        "left to right: photo.jpg[1]. A picture without a digit has the label 'blank'. Each row "
        "of a CSV file of pixels, such as Kaggle's test.csv, is an image: test.csv[1].",
    )
    parser.add_argument("model", metavar="RUN", help=runs.RUN_HELP)
    parser.add_argument(
        "images", metavar="IMAGE", nargs="+", help="picture files, and CSV files of pixels"
    )
    parser.add_argument(
        "--show",
        metavar="FILE",
        help="draw what the network saw of each digit into a PNG file, of the first "
        f"{_MOST_SHOWN} digits",
    )
    parser.set_defaults(run=_run, leaves_nothing=True)


def _run(args):
    if args.show:
        folder = Path(args.show).parent
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder} is no folder; make it, or choose another --show")
        check_replaceable(args.show, _MARK, "figure of `skmnist predict --show`")
    found, errors = predict(args.model, _expanded(args.images))
    for digit in found:
        print(digit.line())
    for error in errors[:-1]:
        print(f"skmnist: error: {error}", file=sys.stderr)
    if args.show and found:
        _draw(found[:_MOST_SHOWN], args.show)
    if errors:
        # `main` prints it like the others, and sets the exit status
        raise errors[-1]


def _expanded(images):
    """Return paths with wildcards written out, as a console of Windows leaves it to us."""
    found = []
    for image in images:
        is_pattern = {"*", "?"} & set(image) and not os.path.exists(image)
        found += (is_pattern and sorted(glob.glob(image))) or [image]
    return found


class LabelledDigit(NamedTuple):
    """A digit of a picture, and what a model says of it.

    Attributes
    ----------
    name : str
        The picture's path, with the digit's number if there are several: ``photo.jpg[2]``.
    label : object
        The label, or None if there is nothing on the paper. That of a model of square digits is
        "square" or "no square".
    probability : float
    image : ndarray of uint8 of shape (height, width)
        What the network saw, on the scale from 0 to 255.
    """

    name: str
    label: object
    probability: float
    image: "np.ndarray"

    @property
    def is_unsure(self):
        return self.label is not None and self.probability < UNSURE_BELOW

    def line(self):
        label = "blank" if self.label is None else self.label
        return f"{self.name}\t{label}\t{self.probability:.4f}" + "\tunsure" * self.is_unsure


def predict(run, images):
    """Label the digits of pictures with a saved model.

    Parameters
    ----------
    run : path-like
        A run folder, or a model file.
    images : list of path-like
        Picture files, and CSV files of pixels. All are read before the first is labelled.

    Returns
    -------
    found : list of LabelledDigit
        The digits of each picture in turn, without the pictures that cannot be read.
    errors : list of OSError and ValueError
        Why not, for each of those.
    """
    path = runs.model_path(run)
    import numpy as np

    from skmnist import load_model
    from skmnist._data.pixels import full_ink

    model, image_shape, box_shape = _takes(load_model(path))
    if image_shape is None:
        raise ValueError(f"{path} does not say of what size its images are")
    names, pictures, given, errors = [], [], [], []
    for image in images:
        try:
            digits, largest = _read(image, image_shape, box_shape)
        except (OSError, ValueError) as error:
            errors.append(error)
            continue
        several = len(digits) > 1
        names += [f"{image}[{k}]" if several else image for k in range(1, len(digits) + 1)]
        if not digits:
            names.append(image)
            digits = [np.zeros(image_shape, np.uint8)]
        digits = np.stack(digits)
        largest = digits.max() if largest is None else largest
        pictures += list(np.rint(digits * (255 / full_ink(largest))).astype(np.uint8))
        given += list(models.in_units_of(model, digits, largest))
    if not pictures:
        return [], errors
    # in rows, since not all models take images
    proba = model.predict_proba(np.stack(given).reshape(len(given), -1))
    labels = _shown_labels(model)[proba.argmax(axis=1)]
    found = [
        LabelledDigit(name, label, float(probability), picture)
        if picture.any()
        else LabelledDigit(name, None, 0.0, picture)
        for name, label, probability, picture in zip(
            names, labels, proba.max(axis=1), pictures, strict=True
        )
    ]
    return found, errors


def _read(path, image_shape, box_shape):
    """Return the digits of a picture, or the rows of a CSV file, as images.

    Also the largest pixel that they could have, None if it is not known.
    """
    if not os.fspath(path).lower().endswith((".csv", ".csv.gz")):
        from skmnist.pictures import find_digits

        return [digit.image for digit in find_digits(path, image_shape, box_shape)], 255
    from skmnist.datasets import load_csv

    images = load_csv(path).images
    if images.shape[1:] != image_shape:
        size, expected = ("×".join(map(str, shape)) for shape in (images.shape[1:], image_shape))
        raise ValueError(f"{path} has images of {size}, but the model takes those of {expected}")
    return list(images), None


def _shown_labels(model):
    """Return the words for the classes of a model."""
    import numpy as np

    from skmnist import SquareDigitTransformer

    if isinstance(getattr(model, "transformer_", None), SquareDigitTransformer):
        return np.array([_SQUARE_LABELS[label] for label in model.classes_.tolist()])
    return model.classes_


def _takes(model):
    """Return a classifier, and the shapes of its images and of the box in them.

    A pipeline that begins with a `DigitNormalizer` says them itself.
    """
    from skmnist import DigitNormalizer
    from skmnist.pictures.form import usual_box

    model = getattr(model, "best_estimator_", model)  # of a search
    n_pixels = getattr(model, "n_features_in_", None)
    steps = getattr(model, "steps", None)
    if steps and isinstance(steps[0][1], DigitNormalizer):
        normalizer = steps[0][1]
        return model[1:], tuple(normalizer.image_shape), normalizer.box_shape
    image_shape = getattr(models.innermost(model), "image_shape_", None)
    if n_pixels is not None and (image_shape is None or math.prod(image_shape) != n_pixels):
        # a step such as a PCA makes other features of the pixels
        side = math.isqrt(n_pixels)
        image_shape = (side, side) if side**2 == n_pixels else None
    return model, image_shape, image_shape and usual_box(image_shape)


def _draw(found, path):
    """Draw what the network saw of each digit."""
    import matplotlib as mpl

    from skmnist._files import atomic_path

    mpl.use("agg")
    from skmnist.plots import LabelledDigitsDisplay

    titles = [digit.line().replace("\t", "  ") for digit in found]
    display = LabelledDigitsDisplay([digit.image for digit in found], titles).plot()
    with atomic_path(path) as temporary:
        display.figure_.savefig(temporary, format="png", metadata={"Software": _MARK})
