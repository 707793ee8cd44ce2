"""The page "Draw a digit", and the file that it embeds."""

from sklearn.datasets import load_digits

from skmnist import MnistCNNClassifier, fetch_mnist
from skmnist.datasets import DatasetError
from skmnist.demo import write_demo

_PAGE = """\
# Draw a digit

The network below is `MnistCNNClassifier.from_preset("quick")`. It was trained on {data} in a few
seconds, when this page was made. Your browser computes it. What you draw stays on your computer.
`skmnist demo` makes such a page of any network.

<iframe class="drawing" src="../drawing.html" title="A field to draw a digit in"></iframe>

<a href="../drawing.html">Open it on a page of its own</a>
"""


def write_page(folder):
    """Train a network, and write both files.

    Parameters
    ----------
    folder : pathlib.Path
        Gets ``draw.md``, and in ``extra`` what is copied into the site as it is.
    """
    try:
        X, y = fetch_mnist(subset="train", return_X_y=True, download_if_missing=False)
        data = "MNIST"
    except DatasetError:
        X, y = load_digits(return_X_y=True)
        data = "scikit-learn's 8×8 digits"
    clf = MnistCNNClassifier.from_preset("quick", random_state=0).fit(X, y)
    (folder / "extra").mkdir(exist_ok=True)
    write_demo(clf, folder / "extra" / "drawing.html")
    (folder / "draw.md").write_text(_PAGE.format(data=data), encoding="utf-8")
