"""
7. From NumPy to the CNN
========================

One step of training in plain NumPy, to see that there is no magic. Then five networks, from the
simplest to a convolutional one: how many weights has each, and how many errors does it make?
"""

# %%
# A network by hand
# -----------------
#
# A dense layer is a product with a matrix. `skmnist.numpy_mlp` has layers, losses and optimisers
# as small classes, to read and to use alone. Training repeats the lines in the loop below.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from skmnist import MnistCNNClassifier, MnistMLPClassifier, NumpyMLPClassifier
from skmnist.datasets import DatasetError, fetch_mnist
from skmnist.numpy_mlp import SGD, Linear, Network, ReLU, SoftmaxCrossEntropy

try:
    X_train, y_train = fetch_mnist(subset="train", download_if_missing=False, return_X_y=True)
    X_test, y_test = fetch_mnist(subset="test", download_if_missing=False, return_X_y=True)
except DatasetError:  # MNIST is not on this machine
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
X_fit, X_val, y_fit, y_val = train_test_split(
    X_train, y_train, test_size=1 / 6, stratify=y_train, random_state=0
)
pixels, targets = X_fit[:200] / X_fit.max(), np.eye(10)[y_fit[:200]]
n_pixels = pixels.shape[1]

rng = np.random.default_rng(0)
hand_made = Network(
    [
        Linear(rng.normal(0, (2 / n_pixels) ** 0.5, (n_pixels, 30))),
        ReLU(),
        Linear(rng.normal(0, (2 / 30) ** 0.5, (30, 10))),
    ]
)
loss, optimizer = SoftmaxCrossEntropy(), SGD(learning_rate=0.3)
losses = []
for _ in range(100):
    losses.append(loss.forward(hand_made.forward(pixels), targets))  # how wrong is it?
    hand_made.backward(loss.backward())  # which way is each weight wrong?
    optimizer.step(hand_made.parameters, hand_made.gradient)  # a small step the other way

_, ax = plt.subplots(figsize=(6, 3.5), layout="constrained")
ax.plot(losses)
ax.set_title("A network of 30 hidden units learns 200 images")
ax.set_xlabel("step")
ax.set_ylabel("loss")
right = hand_made.forward(pixels).argmax(axis=1) == y_fit[:200]
print(f"after {len(losses)} steps {right.mean():.0%} of the 200 images are right")

# %%
# Five networks
# -------------
#
# The first network has no hidden layer. The second has one, and is the same otherwise. Both are
# NumPy. The third has the same layers in PyTorch. It is trained with this package's defaults: a
# learning rate that rises and falls, smoothed labels and a weak L2. Its images are distorted, too.
# LeNet-5 is the convolutional network of 1998. The last is this package's own, trained with the
# preset "quick".

n_epochs = 5 if len(X_train) > 10_000 else 40  # few images need more epochs
shared = {"max_epochs": n_epochs, "random_state": 0}
networks = {
    "linear, NumPy": NumpyMLPClassifier(hidden_layer_sizes=(), **shared),
    "dense, NumPy": NumpyMLPClassifier(hidden_layer_sizes=(100,), **shared),
    "dense, PyTorch": MnistMLPClassifier(hidden_layer_sizes=(100,), augmentation="mild", **shared),
    "LeNet-5": MnistCNNClassifier(architecture="lenet5", **shared),
    "CNN, quick": MnistCNNClassifier.from_preset("quick", random_state=0),
}
errors, sizes = {}, {}
print("network          parameters  validation errors  seconds")
for name, network in networks.items():
    network.fit(X_fit, y_fit)
    errors[name] = 1 - network.score(X_val, y_val)
    sizes[name] = network.count_parameters()
    seconds = sum(epoch["seconds"] for epoch in network.history_)
    print(f"{name:15}  {sizes[name]:10,}  {errors[name]:17.2%}  {seconds:7.1f}")

# %%
# How the weights are connected matters more than their number. On MNIST, the convolutional
# networks have fewer weights than the dense ones with a hidden layer, and make fewer errors.

_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for index, name in enumerate(networks):
    ax.plot(sizes[name], 100 * errors[name], "o")
    side = "top" if index % 2 else "bottom"
    ax.annotate(f"  {name}", (sizes[name], 100 * errors[name]), va=side)
ax.set(xscale="log", yscale="log", xlim=(min(sizes.values()) / 2, 6 * max(sizes.values())))
ax.set_title("Parameters and errors of five networks")
ax.set_xlabel("parameters")
ax.set_ylabel("validation errors, %")

# %%
# The test images, once, for the network that made the fewest errors.

best = min(errors, key=errors.get)
print(f"{best}: test accuracy {networks[best].score(X_test, y_test):.2%}")
plt.show()
