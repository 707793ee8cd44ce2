"""
Few labels
==========

Learn from ten labelled images of each class, and from many without labels.

Uses MNIST if it is on this computer, and scikit-learn's small digits otherwise.
"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.semi_supervised import SelfTrainingClassifier

from skmnist import MnistCNNClassifier, fetch_mnist

try:
    X_train, y_train = fetch_mnist(subset="train", return_X_y=True, download_if_missing=False)
    X_test, y_test = fetch_mnist(subset="test", return_X_y=True)
except OSError:
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)

# forget all labels but ten of each class: -1 means that there is none
rng = np.random.default_rng(0)
labelled = np.concatenate(
    [rng.choice(np.flatnonzero(y_train == digit), 10, replace=False) for digit in range(10)]
)
y_few = np.full(len(y_train), -1)
y_few[labelled] = y_train[labelled]

clf = MnistCNNClassifier(random_state=0)
clf.fit(X_train[labelled], y_train[labelled])
print(f"{clf.score(X_test, y_test):.2%} of the test images after training on 100 labelled images")

# it labels those images of which it is sure, and is trained again, with these too
self_training = SelfTrainingClassifier(clf, threshold=0.97, max_iter=1).fit(X_train, y_few)
sure = self_training.labeled_iter_ > 0
n_right = (self_training.transduction_ == y_train)[sure].sum()
print(f"{sure.sum():,} of the other images got a label, which is right for {n_right:,}")
print(
    f"{self_training.score(X_test, y_test):.2%} of the test images after training on all of these"
)
