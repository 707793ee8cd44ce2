"""What is compared: the package with its presets, and what one would use otherwise.

A contestant is prepared with the training set, `uint8` pixels (60,000, 784) and labels, and
returns a function that trains: only that is timed, all of it, conversions of the data included.
Preparing trains on a few images first, so that first calls and compilers are off the clock.
``report(predict)`` is called after each epoch, off the clock as well. What training returns is
the number of parameters, and `predict`.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from skmnist import MnistCNNClassifier
from skmnist.presets import PRESETS

#: What is trained on before the clock starts.
FEW = slice(2560)


@dataclass(frozen=True)
class Contestant:
    """One that is timed.

    Attributes
    ----------
    name, title : str
    prepare : callable
        Of ``X, y, seed, device``; returns ``train(report)``.
    needs : str
        The library without which it is skipped.
    n_rounds : int or None
        How often it is timed, if less than asked for: some take many minutes.
    """

    name: str
    title: str
    prepare: Callable
    needs: str = "skmnist"
    n_rounds: int | None = None

    def is_installed(self):
        return importlib.util.find_spec(self.needs) is not None


# -- the package


def package(X, y, seed, device, *, preset):
    from skorch.callbacks import Callback

    class Report(Callback):
        def __init__(self, report):
            self.report = report

        def on_epoch_end(self, net, **kwargs):
            self.report(lambda X: net.forward(X).argmax(1).numpy(force=True))

        def __deepcopy__(self, memo):
            return self

    def classifier(**params):
        return MnistCNNClassifier.from_preset(preset, random_state=seed, device=device, **params)

    classifier(max_epochs=1).fit(X[FEW], y[FEW]).predict(X[FEW])

    def train(report):
        fitted = classifier(callbacks=[Report(report)]).fit(X, y)
        return fitted.count_parameters(), fitted.predict

    return train


# -- torch


def hand_written(X, y, seed, device, *, preset):
    """The preset's network and recipe, in the shortest and fastest loop that we can write."""
    import torch
    from torch.nn import functional as F

    params = MnistCNNClassifier.from_preset(preset)
    # the package is asked for numbers only: what is the network, for how many epochs, ...
    params.image_shape_ = (28, 28)
    network_params, augment = params._network_params(), params._make_augmentation()
    n_epochs, batch_size = params._n_epochs(len(X)), params.batch_size
    bfloat16 = torch.device(device).type == "cuda" or torch.cpu.get_capabilities().get(
        "avx512_bf16", False
    )
    mean, scale = 33.3184, 78.5675

    def images_of(pixels):
        return pixels.float().view(-1, 1, 28, 28)

    def train(report, X=X, y=y, n_epochs=n_epochs):
        torch.manual_seed(seed)
        generator = torch.Generator(device).manual_seed(seed)
        X, y = torch.as_tensor(X, device=device), torch.as_tensor(y, device=device)
        network = params._build_network((28, 28), 10, **network_params).to(
            device, memory_format=torch.channels_last
        )
        weights = [p for p in network.parameters() if p.ndim > 1]
        others = [p for p in network.parameters() if p.ndim == 1]
        optimizer = torch.optim.SGD(
            [{"params": weights, "weight_decay": params.l2}, {"params": others}],
            lr=params.learning_rate,
            momentum=params.momentum,
            nesterov=True,
            fused=True,
        )
        n_steps = -(-len(X) // batch_size)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer,
            params.learning_rate,
            total_steps=n_epochs * n_steps,
            pct_start=0.25,
            cycle_momentum=False,
        )

        def predict(X):
            network.eval()
            with torch.inference_mode():
                logits = [
                    network(images_of(rows.to(device)).sub_(mean).mul_(1 / scale))
                    for rows in torch.as_tensor(X).split(512)
                ]
                return torch.cat(logits).argmax(1).numpy(force=True)

        for _ in range(n_epochs):
            network.train()
            for rows in torch.randperm(len(X), device=device).split(batch_size):
                images = images_of(X[rows])
                if augment is not None:
                    images = augment(images, generator)
                images = images.sub_(mean).mul_(1 / scale).to(memory_format=torch.channels_last)
                with torch.autocast(images.device.type, torch.bfloat16, enabled=bfloat16):
                    logits = network(images)
                loss = F.cross_entropy(
                    logits.float(), y[rows], label_smoothing=params.label_smoothing
                )
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
            report(predict)
        return sum(p.numel() for p in network.parameters()), predict

    train(lambda predict: predict(X[FEW]), X[FEW], y[FEW], n_epochs=1)
    return train


def plain_skorch(X, y, seed, device, *, preset):
    """The preset's network and optimiser in skorch as its documentation shows; no augmentation."""
    import torch
    from skorch import NeuralNetClassifier
    from skorch.callbacks import Callback, LRScheduler

    params = MnistCNNClassifier.from_preset(preset)
    n_epochs = params._n_epochs(len(X))

    def train(report, X=X, y=y, n_epochs=n_epochs):
        def images_of(X):
            return ((X.reshape(-1, 1, 28, 28).astype(np.float32) / 255) - 0.1307) / 0.3081

        class Report(Callback):
            def on_epoch_end(self, net, **kwargs):
                report(lambda X: net.predict(images_of(X)))

        torch.manual_seed(seed)
        steps = n_epochs * -(-len(X) // params.batch_size)
        net = NeuralNetClassifier(
            params._build_network,
            module__image_shape=(28, 28),
            module__n_outputs=10,
            **{f"module__{name}": value for name, value in params._network_params().items()},
            criterion=torch.nn.CrossEntropyLoss,
            criterion__label_smoothing=params.label_smoothing,
            optimizer=torch.optim.SGD,
            optimizer__momentum=params.momentum,
            optimizer__nesterov=True,
            optimizer__weight_decay=params.l2,
            lr=params.learning_rate,
            max_epochs=n_epochs,
            batch_size=params.batch_size,
            iterator_train__shuffle=True,
            train_split=None,
            callbacks=[
                LRScheduler(
                    torch.optim.lr_scheduler.OneCycleLR,
                    max_lr=params.learning_rate,
                    total_steps=steps,
                    pct_start=0.25,
                    cycle_momentum=False,
                    step_every="batch",
                ),
                Report(),
            ],
            device=device,
            verbose=0,
        )
        net.fit(images_of(X), y.astype(np.int64))
        n_parameters = sum(p.numel() for p in net.module_.parameters())
        return n_parameters, lambda X: net.predict(images_of(X))

    train(lambda predict: predict(X[FEW]), X[FEW], y[FEW], n_epochs=1)
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

    def train(report, X=X, y=y, n_epochs=14):
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

        def predict(X):
            network.eval()
            with torch.no_grad():
                parts = [
                    network(part.to(device)).argmax(1).cpu() for part in images_of(X).split(1000)
                ]
            return torch.cat(parts).numpy()

        for _ in range(n_epochs):
            network.train()
            for images, target in loader:
                images, target = images.to(device), target.to(device)
                optimizer.zero_grad()
                nn.functional.cross_entropy(network(images), target).backward()
                optimizer.step()
            schedule.step()
            report(predict)
        return sum(p.numel() for p in network.parameters()), predict

    train(lambda predict: predict(X[FEW]), X[FEW], y[FEW], n_epochs=1)
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

    def predict(X):
        return model.predict(images_of(X), batch_size=512, verbose=0).argmax(axis=1)

    def train(report, X=X, y=y, n_epochs=15):
        model.fit(
            images_of(X),
            keras.utils.to_categorical(y, 10),
            batch_size=128,
            epochs=n_epochs,
            verbose=0,
            callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: report(predict))],
        )
        return model.count_params(), predict

    # the compiled functions belong to the model, so the same one is trained and then reset
    start = model.get_weights()
    train(lambda predict: predict(X[FEW]), X[FEW], y[FEW], n_epochs=1)
    model.set_weights(start)
    for variable in model.optimizer.variables:
        if variable is not model.optimizer.learning_rate:
            variable.assign(np.zeros(variable.shape, variable.dtype))
    return train


# -- scikit-learn


def dense_sklearn(X, y, seed, device):
    """``MLPClassifier`` with two layers of 256, an epoch per ``partial_fit``."""
    from sklearn.neural_network import MLPClassifier

    def train(report):
        classifier = MLPClassifier((256, 256), random_state=seed)
        images = X / np.float32(255)

        def predict(X):
            return classifier.predict(X / np.float32(255))

        for _ in range(20):
            classifier.partial_fit(images, y, classes=np.arange(10))
            report(predict)
        sizes = [array.size for array in (*classifier.coefs_, *classifier.intercepts_)]
        return sum(sizes), predict

    return train


def whole_sklearn(X, y, seed, device, *, make):
    """An estimator without epochs to speak of."""

    def train(report):
        classifier = make(seed).fit(X / np.float32(255), y)

        def predict(X):
            return classifier.predict(X / np.float32(255))

        report(predict)
        return None, predict

    return train


def _svc(seed):
    from sklearn.svm import SVC

    return SVC(C=5, gamma=0.05)


def _boosting(seed):
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(random_state=seed)


CONTESTANTS = [
    *(Contestant(name, f"skmnist, {name}", partial(package, preset=name)) for name in PRESETS),
    Contestant(
        "loop-quick", "hand-written torch loop of quick", partial(hand_written, preset="quick")
    ),
    Contestant(
        "loop-default",
        "hand-written torch loop of default",
        partial(hand_written, preset="default"),
    ),
    Contestant(
        "skorch-quick", "plain skorch, quick's network", partial(plain_skorch, preset="quick")
    ),
    Contestant("keras", "Keras' small CNN", keras_example, needs="keras"),
    Contestant("torch-example", "PyTorch examples' CNN", torch_example, n_rounds=1),
    Contestant("mlp", "MLPClassifier((256, 256))", dense_sklearn),
    Contestant(
        "boosting",
        "HistGradientBoostingClassifier()",
        partial(whole_sklearn, make=_boosting),
        n_rounds=1,
    ),
    Contestant("svc", "SVC(C=5, gamma=0.05)", partial(whole_sklearn, make=_svc), n_rounds=1),
]
