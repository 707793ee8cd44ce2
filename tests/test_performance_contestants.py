"""What is compared does what it says."""

import numpy as np
import pytest
from performance.contestants import CONTESTANTS

BY_NAME = {contestant.name: contestant for contestant in CONTESTANTS}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow) if name in ("torch-example", "svc") else name
        for name in sorted(set(BY_NAME) - {"boosting", "loop-default", "default", "best"})
    ],
)
def test__contestant__few_images__learns_and_reports(blobs, name):
    if not BY_NAME[name].is_installed():
        pytest.skip(f"{BY_NAME[name].needs} is not installed")
    X, y = blobs
    reported = []
    train = BY_NAME[name].prepare(X, y, 0, "cpu")
    fewer = {"n_epochs": 3} if name == "torch-example" else {}
    trained = train(lambda predict: reported.append(predict(X[10:]) == y[10:]), **fewer)
    assert np.mean(trained.predict(X[10:]) == y[10:]) > 0.95
    assert np.mean(reported[-1]) > 0.95
    assert trained.n_parameters is None or trained.n_parameters > 1000
    if name == "svc":
        assert trained.predict_proba is None
    else:
        proba = trained.predict_proba(X[10:])
        np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)
        np.testing.assert_array_equal(proba.argmax(axis=1), trained.predict(X[10:]))


def test__hand_written_loop__same_network_as_the_preset(blobs):
    X, y = blobs
    counts = [
        BY_NAME[name].prepare(X, y, 0, "cpu")(lambda predict: None).n_parameters
        for name in ("quick", "loop-quick", "skorch-quick")
    ]
    assert len(set(counts)) == 1


def test__contestant__number_of_epochs__in_place_of_its_own(blobs):
    X, y = blobs
    ends = []
    BY_NAME["quick"].prepare(X, y, 0, "cpu")(lambda predict: ends.append(1), n_epochs=3)
    assert len(ends) == 3
