"""`write_demo`: the parts of the page, put together into one file."""

from __future__ import annotations

import html
import json
import math
import numbers
import os
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from skmnist._files import atomic_path
from skmnist.demo.encoding import encoded

#: What the page says of itself: nobody else's file is overwritten on the command line.
MARK = '<meta name="generator" content="skmnist demo">'

_SCRIPTS = ("network.js", "digit.js", "drawing.js", "page.js")


def write_demo(
    estimator: Any,
    path: str | os.PathLike[str],
    *,
    title: str = "Draw a digit",
    pixel_max: float | None = None,
) -> Path:
    """Write a page to draw on. A fitted classifier reads the drawing at once.

    The page is one HTML file. It needs no server, no library and no network: the browser computes
    what the classifier's network would. It brings drawings into the form of MNIST's images, as
    `DigitNormalizer` does, and shows the image that the network is given, the probability of each
    class, and the maps of the first layer. You can label drawings and save them as a CSV file:
    your own test set.

    Parameters
    ----------
    estimator : estimator object
        A fitted `MnistCNNClassifier`, `MnistMLPClassifier` or `NumpyMLPClassifier`. It may be
        inside a `TransformedTargetClassifier`, a finished search such as ``GridSearchCV``, or a
        pipeline after a `DigitNormalizer`. The network must consist of convolutions, poolings,
        dense layers, batch normalisation and activations, one after the other.
    path : path-like
        File to write; the usual suffix is ``.html``.
    title : str, default="Draw a digit"
        Heading of the page.
    pixel_max : float, default=None
        What full ink is in the images that the classifier was fitted on: 255 in MNIST, 16 in
        scikit-learn's digits. By default this is the smallest of 1, 16, 255 and 65,535 that the
        classifier's ``pixel_max_`` does not exceed. If it was fitted on pixels below 0, the
        page draws from ``pixel_min_`` to ``pixel_max_``.

    Returns
    -------
    path : pathlib.Path
        The file written.

    Raises
    ------
    TypeError
        If the estimator is none of those above.
    ValueError
        If the network has a layer that the page does not know (the message names it), if the
        classifier was not fitted on images, or if ``pixel_max`` is not a positive number.

    See Also
    --------
    skmnist.export_onnx : A file for programs.
    skmnist.DigitNormalizer : Brings pictures of any kind into the same form.

    Notes
    -----
    The probabilities differ from those of ``predict_proba`` by less than 1e-5. They are calibrated
    in the same way, and with ``test_time_augmentation`` the page averages over the same distorted
    copies. A weight takes four bytes of the file: the default network makes 1.1 MB, that of the
    preset "quick" 0.25 MB.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.datasets import load_digits
    >>> from skmnist import NumpyMLPClassifier, write_demo
    >>> X, y = load_digits(return_X_y=True)
    >>> clf = NumpyMLPClassifier(max_epochs=5, random_state=0).fit(X, y)
    >>> folder = tempfile.TemporaryDirectory()
    >>> write_demo(clf, Path(folder.name) / "demo.html").name
    'demo.html'
    >>> folder.cleanup()
    """
    from skmnist.demo.model import describe

    if pixel_max is not None and not (
        isinstance(pixel_max, numbers.Real) and 0 < pixel_max < math.inf
    ):
        raise ValueError(f"pixel_max must be a positive number, got {pixel_max!r}.")
    text = _page(describe(estimator, pixel_max), str(title))
    path = Path(path)
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return path


def _page(model, title):
    """Return the page: its parts are put where the skeleton names them."""
    parts = {
        "mark": MARK,
        "title": html.escape(title),
        "style": _part("page.css"),
        "model": _json(model),
        "script": "\n".join(_part(name) for name in _SCRIPTS),
    }
    page = _part("page.html")
    for name, part in parts.items():
        page = page.replace(f"<!-- {name} -->", part)
    return page


def _part(name):
    return files("skmnist.demo").joinpath("page", name).read_text(encoding="utf-8")


def _json(model):
    """Return the model as JSON, a layer a line, that cannot end the element it is in."""
    layers = ",\n".join(_plain(layer) for layer in model["layers"])
    rest = _plain({name: value for name, value in model.items() if name != "layers"})
    return f'{rest.removesuffix("}")},\n"layers": [\n{layers}\n]}}'


def _plain(value):
    return json.dumps(value, default=_encoded, allow_nan=False).replace("<", "\\u003c")


def _encoded(value):
    if isinstance(value, np.ndarray):
        return encoded(value)
    return value.item()
