"""
All displays
============

Displays of :mod:`skmnist.plots`, on scikit-learn's bundled digits. They work like those of
scikit-learn: a class method makes the figure, ``ax=`` says where to draw, and the figure is in
``figure_``. The colours can be told apart by colour-blind readers, and in black and white.
"""

# %%
# The images
# ----------
# What is there of each class, and how often?

import numpy as np
from sklearn.calibration import CalibrationDisplay
from sklearn.datasets import load_digits
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.model_selection import GridSearchCV, ValidationCurveDisplay, train_test_split

from skmnist import MnistCNNClassifier, MnistMLPClassifier, NumpyMLPClassifier
from skmnist.plots import (
    AugmentedImagesDisplay,
    FirstLayerFiltersDisplay,
    FirstLayerMapsDisplay,
    GridSearchDisplay,
    ImagesByClassDisplay,
    LabelDistributionDisplay,
    MisclassifiedImagesDisplay,
    ParallelCoordinatesDisplay,
    RegularizationPathDisplay,
    SaliencyDisplay,
    TrainingCurvesDisplay,
)

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
ImagesByClassDisplay.from_data(X_train, y_train, random_state=0)

# %%
LabelDistributionDisplay.from_data({"training": y_train, "test": y_test})

# %%
# What augmentation does
# ----------------------
# A classifier trains on distorted images. A name shows what an augmentation does in general,
# ``from_estimator`` what a fitted classifier has seen.

AugmentedImagesDisplay.from_augmentation("strong", X_train)

# %%
# Training
# --------
# The full line is training, the dashed one is validation.

cnn = MnistCNNClassifier(max_epochs=12, augmentation=None, random_state=0)
cnn.fit(X_train, y_train, X_val=X_test, y_val=y_test)
TrainingCurvesDisplay.from_estimator(cnn, metrics=("loss", "accuracy", "learning_rate"))

# %%
# Several classifiers in one figure, smoothed:

mlp = MnistMLPClassifier(max_epochs=12, augmentation=None, random_state=0)
mlp.fit(X_train, y_train, X_val=X_test, y_val=y_test)
TrainingCurvesDisplay.from_estimators({"convolutional": cnn, "dense": mlp}, smoothing=0.6)

# %%
# The errors
# ----------
# With ``sort_by="loss"`` the errors come first of which the classifier was most certain.

weak = NumpyMLPClassifier(max_epochs=5, random_state=0).fit(X_train, y_train)
MisclassifiedImagesDisplay.from_estimator(weak, X_test, y_test, n_images=16, sort_by="loss")

# %%
# scikit-learn has the confusion matrix, and shows whether probabilities mean what they say.
# Its calibration display is for two classes: here they are "right" and "wrong".

ConfusionMatrixDisplay.from_estimator(weak, X_test, y_test, cmap="Blues", colorbar=False)

# %%
proba = weak.predict_proba(X_test)
right = weak.predict(X_test) == y_test
CalibrationDisplay.from_predictions(right, np.clip(proba.max(axis=1), 0, 1), n_bins=8)

# %%
# Inside the network
# ------------------
# The filters of the first convolution, and what they make of images.

FirstLayerFiltersDisplay.from_estimator(cnn)

# %%
FirstLayerMapsDisplay.from_estimator(cnn, X_test)

# %%
# The first layer of a dense network has a weight for each pixel, so it is an image as well.

FirstLayerFiltersDisplay.from_estimator(mlp, n_filters=32)

# %%
# Which pixels matter? By gradients, and by hiding a part of the image:

SaliencyDisplay.from_estimator(cnn, X_test, method=["gradient", "occlusion"])

# %%
# Regularisation
# --------------
# Accuracy and sparsity along ``l1``, ``l2`` or ``dropout``:

dense = NumpyMLPClassifier(max_epochs=15, random_state=0)
RegularizationPathDisplay.from_estimator(
    dense, X_train, y_train, param_name="l1", param_range=[0, 1e-4, 1e-3, 3e-3, 1e-2], cv=3
)

# %%
# For any other parameter scikit-learn has ``ValidationCurveDisplay``.

ValidationCurveDisplay.from_estimator(
    dense, X_train, y_train, param_name="learning_rate", param_range=[1e-4, 1e-3, 1e-2], cv=3
)

# %%
# A grid search as heat maps, and as parallel coordinates:

grid = {"l1": [0, 1e-4, 1e-3], "l2": [0, 1e-4, 1e-3], "dropout": [0, 0.2]}
search = GridSearchCV(dense.set_params(max_epochs=5), grid, cv=3).fit(X_train, y_train)
GridSearchDisplay.from_estimator(search, x="l2", y="l1", panels="dropout")

# %%
ParallelCoordinatesDisplay.from_estimator(search)
print("best:", search.best_params_)
