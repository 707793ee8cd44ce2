"""What is compared: the package with its presets, and what one would use otherwise.

A contestant is prepared with the training set, `uint8` pixels (n, 784) and labels, and returns
``train(on_epoch_end)``. Only that is timed, all of it, conversions of the data included; preparing
trains on a few images first, so that first calls and compilers are off the clock.
``on_epoch_end(predict)`` is called after each epoch, with the clock stopped. Training returns a
`Trained`. Those that have epochs also take ``n_epochs``, in place of their own number.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

#: What is trained on before the clock starts. Like 60,000 it leaves 96 for the last batch of 128
#: and 32 for that of 64: another size would be compiled anew, on the clock.
WARM_UP = slice(2656)


class Trained(NamedTuple):
    """What comes of a training.

    Attributes
    ----------
    n_parameters : int or None
    predict : callable
        Maps `uint8` pixels to labels.
    predict_proba : callable or None
        Maps `uint8` pixels to the probabilities of the ten digits. None if there are none.
    """

    n_parameters: int | None
    predict: Callable
    predict_proba: Callable | None = None


@dataclass(frozen=True)
class Contestant:
    """One that is timed.

    Attributes
    ----------
    name, title : str
    function : callable
        Of ``X, y, seed, device``; see this module's docstring. Where there is a recipe, also of
        ``preset`` and of what is changed.
    recipe : tuple of str and dict, or None
        The preset that is trained, and the parameters that are changed.
    precision : str
        Arithmetic of its training.
    needs : str
        The library without which it is skipped.
    devices : tuple of str
        Where it can run.
    rounds : int
        How often it is timed: the presets as often as their mean accuracy needs, long ones once.
    """

    name: str
    title: str
    function: Callable
    recipe: tuple | None = None
    precision: str = "bfloat16"
    needs: str = "skmnist"
    devices: tuple = ("cpu", "cuda")
    rounds: int = 3

    def is_installed(self):
        return importlib.util.find_spec(self.needs) is not None

    def prepare(self, X, y, seed, device):
        """Return the function that is timed."""
        if self.recipe is None:
            return self.function(X, y, seed, device)
        preset, changes = self.recipe
        return self.function(X, y, seed, device, preset=preset, **changes)


# -- the package


def package(X, y, seed, device, *, preset, **overrides):
    from skorch.callbacks import Callback

    from skmnist import MnistCNNClassifier

    class OnEpochEnd(Callback):
        def __init__(self, function):
            self.function = function

        def on_epoch_end(self, net, **kwargs):
            self.function(lambda X: net.forward(X).argmax(1).numpy(force=True))

    params = {**overrides, "random_state": seed, "device": device}
    classifier = MnistCNNClassifier.from_preset(preset, **params)
    few = MnistCNNClassifier.from_preset(preset, **params | {"max_epochs": 1})
    few.fit(X[WARM_UP], y[WARM_UP]).predict(X[WARM_UP])

    def train(on_epoch_end, n_epochs=classifier.max_epochs):
        classifier.set_params(callbacks=[OnEpochEnd(on_epoch_end)], max_epochs=n_epochs)
        classifier.fit(X, y)
        return Trained(classifier.count_parameters(), classifier.predict, classifier.predict_proba)

    return train


# -- torch


def hand_written(X, y, seed, device, *, preset):
    """The preset's network and recipe, in the shortest and fastest loop that we can write."""
    import torch
    from torch.nn import functional as F

    from skmnist._engine.memory import keep_freed_memory

    keep_freed_memory()  # so that what is compared is the cost of the estimator's machinery
    recipe = _recipe(preset, len(X))
    bfloat16 = "cuda" in device or torch.cpu.get_capabilities().get("avx512_bf16", False)
    mean, scale = 33.3184, 78.5675  # of MNIST's training pixels, as everyone knows

    def standardized(pixels):
        images = pixels.float().view(-1, 1, 28, 28).sub_(mean).mul_(1 / scale)
        return images.to(memory_format=torch.channels_last)

    def train(on_epoch_end, X=X, y=y, n_epochs=recipe.n_epochs):
        torch.manual_seed(seed)
        generator = torch.Generator(device).manual_seed(seed)
        X, y = torch.as_tensor(X, device=device), torch.as_tensor(y, device=device)
        network = recipe.network().to(device, memory_format=torch.channels_last)
        weights = [p for p in network.parameters() if p.ndim > 1]
        others = [p for p in network.parameters() if p.ndim == 1]
        optimizer = torch.optim.SGD(
            [{"params": weights, "weight_decay": recipe.l2}, {"params": others}],
            lr=recipe.learning_rate,
            momentum=recipe.momentum,
            nesterov=True,
            fused=True,
        )
        n_steps = -(-len(X) // recipe.batch_size)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer,
            recipe.learning_rate,
            total_steps=n_epochs * n_steps,
            pct_start=0.25,
            cycle_momentum=False,
        )

        def predict_logits(X):
            network.eval()
            with torch.inference_mode():
                parts = torch.as_tensor(X).split(512)
                return torch.cat([network(standardized(rows.to(device))) for rows in parts])

        def predict(X):
            return predict_logits(X).argmax(1).numpy(force=True)

        def predict_proba(X):
            return predict_logits(X).softmax(1).numpy(force=True)

        for _ in range(n_epochs):
            network.train()
            for rows in torch.randperm(len(X), device=device).split(recipe.batch_size):
                pixels = X.index_select(0, rows)
                if recipe.augment is not None:
                    pixels = recipe.augment(pixels.float().view(-1, 1, 28, 28), generator)
                with torch.autocast(pixels.device.type, torch.bfloat16, enabled=bfloat16):
                    logits = network(standardized(pixels))
                loss = F.cross_entropy(
                    logits.float(), y[rows], label_smoothing=recipe.label_smoothing
                )
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
            on_epoch_end(predict)
        return Trained(sum(p.numel() for p in network.parameters()), predict, predict_proba)

    train(lambda predict: predict(X[WARM_UP]), X[WARM_UP], y[WARM_UP], n_epochs=1)
    return train


@dataclass(frozen=True)
class _Recipe:
    """What a loop of one's own needs to know of a preset."""

    network: Callable
    augment: Callable | None
    n_epochs: int
    batch_size: int
    learning_rate: float
    momentum: float
    l2: float
    label_smoothing: float


def _recipe(preset, n_images):
    from skmnist import MnistCNNClassifier
    from skmnist._data.epochs import n_epochs
    from skmnist.augmentation import AUGMENTATIONS
    from skmnist.networks import ARCHITECTURES

    classifier = MnistCNNClassifier.from_preset(preset)
    # what the loops take for granted
    assert (classifier.optimizer, classifier.l1, classifier.scaling) == ("sgd", 0, "standard")
    assert classifier.learning_rate_schedule == "one_cycle"
    augmentation = classifier.augmentation
    if augmentation == "auto":
        augmentation = "affine_photometric"  # as the estimator does for these images and epochs
    return _Recipe(
        network=partial(ARCHITECTURES[classifier.architecture], (28, 28), 10, classifier.dropout),
        augment=AUGMENTATIONS.get(augmentation),
        n_epochs=n_epochs(classifier.max_epochs, classifier._budgets, n_images),
        batch_size=classifier.batch_size,
        learning_rate=classifier.learning_rate,
        momentum=classifier.momentum,
        l2=classifier.l2,
        label_smoothing=classifier.label_smoothing,
    )


def plain_skorch(X, y, seed, device, *, preset):
    """The preset's network and optimiser in skorch as its documentation shows; no augmentation."""
    import torch
    from skorch import NeuralNetClassifier
    from skorch.callbacks import Callback, LRScheduler

    recipe = _recipe(preset, len(X))

    def train(on_epoch_end, X=X, y=y, n_epochs=recipe.n_epochs):
        def images_of(X):
            return ((X.reshape(-1, 1, 28, 28).astype(np.float32) / 255) - 0.1307) / 0.3081

        class OnEpochEnd(Callback):
            def on_epoch_end(self, net, **kwargs):
                on_epoch_end(lambda X: net.predict(images_of(X)))

        torch.manual_seed(seed)
        schedule = LRScheduler(
            torch.optim.lr_scheduler.OneCycleLR,
            max_lr=recipe.learning_rate,
            total_steps=n_epochs * -(-len(X) // recipe.batch_size),
            pct_start=0.25,
            cycle_momentum=False,
            step_every="batch",
        )
        net = NeuralNetClassifier(
            recipe.network(),
            criterion=torch.nn.CrossEntropyLoss,
            criterion__label_smoothing=recipe.label_smoothing,
            optimizer=torch.optim.SGD,
            optimizer__momentum=recipe.momentum,
            optimizer__nesterov=True,
            optimizer__weight_decay=recipe.l2,
            lr=recipe.learning_rate,
            max_epochs=n_epochs,
            batch_size=recipe.batch_size,
            iterator_train__shuffle=True,
            train_split=None,
            callbacks=[schedule, OnEpochEnd()],
            device=device,
            verbose=0,
        )
        net.fit(images_of(X), y.astype(np.int64))
        return Trained(
            sum(p.numel() for p in net.module_.parameters()),
            lambda X: net.predict(images_of(X)),
            lambda X: net.predict_proba(images_of(X)),
        )

    train(lambda predict: predict(X[WARM_UP]), X[WARM_UP], y[WARM_UP], n_epochs=1)
    return train


def torch_example(X, y, seed, device):
    """The CNN of PyTorch's MNIST example: 14 epochs of Adadelta, batches of 64.

    The images come from a ``TensorDataset`` in memory, which is faster than the example's files.
    """
    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    def images_of(X):
        return torch.as_tensor(((X.reshape(-1, 1, 28, 28) / np.float32(255)) - 0.1307) / 0.3081)

    def train(on_epoch_end, X=X, y=y, n_epochs=14):
        torch.manual_seed(seed)
        network = nn.Sequential(
            nn.Conv2d(1, 32, 3),
            nn.ReLU(),
            nn.Conv2d(32, 64, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Dropout(0.25),
            nn.Flatten(),
            nn.Linear(9216, 128),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(128, 10),
        ).to(device)
        optimizer = torch.optim.Adadelta(network.parameters(), lr=1.0)
        schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.7)
        data = TensorDataset(images_of(X), torch.as_tensor(y))
        loader = DataLoader(data, batch_size=64, shuffle=True)

        def predict_logits(X):
            network.eval()
            with torch.no_grad():
                parts = images_of(X).split(1000)
                return torch.cat([network(part.to(device)).cpu() for part in parts])

        def predict(X):
            return predict_logits(X).argmax(1).numpy()

        def predict_proba(X):
            return predict_logits(X).softmax(1).numpy()

        for _ in range(n_epochs):
            network.train()
            for images, target in loader:
                images, target = images.to(device), target.to(device)
                optimizer.zero_grad()
                nn.functional.cross_entropy(network(images), target).backward()
                optimizer.step()
            schedule.step()
            on_epoch_end(predict)
        return Trained(sum(p.numel() for p in network.parameters()), predict, predict_proba)

    train(lambda predict: predict(X[WARM_UP]), X[WARM_UP], y[WARM_UP], n_epochs=1)
    return train


# -- Keras


def keras_example(X, y, seed, device):
    """The small CNN of Keras' "Simple MNIST convnet": 15 epochs of Adam, batches of 128."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])

    def images_of(X):
        return X.reshape(-1, 28, 28, 1).astype("float32") / 255

    def predict_proba(X):
        return model.predict(images_of(X), batch_size=512, verbose=0)

    def predict(X):
        return predict_proba(X).argmax(axis=1)

    def train(on_epoch_end, X=X, y=y, n_epochs=15):
        model.fit(
            images_of(X),
            keras.utils.to_categorical(y, 10),
            batch_size=128,
            epochs=n_epochs,
            verbose=0,
            callbacks=[
                keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: on_epoch_end(predict))
            ],
        )
        return Trained(model.count_params(), predict, predict_proba)

    # the compiled functions belong to the model, so the same one is trained and then reset
    start = model.get_weights()
    train(lambda predict: predict(X[WARM_UP]), X[WARM_UP], y[WARM_UP], n_epochs=1)
    model.set_weights(start)
    for variable in model.optimizer.variables:
        if variable is not model.optimizer.learning_rate:
            variable.assign(np.zeros(variable.shape, variable.dtype))
    return train


# -- scikit-learn


def dense_sklearn(X, y, seed, device):
    """``MLPClassifier`` with two layers of 256, an epoch per ``partial_fit``."""
    from sklearn.neural_network import MLPClassifier

    def train(on_epoch_end, X=X, y=y, n_epochs=20):
        # an integer would give every epoch the same shuffle
        classifier = MLPClassifier((256, 256), random_state=np.random.RandomState(seed))
        images = X / np.float32(255)

        def predict(X):
            return classifier.predict(X / np.float32(255))

        for _ in range(n_epochs):
            classifier.partial_fit(images, y, classes=np.arange(10))
            on_epoch_end(predict)
        sizes = [array.size for array in (*classifier.coefs_, *classifier.intercepts_)]
        return Trained(
            sum(sizes), predict, lambda X: classifier.predict_proba(X / np.float32(255))
        )

    train(lambda predict: predict(X[WARM_UP]), X[WARM_UP], y[WARM_UP], n_epochs=1)
    return train


def whole_sklearn(X, y, seed, device, *, make):
    """An estimator without epochs to speak of."""

    def train(on_epoch_end, X=X, y=y):
        classifier = make(seed).fit(X / np.float32(255), y)

        def predict(X):
            return classifier.predict(X / np.float32(255))

        def predict_proba(X):
            return classifier.predict_proba(X / np.float32(255))

        on_epoch_end(predict)
        has_probabilities = hasattr(classifier, "predict_proba")
        return Trained(None, predict, predict_proba if has_probabilities else None)

    train(lambda predict: predict(X[WARM_UP][:100]), X[WARM_UP], y[WARM_UP])
    return train


def _svc(seed):
    from sklearn.svm import SVC

    return SVC(C=5, gamma=0.05)


def _boosting(seed):
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(random_state=seed)


# those that are compared with each other stand together, so that they run one after the other
CONTESTANTS = [
    Contestant("quick", "skmnist, quick", package, ("quick", {}), rounds=10),
    Contestant(
        "loop-quick", "hand-written torch loop, quick", hand_written, ("quick", {}), rounds=10
    ),
    Contestant(
        "quick-float32",
        "skmnist, quick in float32",
        package,
        ("quick", {"precision": "float32"}),
        precision="float32",
    ),
    Contestant(
        "skorch-quick",
        "plain skorch, quick's network",
        plain_skorch,
        ("quick", {}),
        precision="float32",
    ),
    Contestant("default", "skmnist, default", package, ("default", {}), rounds=5),
    Contestant("loop-default", "hand-written torch loop, default", hand_written, ("default", {})),
    *(
        Contestant(name, f"skmnist, {name}", package, (name, {}), rounds=rounds)
        for name, rounds in (("instant", 10), ("best", 5))
    ),
    Contestant(
        "keras",
        "Keras' small CNN",
        keras_example,
        precision="float32",
        needs="tensorflow",
        devices=("cpu",),
        rounds=5,
    ),
    Contestant(
        "torch-example",
        "PyTorch examples' CNN",
        torch_example,
        precision="float32",
        rounds=1,
    ),
    Contestant(
        "mlp",
        "MLPClassifier((256, 256))",
        dense_sklearn,
        precision="float32",
        needs="sklearn",
        devices=("cpu",),
    ),
    Contestant(
        "boosting",
        "HistGradientBoostingClassifier()",
        partial(whole_sklearn, make=_boosting),
        precision="float32",
        needs="sklearn",
        devices=("cpu",),
        rounds=1,
    ),
    Contestant(
        "svc",
        "SVC(C=5, gamma=0.05)",
        partial(whole_sklearn, make=_svc),
        precision="float64",
        needs="sklearn",
        devices=("cpu",),
        rounds=1,
    ),
]
