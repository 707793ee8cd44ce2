"""The public interface as a typed program uses it: mypy reads this file, nothing runs it."""

from pathlib import Path
from typing import assert_type

import numpy as np
from numpy.typing import NDArray

from skmnist import (
    DigitNormalizer,
    MnistCNNClassifier,
    MnistMLPClassifier,
    NumpyMLPClassifier,
    SquareDigitTransformer,
    TransformedTargetClassifier,
    export_onnx,
    fetch_mnist,
    load_model,
    mnist_split,
    save_model,
    transformed_target_scorer,
    write_demo,
    write_report,
)
from skmnist.callbacks import BackupAndRestore, ProgressBar
from skmnist.datasets import mnist_search_path, verify_mnist
from skmnist.networks import CompactCNN, count_parameters
from skmnist.pictures import find_digits, load_image
from skmnist.plots import GridSearchDisplay, MisclassifiedImagesDisplay, TrainingCurvesDisplay


def train(folder: Path) -> None:
    X, y = fetch_mnist(subset="train", return_X_y=True)
    clf = MnistCNNClassifier.from_preset("quick", callbacks=[ProgressBar()])
    clf.fit(X, y)
    save_model(clf, folder / "model.skops")
    assert_type(export_onnx(clf, folder / "model.onnx", input_dtype="uint8"), Path)
    assert_type(write_demo(clf, folder / "demo.html", pixel_max=255), Path)
    load_model(folder / "model.skops").predict(X)
    assert_type(write_report(clf, X, y, folder / "report.html", ignore=["SKM013"]), Path)
    TrainingCurvesDisplay.from_estimator(clf)
    MisclassifiedImagesDisplay.from_estimator(clf, X, y)
    image = load_image("seven.png", (28, 28))
    assert_type(image, NDArray[np.uint8])
    clf.predict_proba(image[None])
    clf.predict(DigitNormalizer().fit_transform(["seven.png"]))
    print([digit.box for digit in find_digits("seven.png")])


def others() -> None:
    estimators = [MnistMLPClassifier(), NumpyMLPClassifier()]
    squares = TransformedTargetClassifier(estimators[0], SquareDigitTransformer())
    transformed_target_scorer(SquareDigitTransformer(), "f1")
    count_parameters(CompactCNN((28, 28), 10))
    mnist_split()
    print(mnist_search_path())
    verify_mnist("folder")
    BackupAndRestore("backup.pt")
    print(squares, GridSearchDisplay)


def what_mypy_must_refuse() -> None:
    # an error that is not there any more is one itself: warn_unused_ignores
    export_onnx(MnistCNNClassifier(), 3)  # type: ignore[arg-type]
    export_onnx(MnistCNNClassifier(), "model.onnx", input_dtype="int8")  # type: ignore[arg-type]
    write_demo(MnistCNNClassifier(), 3)  # type: ignore[arg-type]
    load_image(3)  # type: ignore[arg-type]
    MnistCNNClassifier(no_such_parameter=1)  # type: ignore[call-arg]
