"""
First steps
===========

Fit a classifier, test it, and draw figures. This takes a few seconds.
"""

from sklearn.datasets import load_digits
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.model_selection import train_test_split

from skmnist import MnistCNNClassifier, fetch_mnist
from skmnist.datasets import DatasetError
from skmnist.plots import MisclassifiedImagesDisplay, TrainingCurvesDisplay

# %%
# 5,000 training images of MNIST if it is on this computer, and scikit-learn's small digits
# otherwise. A part of them is kept for the validation curves, and another for the test.

try:
    X, y = fetch_mnist(subset="train", return_X_y=True, download_if_missing=False)
    X, y = X[:5000], y[:5000]
except DatasetError:
    X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
X_train, X_val, y_train, y_val = train_test_split(
    X_train, y_train, stratify=y_train, random_state=0
)

# %%
# The network, and how well it does on images that it has never seen.

clf = MnistCNNClassifier(max_epochs=15, random_state=0, verbose=1)
clf.fit(X_train, y_train, X_val=X_val, y_val=y_val)
print(clf.summary())
print(f"test accuracy: {clf.score(X_test, y_test):.2%}")

# %%
# How the training went.

TrainingCurvesDisplay.from_estimator(clf).figure_.savefig("training_curves.png")

# %%
# Which digits it confuses.

ConfusionMatrixDisplay.from_estimator(clf, X_test, y_test).figure_.savefig("confusion_matrix.png")

# %%
# What it got wrong.

MisclassifiedImagesDisplay.from_estimator(clf, X_test, y_test).figure_.savefig("errors.png")
