"""
First steps
===========

Fit a classifier on scikit-learn's bundled digits, test it, and draw figures.

This takes a few seconds.
"""

from sklearn.datasets import load_digits
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.model_selection import train_test_split

from skmnist import MnistCNNClassifier
from skmnist.plots import MisclassifiedImagesDisplay, TrainingCurvesDisplay

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
X_train, X_val, y_train, y_val = train_test_split(
    X_train, y_train, stratify=y_train, random_state=0
)

clf = MnistCNNClassifier(max_epochs=15, random_state=0, verbose=1)
clf.fit(X_train, y_train, X_val=X_val, y_val=y_val)
print(clf.summary())
print(f"test accuracy: {clf.score(X_test, y_test):.2%}")

TrainingCurvesDisplay.from_estimator(clf).figure_.savefig("training_curves.png")
MisclassifiedImagesDisplay.from_estimator(clf, X_test, y_test).figure_.savefig("errors.png")
ConfusionMatrixDisplay.from_estimator(clf, X_test, y_test).figure_.savefig("confusion_matrix.png")
