"""
Which pixels speak for a digit?
===============================

SHAP and captum answer. This needs the extra ``explain``:
``pip install -c constraints.txt ".[explain]"``.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np
import shap
import torch
from captum.attr import IntegratedGradients
from sklearn.datasets import load_digits

from skmnist import MnistCNNClassifier

X, y = load_digits(return_X_y=True)
clf = MnistCNNClassifier(max_epochs=20, random_state=0).fit(X[:1500], y[:1500])

# the network takes images on its own scale
images = torch.tensor((X.reshape(-1, 1, 8, 8) - clf.mean_) / clf.scale_, dtype=torch.float32)
network = clf.module_.eval()
image, label = images[1500:1501], int(clf.predict(X[1500:1501])[0])

with warnings.catch_warnings(action="ignore"):  # of layers that SHAP does not know
    values = shap.DeepExplainer(network, images[:50]).shap_values(image)[0, 0, :, :, label]
gradients = (
    IntegratedGradients(network)
    .attribute(image, torch.full_like(image, images.min()), target=label)[0, 0]
    .numpy()
)

figure, axes = plt.subplots(1, 3, figsize=(8, 3), layout="constrained")
axes[0].imshow(image[0, 0].numpy(), cmap="gray_r")
axes[0].set_title(f"a {label}")
for ax, name, map_ in zip(axes[1:], ("SHAP", "captum"), (values, gradients), strict=True):
    largest = abs(map_).max()
    # red speaks for the digit, blue against it
    ax.imshow(map_, cmap="RdBu_r", vmin=-largest, vmax=largest)
    ax.set_title(name)
for ax in axes:
    ax.set_axis_off()
figure.savefig("explained.png")

for name, map_ in (("SHAP", values), ("captum", gradients)):
    row, column = np.unravel_index(map_.argmax(), map_.shape)
    print(f"{name}: for a {label} speaks most the pixel in row {row}, column {column}")
