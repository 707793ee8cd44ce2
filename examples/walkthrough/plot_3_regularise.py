"""
3. Regularise it: L1 and L2
===========================

A network with many weights and few images learns the images by heart. A penalty on large weights
works against that. We train the same network four times: with no penalty, L1, L2 and both.
"""

# %%
# Few images, many weights
# ------------------------
#
# Training minimises the mean cross-entropy + ``l1``·Σ\|w\| + (``l2``/2)·Σw², where w are the
# weights. To see overfitting clearly, we take 1,000 training images only. The validation images
# are others.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tabulate import tabulate

from skmnist import MnistMLPClassifier
from skmnist.datasets import DatasetError, fetch_mnist
from skmnist.plots import TrainingCurvesDisplay

try:
    X_train, y_train = fetch_mnist(subset="train", download_if_missing=False, return_X_y=True)
    X_test, y_test = fetch_mnist(subset="test", download_if_missing=False, return_X_y=True)
except DatasetError:  # MNIST is not on this machine
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
X_fit, X_val, y_fit, y_val = train_test_split(
    X_train, y_train, train_size=1000, stratify=y_train, random_state=0
)
X_val, y_val = X_val[:10_000], y_val[:10_000]

PENALTIES = {
    "none": {"l1": 0.0, "l2": 0.0},
    "L1": {"l1": 2e-4, "l2": 0.0},
    "L2": {"l1": 0.0, "l2": 3e-3},
    "both": {"l1": 1e-4, "l2": 2e-3},
}
networks = {
    name: MnistMLPClassifier(
        hidden_layer_sizes=(256,),
        augmentation=None,
        label_smoothing=0.0,
        learning_rate=0.001,
        learning_rate_schedule="constant",
        max_epochs=60,
        random_state=0,
        **penalties,
    ).fit(X_fit, y_fit, X_val=X_val, y_val=y_val)
    for name, penalties in PENALTIES.items()
}

# %%
# One plot
# --------
#
# Losses are shown without the penalty, so they can be compared. Full lines are the training
# images, dashed ones the validation images. Without a penalty the training loss goes on towards
# zero. With one it stays higher, because each weight has its price. Compare the dashed lines:
# does a penalty help with new images, too? If it is too strong, it does not: the network can no
# longer learn enough.

TrainingCurvesDisplay.from_estimators(networks)

# %%
# What the penalties do to the weights
# ------------------------------------
#
# L2 pulls a weight the more, the larger it is: all become smaller, but hardly one becomes zero.
# L1 pulls all with the same force: those that help little end near zero. We count a weight as
# zero if it is at most a hundredth of the largest in its layer.


def weights(network):
    """Return the weights of each layer, without biases."""
    parameters = [p.detach().numpy() for p in network.module_.parameters()]
    return [weight for weight in parameters if weight.ndim == 2]


rows = []
for name, network in networks.items():
    layers = [np.abs(weight) for weight in weights(network)]
    zero = sum((layer <= layer.max() / 100).sum() for layer in layers)
    last = network.history_[-1]
    rows.append(
        [
            name,
            f"{last['train_accuracy']:.1%}",
            f"{last['valid_accuracy']:.2%}",
            f"{last['valid_loss']:.3f}",
            f"{sum(layer.sum() for layer in layers):,.0f}",
            f"{zero / sum(layer.size for layer in layers):.0%}",
        ]
    )
headers = [
    "penalty",
    "training accuracy",
    "validation accuracy",
    "validation loss",
    "Σ|w|",
    "zero",
]
print(tabulate(rows, headers, disable_numparse=True))

# %%
# The histograms show the same. The scale is logarithmic, because so many weights are near zero.

_, axes = plt.subplots(1, 4, figsize=(11, 2.8), sharey=True, layout="constrained")
for ax, (name, network) in zip(axes, networks.items(), strict=True):
    ax.hist(weights(network)[0].ravel(), bins=61, range=(-0.15, 0.15), log=True)
    ax.set_title(name)
    ax.set_xlabel("weight of the first layer")
axes[0].set_ylabel("number of weights")
plt.show()

# %%
# Look at the accuracies again. They differ little. Another seed changes them about as much. With
# all training images, penalties help even less. What L1 gives for sure is zeros: weights that
# could be left out. What helps accuracy more is augmentation. The page on regularisation has the
# numbers.
