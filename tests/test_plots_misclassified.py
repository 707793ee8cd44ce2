"""``MisclassifiedImagesDisplay``."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skmnist import (
    DigitNormalizer,
    NumpyMLPClassifier,
    SquareDigitTransformer,
    TransformedTargetClassifier,
)
from skmnist.plots import MisclassifiedImagesDisplay


def errors(n_errors, n_total=30, shape=(3, 3)):
    """Images that hold their number, the last ``n_errors`` of them classified wrong."""
    X = np.arange(n_total)[:, None].repeat(math.prod(shape), axis=1)
    y_pred = np.zeros(n_total, int)
    y_pred[n_total - n_errors :] = np.arange(1, n_errors + 1)
    return X, np.zeros(n_total, int), y_pred


def shown(display):
    """Return pixels and title of every image that is drawn."""
    return [
        (ax.get_images()[0].get_array().tolist(), ax.get_title())
        for ax in display.axes_.flat
        if ax.get_images()
    ]


@pytest.mark.parametrize("shape", [(8, 8), (40, 40)])
def test__misclassified_images__step_that_makes_other_images__those_that_were_given(shape):
    X = np.random.default_rng(0).integers(0, 256, (20, *shape), dtype=np.uint8)
    y = np.arange(20) % 2
    model = make_pipeline(DigitNormalizer(), NumpyMLPClassifier(max_epochs=1, random_state=0))
    rows = X.reshape(20, -1)
    display = MisclassifiedImagesDisplay.from_estimator(model.fit(X, y), rows, 1 - y)
    assert display.images.shape[1:] == shape
    assert all((image == X).all(axis=(1, 2)).any() for image in display.images)


@pytest.mark.parametrize(("n_errors", "n_shown"), [(1, 1), (3, 3), (5, 5), (6, 5), (20, 5)])
def test__misclassified_images__errors__shows_the_first_of_them(n_errors, n_shown):
    display = MisclassifiedImagesDisplay.from_predictions(*errors(n_errors), n_images=5)
    expected = [
        ([[30 - n_errors + i] * 3] * 3, f"true 0, predicted {i + 1}") for i in range(n_shown)
    ]
    assert shown(display) == expected
    assert display.images.shape == (n_errors, 3, 3)
    assert display.figure_.get_suptitle().startswith(f"{n_errors} error")
    assert display.figure_.get_suptitle().endswith("30 images")
    display.figure_.canvas.draw()


def test__misclassified_images__no_errors__shows_none():
    display = MisclassifiedImagesDisplay.from_predictions(*errors(0))
    assert shown(display) == []
    assert display.figure_.get_suptitle() == "0 errors in 30 images"
    display.figure_.canvas.draw()


def test__misclassified_images__image_shape__is_used():
    X, y_true, y_pred = errors(1, shape=(2, 8))
    X = X + np.arange(16)
    display = MisclassifiedImagesDisplay.from_predictions(X, y_true, y_pred, image_shape=(2, 8))
    assert shown(display)[0][0] == X[-1].reshape(2, 8).tolist()


@pytest.mark.parametrize("shape", [(30, 4, 4), (30, 1, 4, 4)])
def test__misclassified_images__images_of_more_dimensions__are_drawn(shape):
    X, y_true, y_pred = errors(2, shape=(4, 4))
    display = MisclassifiedImagesDisplay.from_predictions(X.reshape(shape), y_true, y_pred)
    assert [image for image, _ in shown(display)] == [[[28] * 4] * 4, [[29] * 4] * 4]


def test__misclassified_images__labels_of_text__are_shown():
    display = MisclassifiedImagesDisplay.from_predictions(
        [[1.0], [2.0]], ["one", "two"], ["one", "seven"]
    )
    assert shown(display) == [([[2.0]], "true two, predicted seven")]


def test__misclassified_images__from_estimator__takes_predictions_and_shape_from_it():
    X, y_true, y_pred = errors(3, shape=(2, 6))
    estimator = SimpleNamespace(predict=lambda X: y_pred, image_shape_=(2, 6))
    display = MisclassifiedImagesDisplay.from_estimator(estimator, X, y_true, n_images=2)
    assert shown(display) == [
        ([[27] * 6] * 2, "true 0, predicted 1"),
        ([[28] * 6] * 2, "true 0, predicted 2"),
    ]


def test__misclassified_images__fewer_pixels_than_the_image__is_padded_as_the_model_does():
    X, y_true, y_pred = errors(1, shape=(7,))
    estimator = SimpleNamespace(predict=lambda X: y_pred, image_shape_=(3, 3))
    display = MisclassifiedImagesDisplay.from_estimator(estimator, X, y_true)
    ((image, _),) = shown(display)
    assert np.ravel(image)[:7].tolist() == [29] * 7


def test__misclassified_images__different_lengths__raises():
    with pytest.raises(ValueError, match="got 2, 3 and 2"):
        MisclassifiedImagesDisplay.from_predictions(np.zeros((2, 4)), [0, 1, 2], [0, 1])


def test__misclassified_images__three_dimensions__shape_of_x(digits):
    X = np.arange(2 * 20 * 28).reshape(2, 20, 28)
    display = MisclassifiedImagesDisplay.from_predictions(X, [0, 1], [1, 1])
    np.testing.assert_array_equal(display.images, X[:1])
    assert "1 error in 2 images" in display.figure_.get_suptitle()


def test__misclassified_images__sorted_by_loss__the_most_certain_errors_first():
    X = np.arange(4)[:, None].repeat(4, axis=1)
    proba = [[0.9, 0.1], [0.4, 0.6], [0.1, 0.9], [0.3, 0.7]]
    display = MisclassifiedImagesDisplay.from_predictions(
        X, [0, 0, 0, 0], [0, 1, 1, 1], y_proba=proba, classes=[0, 1], sort_by="loss"
    )
    assert [image[0][0] for image, _ in shown(display)] == [2, 3, 1]
    assert display.losses == pytest.approx(-np.log([0.1, 0.3, 0.4]))


def test__misclassified_images__by_loss_without_probabilities__raises():
    with pytest.raises(ValueError, match="needs y_proba"):
        MisclassifiedImagesDisplay.from_predictions(*errors(1), sort_by="loss")


def test__misclassified_images__label_that_no_column_is_of__has_infinite_loss():
    display = MisclassifiedImagesDisplay.from_predictions(
        np.zeros((2, 4)), ["c", "a"], ["a", "b"], y_proba=[[1, 0], [0.5, 0.5]], classes=["a", "b"]
    )
    assert display.losses.tolist() == [math.inf, pytest.approx(math.log(2))]


def test__misclassified_images__of_square_digits__labels_are_transformed(digits):
    X, y = digits
    inner = NumpyMLPClassifier(max_epochs=20, random_state=0)
    clf = TransformedTargetClassifier(inner, SquareDigitTransformer()).fit(X[:500], y[:500])
    display = MisclassifiedImagesDisplay.from_estimator(clf, X, y, sort_by="loss")
    assert len(display.images) == np.rint((1 - clf.score(X, y)) * len(y))
