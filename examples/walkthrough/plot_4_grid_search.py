"""
4. Tune it: grid search
=======================

How strong should a penalty be? Nobody knows beforehand. So we try, and let images decide that
the network has not learned from: those of a fold that was left out.
"""

# %%
# Folds of the training images
# ----------------------------
#
# Cross-validation cuts the training images into three folds. Each candidate is trained three
# times, and each time another fold tells its accuracy. The test images have no part in this.

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, train_test_split

from skmnist import MnistMLPClassifier
from skmnist.datasets import DatasetError, fetch_mnist
from skmnist.plots import GridSearchDisplay, ParallelCoordinatesDisplay

try:
    X_train, y_train = fetch_mnist(subset="train", download_if_missing=False, return_X_y=True)
    X_test, y_test = fetch_mnist(subset="test", download_if_missing=False, return_X_y=True)
except DatasetError:  # MNIST is not on this machine
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
n_epochs = 4 if len(X_train) > 10_000 else 40  # few images need more epochs
network = MnistMLPClassifier(
    hidden_layer_sizes=(128,),
    augmentation=None,
    label_smoothing=0.0,
    max_epochs=n_epochs,
    random_state=0,
)
grid = {"l1": [0.0, 1e-5], "l2": [0.0, 1e-4, 1e-3], "dropout": [0.0, 0.2]}
search = GridSearchCV(network, grid, cv=3, n_jobs=2).fit(X_train, y_train)

# %%
# Two values of ``l1``, three of ``l2`` and two of ``dropout`` are 12 candidates, and so 36 fits.
# The standard deviation over the folds says which differences mean something.

table = pd.DataFrame(search.cv_results_).sort_values("rank_test_score")
columns = [*(f"param_{name}" for name in grid), "mean_test_score", "std_test_score"]
print(table[columns].head(6).to_string(index=False))

# %%
# The same as a heat map: a panel for each dropout.

GridSearchDisplay.from_estimator(search, x="l2", y="l1", panels="dropout")

# %%
# And as lines: each is a candidate.

ParallelCoordinatesDisplay.from_estimator(search)

# %%
# The test images, once
# ---------------------
#
# The search has trained the best candidate once more, on all training images. Now, at the end,
# the test images tell how good it is. If you go on tuning after this line, you need new test
# images.

print(f"chosen: {search.best_params_}")
print(f"accuracy of the folds  {search.best_score_:.2%}")
print(f"accuracy of the test   {search.score(X_test, y_test):.2%}")
plt.show()
