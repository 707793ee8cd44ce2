"""Tune l1, l2 and dropout with GridSearchCV.

python examples/regularization_search.py           # on the digits, half a minute
python examples/regularization_search.py --mnist   # MNIST's 60,000 / 10,000 split, minutes
"""

import argparse

from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV

from skmnist import MnistCNNClassifier, fetch_mnist, mnist_split

parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
parser.add_argument("--mnist", action="store_true", help="search on MNIST")
args = parser.parse_args()

if args.mnist:
    X, y = fetch_mnist(return_X_y=True)
    cv, max_epochs = mnist_split(), 2
else:
    X, y = load_digits(return_X_y=True)
    cv, max_epochs = 3, 8

grid = {"l1": [0.0, 1e-5], "l2": [0.0, 5e-4], "dropout": [0.0, 0.2]}
clf = MnistCNNClassifier(max_epochs=max_epochs, random_state=0, n_threads=1)
search = GridSearchCV(clf, grid, cv=cv, n_jobs=2, refit=False, verbose=1).fit(X, y)

results = search.cv_results_
for rank, params, score in sorted(
    zip(results["rank_test_score"], results["params"], results["mean_test_score"], strict=True),
    key=lambda row: row[0],
):
    print(f"{rank:3d}  {score:.4f}  {params}")
