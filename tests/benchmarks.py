"""What the tests of the benchmarks use."""

import numpy as np
import pytest
from shared.process import TaskError

import skmnist


@pytest.fixture(scope="session")
def bars():
    """Light bars on a dark ground, at the left or at the right."""
    X = np.zeros((40, 28, 28), dtype=np.uint8)
    y = np.arange(40) % 2
    X[y == 0, 4:24, 7:10] = 250
    X[y == 1, 4:24, 17:20] = 250
    return X.reshape(40, 784), y


@pytest.fixture
def mnist_of_bars(monkeypatch, bars):
    """The same few images wherever MNIST is fetched."""
    monkeypatch.setattr(skmnist, "fetch_mnist", lambda **kwargs: bars)


@pytest.fixture(scope="session")
def blobs():
    """Images of two kinds that everyone tells apart: a bright half at the top or below."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 800)
    X = rng.integers(0, 100, (800, 28, 28), dtype=np.uint8)
    X[y == 0, :14] += 100
    X[y == 1, 14:] += 100
    # ten classes are expected: eight of them are there once
    y[:10] = range(10)
    return X.reshape(800, 784), y


def command_of(main, module, made_up, folder, monkeypatch, what):
    """Return a function that runs a benchmark's command, and returns what it measured.

    Parameters
    ----------
    main : callable
        The command.
    module : module
        Where it has ``in_own_process`` from, in place of which results are made up.
    made_up : callable
        Returns the result of a task.
    folder : pathlib.Path
        Where results and the document go.
    monkeypatch : pytest.MonkeyPatch
    what : callable
        Says what a task measures.
    """
    ran = []

    def run(task, package):
        ran.append(what(task))
        if run.fails == task["contestant"]:
            raise TaskError("out of luck")
        return made_up(task)

    def call(*arguments, fails=None):
        ran.clear()
        run.fails = fails
        code = main([*arguments, "--output", str(folder)])
        assert code == (1 if fails else 0)
        return list(ran)

    monkeypatch.setattr(module, "in_own_process", run)
    return call


def made_up_speed(contestant, seed, seconds, accuracies):
    """Return a result of a contestant's training, with so many seconds for each epoch."""
    return {
        "part": "speed",
        "contestant": contestant,
        "seed": seed,
        "device": "cpu",
        "epochs": [
            {"seconds": seconds * (k + 1), "test_accuracy": accuracy}
            for k, accuracy in enumerate(accuracies)
        ],
        "fit_seconds": seconds * len(accuracies),
        "test_accuracy": accuracies[-1],
        "test_log_loss": 0.0123,
        "test_calibration_error": 0.0045,
        "n_parameters": 1234,
        "precision": "bfloat16",
        "peak_memory": 456.7,
        "machine": {"processor": "made up"},
        "versions": {"python": "3.11"},
    }


def made_up_busy(contestant, **seconds):
    """Return a result of a contestant's fits beside 0, 1 and 2 processes."""
    fits = [
        {"busy": n_busy, "epoch_seconds": 0.9 * s, "fit_seconds": s}
        for n_busy, name in enumerate(("alone", "one", "two"))
        for s in seconds[name]
    ]
    return {"part": "busy", "contestant": contestant, "fits": fits, "n_images": 20_000}


def other_default(monkeypatch, name, value):
    """Change the default of a parameter, or add it."""
    cnn = skmnist.MnistCNNClassifier
    before = cnn.get_params
    monkeypatch.setattr(cnn, "get_params", lambda self, deep=True: {**before(self), name: value})
