"""The gallery: the scripts in examples/, executed by the build."""

import re
import shutil
from pathlib import Path

import numpy as np
from matplotlib.image import imsave
from sklearn.datasets import load_digits

# sphinx-gallery looks up every name that the scripts import, in this process
from sklearn.experimental import enable_halving_search_cv  # noqa: F401

from skmnist.datasets import DatasetError, fetch_mnist

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def copy_examples(folder):
    """Copy the scripts, which write their figures to the folder that they are in."""
    for path in [*EXAMPLES.glob("*.*"), *EXAMPLES.glob("[!b]*/*.*")]:
        if path.suffix in (".py", ".rst"):
            copy = folder / "examples" / path.relative_to(EXAMPLES)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def write_thumbnail(folder):
    """Write the picture that stands for a script without figures: digits, five by seven.

    Returns
    -------
    path : str
        As ``default_thumb_file`` has it.
    """
    rows, columns = 5, 7
    digits = np.pad(load_digits().images[: rows * columns], ((0, 0), (1, 1), (1, 1)))
    side = digits.shape[1]
    sheet = digits.reshape(rows, columns, side, side).swapaxes(1, 2)
    path = folder / "thumbnail.png"
    # each pixel of a digit is six wide, so that the browser does not blur it
    sheet = sheet.reshape(rows * side, columns * side).repeat(6, axis=0).repeat(6, axis=1)
    imsave(path, sheet, cmap="Blues", vmin=0, vmax=24)
    return str(path)


def configuration(thumbnail):
    """Return ``sphinx_gallery_conf``."""
    return {
        "default_thumb_file": thumbnail,
        "examples_dirs": "generated/examples",
        "gallery_dirs": "generated/gallery",
        # what needs MNIST is shown without its output if MNIST is not here
        "filename_pattern": "" if _has_mnist() else f"{re.escape('/')}(?!mnist)[^/]*$",
        "abort_on_example_error": True,
        "backreferences_dir": "generated/uses",
        "doc_module": ("skmnist",),
        "inspect_global_variables": False,
        # as the numbers in the names of the walk-through
        "within_subsection_order": "FileNameSortKey",
        "remove_config_comments": True,
        "min_reported_time": 1e9,
        "show_memory": False,
        "show_signature": False,
        "download_all_examples": False,
        "matplotlib_animations": False,
    }


def _has_mnist():
    try:
        fetch_mnist(subset="test", download_if_missing=False)
    except DatasetError:
        return False
    return True
