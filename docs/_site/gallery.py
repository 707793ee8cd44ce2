"""The gallery: the scripts in examples/, executed by the build."""

import re
import shutil
from pathlib import Path

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


def configuration():
    """Return ``sphinx_gallery_conf``."""
    return {
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
