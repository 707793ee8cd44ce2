"""
Any picture of a digit
======================

Make ten pictures of MNIST's digits as people have them, and draw what the network sees.

The pictures are of the kinds that the tests use. Give a file to write the figure to; the
documentation's is ``docs/figures/pictures.png``. This takes a few seconds. It
needs MNIST and a clone of the repository.
"""

import sys
import tempfile
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt
import numpy as np

from skmnist import MnistCNNClassifier, fetch_mnist, save_model
from skmnist.cli.predict import predict

sys.path.append(str(Path(sys.argv[0]).resolve().parents[1] / "tests"))
from made_up_pictures import KINDS, grey, row_of

NAMES = [
    "photo",
    "edge of a shadow",
    "red on green",
    "white on transparent",
    "exif orientation",
    "squared paper",
    "noisy",
    "thin strokes",
    "eight pixels",
]

X, y = fetch_mnist(subset="train", return_X_y=True)
clf = MnistCNNClassifier.from_preset("quick", random_state=0).fit(X[:50_000], y[:50_000])
digits = X[50_000:].reshape(-1, 28, 28)

rng = np.random.default_rng(1)
figure, axes = plt.subplots(2, 10, figsize=(12, 2.9), layout="constrained")
with tempfile.TemporaryDirectory() as folder:
    model = save_model(clf, Path(folder) / "model.skops")
    for column, name in enumerate([*NAMES, "several"]):
        if name == "several":
            picture = grey(row_of(digits[20:23], rng), 230, 40)
        else:
            picture = KINDS[name](digits[column + 2], rng)
        path = Path(folder) / f"{name}.{'jpeg' if picture.format == 'JPEG' else 'png'}"
        if picture.format == "JPEG":
            picture.fp.seek(0)
            path.write_bytes(picture.fp.read())
        else:
            picture.save(path)
        found, _ = predict(model, [path])
        print(*(digit.line().removeprefix(f"{folder}/") for digit in found), sep="\n")
        on_grey = picture.convert("RGBA")
        # transparent parts are shown grey
        on_grey = np.asarray(on_grey, float)
        alpha = on_grey[..., 3:] / 255
        axes[0, column].imshow((on_grey[..., :3] * alpha + 190 * (1 - alpha)) / 255)
        axes[0, column].set_title(name.replace(" ", "\n", 1), fontsize=8)
        seen = np.hstack([digit.image for digit in found])
        axes[1, column].imshow(seen, cmap="gray")
        labels = ", ".join(str(digit.label) for digit in found)
        least = min(digit.probability for digit in found)
        axes[1, column].set_title(f"{labels} ({least:.2f})", fontsize=8)
for ax in axes.flat:
    ax.set_axis_off()
figure.savefig(sys.argv[1] if len(sys.argv) > 1 else "pictures.png", dpi=100)
