"""
Grid search
===========

Tune l1, l2 and dropout with GridSearchCV: 27 combinations, three folds, a heat map.

The search is on scikit-learn's digits, which takes half a minute. With ``--mnist`` it is on
MNIST's 60,000 training images, which takes minutes.
"""

import argparse

from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from skmnist import MnistCNNClassifier, fetch_mnist
from skmnist.plots import GridSearchDisplay

parser = argparse.ArgumentParser(description="Tune l1, l2 and dropout.")
parser.add_argument("--mnist", action="store_true", help="search on MNIST")
args = parser.parse_args()

if args.mnist:
    X, y = fetch_mnist(subset="train", return_X_y=True)
    max_epochs = "short"  # one
else:
    X, y = load_digits(return_X_y=True)
    max_epochs = 3

# n_jobs does not change the scores
clf = MnistCNNClassifier.from_preset("quick", max_epochs=max_epochs, random_state=0)
grid = {"l1": [0.0, 1e-5, 1e-4], "l2": [0.0, 5e-4, 2e-3], "dropout": [0.0, 0.1, 0.3]}
search = GridSearchCV(clf, grid, cv=StratifiedKFold(3), n_jobs=2, verbose=1).fit(X, y)

results = search.cv_results_
ranked = sorted(range(len(results["params"])), key=lambda i: results["rank_test_score"][i])
for i in ranked[:5]:
    mean, spread = results["mean_test_score"][i], results["std_test_score"][i]
    print(f"{mean:.2%} ± {spread:.2%}  {results['params'][i]}")
print(f"refitted on all {len(X):,} images: {search.best_estimator_}")

display = GridSearchDisplay.from_estimator(search, x="l2", y="l1", panels="dropout")
display.figure_.savefig("grid.png")
