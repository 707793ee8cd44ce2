"""Displays of what is inside a network, and of what it looks at."""

import copy
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from helpers import make_cnn, make_mlp, make_numpy_mlp
from sklearn.tree import DecisionTreeClassifier

from skmnist.plots import (
    FirstLayerFiltersDisplay,
    FirstLayerMapsDisplay,
    SaliencyDisplay,
)


@pytest.fixture(scope="module")
def dense(small):
    return make_numpy_mlp(max_epochs=1).fit(*small)


@pytest.fixture(scope="module")
def cnn(small):
    return make_cnn(max_epochs=1).fit(*small)


def test__filters__of_each_kind_of_network__are_its_first_weights(cnn, dense):
    convolution = cnn.module_.features[0].weight.detach().numpy()
    display = FirstLayerFiltersDisplay.from_estimator(cnn)
    np.testing.assert_array_equal(display.filters, convolution[:, 0])
    display = FirstLayerFiltersDisplay.from_estimator(dense, n_filters=5)
    np.testing.assert_array_equal(display.filters[3], dense.coefs_[0][:, 3].reshape(8, 8))
    assert len(display.ax_.get_images()) == 5
    assert "5 of 100 filters" in display.ax_.get_title()


def test__filters__other_classifier__raises(small):
    with pytest.raises(TypeError, match="DecisionTreeClassifier has no network"):
        FirstLayerFiltersDisplay.from_estimator(DecisionTreeClassifier().fit(*small))


def test__maps__are_what_the_first_convolution_returns(cnn, small):
    X, _ = small
    display = FirstLayerMapsDisplay.from_estimator(cnn, X, n_images=2, n_maps=4)
    pixels = (X[1].reshape(8, 8) - cnn.mean_) / cnn.scale_
    padded = np.pad(pixels, 2)
    expected = (padded[2:7, 1:6] * display.filters[3]).sum()
    assert display.maps[1, 3, 2, 1] == pytest.approx(expected, abs=1e-4)
    assert "4 of 16 maps" in display.ax_.get_title()


def test__maps__dense_network__raises(dense, small):
    with pytest.raises(ValueError, match="no convolution"):
        FirstLayerMapsDisplay.from_estimator(dense, small[0])


def score_of(classifier, X, label):
    """Return the network's own score for a label, in double precision."""
    outputs = (X - classifier.mean_) / classifier.scale_
    if hasattr(classifier, "coefs_"):
        for number, (weight, bias) in enumerate(
            zip(classifier.coefs_, classifier.intercepts_, strict=True)
        ):
            outputs = (np.maximum(outputs, 0) if number else outputs) @ weight + bias
        return outputs[:, label]
    network = copy.deepcopy(classifier.module_).double().eval()
    images = torch.from_numpy(outputs.reshape(-1, 1, *classifier.image_shape_))
    return network(images)[:, label].detach().numpy()


@pytest.mark.parametrize("kind", ["torch", "numpy"])
def test__gradient__is_how_much_the_score_changes_with_each_pixel(kind, dense, small):
    X, y = small
    classifier = dense
    if kind == "torch":
        classifier = make_mlp(max_epochs=1).fit(X, y)
    own = classifier.decision_function(X)[:, 3] * getattr(classifier, "temperature_", 1)
    np.testing.assert_allclose(score_of(classifier, X, 3), own, rtol=1e-3, atol=1e-4)
    display = SaliencyDisplay.from_estimator(classifier, X[:2], [3, 3])
    # so small a step crosses no kink of a ReLU
    step = 1e-6 * np.eye(64)
    for image, found in zip(X, display.maps["gradient"], strict=False):
        change = score_of(classifier, image + step, 3) - score_of(classifier, image - step, 3)
        np.testing.assert_allclose(found.ravel(), np.abs(change) / 2e-6, rtol=1e-3, atol=1e-5)


def test__gradient__two_classes__is_of_the_one_logit(small):
    X, y = small
    clf = make_mlp(max_epochs=1).fit(X, y > 4)
    found = SaliencyDisplay.from_estimator(clf, X, n_images=2).maps["gradient"]
    assert (found > 0).mean() > 0.5


def test__occlusion__only_one_pixel_matters__only_windows_that_cover_it():
    class OnePixel:
        classes_ = np.array(["no", "yes"])
        image_shape_ = (6, 6)

        def predict(self, X):
            return self.classes_[(X[:, 14] > 0).astype(int)]

        def predict_proba(self, X):
            yes = np.where(X[:, 14] > 0, 0.9, 0.1)
            return np.stack([1 - yes, yes], axis=1)

    image = np.zeros((1, 36))
    image[0, 14] = 1  # row 2, column 2
    display = SaliencyDisplay.from_estimator(OnePixel(), image, method="occlusion", window=3)
    expected = np.zeros((6, 6))
    expected[1:4, 1:4] = np.log(9)
    np.testing.assert_allclose(display.maps["occlusion"][0], expected)
    assert display.labels.tolist() == ["yes"]


def test__saliency__what_cannot_be__raises(dense, small):
    X, y = small
    with pytest.raises(ValueError, match="gradient, occlusion, got 'lime'"):
        SaliencyDisplay.from_estimator(dense, X, method="lime")
    with pytest.raises(ValueError, match="does not know the label 12"):
        SaliencyDisplay.from_estimator(dense, X, np.full(len(X), 12))
    with pytest.raises(TypeError, match="method='occlusion' explains"):
        SaliencyDisplay.from_estimator(DecisionTreeClassifier().fit(X, y), X)


def test__saliency__data_frame_of_the_fit__no_warning(small):
    X, y = small
    frame = pd.DataFrame(X).rename(columns=str)
    clf = make_numpy_mlp(max_epochs=1).fit(frame, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SaliencyDisplay.from_estimator(clf, frame, method=["gradient", "occlusion"], n_images=2)
