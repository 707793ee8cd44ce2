"""
Wrong labels
============

Find wrong labels with cleanlab and cross-validated predictions.

Each image is predicted by a network that was trained without it. This needs the
extra ``cleanlab``: ``pip install -c constraints.txt ".[cleanlab]"``.
"""

import numpy as np
from cleanlab.filter import find_label_issues
from sklearn.datasets import load_digits
from sklearn.model_selection import cross_val_predict

from skmnist import MnistCNNClassifier, fetch_mnist
from skmnist.datasets import DatasetError
from skmnist.plots import MisclassifiedImagesDisplay

# %%
# MNIST if it is on this computer, and scikit-learn's small digits otherwise. 50 labels are
# changed, to see whether they are found.

try:
    X, y = fetch_mnist(subset="train", return_X_y=True, download_if_missing=False)
    X, y = X[:3000], y[:3000]
except DatasetError:
    X, y = load_digits(return_X_y=True)

rng = np.random.default_rng(0)
wrong = rng.choice(len(y), 50, replace=False)
labels = y.copy()
labels[wrong] = (labels[wrong] + rng.integers(1, 10, len(wrong))) % 10

# %%
# Predict each image with a network that has not seen it, and let cleanlab compare.

clf = MnistCNNClassifier.from_preset("quick", max_epochs=12, random_state=0)
proba = cross_val_predict(clf, X, labels, cv=5, method="predict_proba", n_jobs=2)
found = find_label_issues(labels, proba, return_indices_ranked_by="self_confidence")

n_right = np.isin(found, wrong).sum()
print(f"{len(found)} labels look wrong; {n_right} of the {len(wrong)} wrong ones are among them")

# %%
# What was found: the label that it had, and the one that the network would give it.

display = MisclassifiedImagesDisplay.from_predictions(
    X[found], labels[found], y_pred=proba[found].argmax(axis=1)
)
display.figure_.savefig("label_errors.png")
