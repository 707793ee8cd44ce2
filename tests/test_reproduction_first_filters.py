"""The filters of a first convolution, before and after training."""

import numpy as np
import pytest
from made_up_results import tiny_split

from skmnist import MnistCNNClassifier
from skmnist.reproduction.recipes.first_filters import first_filters


def fitted(learning_rate):
    clf = MnistCNNClassifier(
        architecture="lenet5",
        learning_rate=learning_rate,
        learning_rate_schedule="constant",
        optimizer="adam",
        augmentation=None,
        max_epochs=1,
        random_state=0,
    )
    return clf.fit(*tiny_split().train)


def test__first_filters__nothing_learned__as_they_started():
    metrics = first_filters(fitted(1e-30), tiny_split())
    assert np.shape(metrics["filters"]) == (6, 5, 5)
    assert metrics["filters"] == metrics["filters_at_start"]
    assert metrics["filter_correlation"] == pytest.approx(1.0)


def test__first_filters__learned__start_of_the_same_seed():
    clf = fitted(0.01)
    metrics = first_filters(clf, tiny_split())
    (start, end) = (np.array(metrics[name]) for name in ("filters_at_start", "filters"))
    weight = next(weight for weight in clf.module_.parameters() if weight.ndim == 4)
    np.testing.assert_allclose(end, weight[:, 0].detach().numpy(), atol=5e-4)
    assert start.tolist() == first_filters(fitted(1e-30), tiny_split())["filters"]
    assert 0 < metrics["filter_correlation"] < 0.9999
