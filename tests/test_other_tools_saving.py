"""Models written and read by other tools than `save_model`."""

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedShuffleSplit,
    TunedThresholdClassifierCV,
)

from skmnist import MnistCNNClassifier, NumpyMLPClassifier, load_model, save_model


@pytest.fixture(scope="module", params=[MnistCNNClassifier, NumpyMLPClassifier])
def fitted(request, digits):
    return request.param(max_epochs=1, random_state=0).fit(digits[0][:200], digits[1][:200])


@pytest.mark.tool("joblib", "`dump` and `load`, memory-mapped too")
@pytest.mark.parametrize("mmap_mode", [None, "r"])
def test__joblib__memory_mapped_or_not__same_bits(mmap_mode, fitted, digits, tmp_path):
    joblib.dump(fitted, tmp_path / "model.joblib")
    loaded = joblib.load(tmp_path / "model.joblib", mmap_mode=mmap_mode)
    assert_array_equal(loaded.predict_proba(digits[0]), fitted.predict_proba(digits[0]))
    assert loaded.partial_fit(digits[0][:50], digits[1][:50]).n_iter_ == 2


@pytest.mark.tool("cloudpickle", "models with functions of a notebook")
def test__cloudpickle__function_of_a_notebook__same_bits(digits):
    cloudpickle = pytest.importorskip("cloudpickle")
    shade = 0.5
    X, y = digits

    def dimmed(images, generator):
        return images * shade

    clf = MnistCNNClassifier(augmentation=dimmed, max_epochs=1, random_state=0)
    clf.fit(X[:200], y[:200])
    loaded = cloudpickle.loads(cloudpickle.dumps(clf))
    assert_array_equal(loaded.predict_proba(X), clf.predict_proba(X))
    assert loaded.augmentation is not dimmed


@pytest.mark.tool("skops", "`dump` and `load`")
def test__skops__same_bits(fitted, digits):
    import skops.io

    data = skops.io.dumps(fitted)
    types = skops.io.get_untrusted_types(data=data)
    assert all(name.split(".")[0] in ("skmnist", "torch") for name in types)
    loaded = skops.io.loads(data, trusted=types)
    assert_array_equal(loaded.predict_proba(digits[0]), fitted.predict_proba(digits[0]))


@pytest.mark.tool("joblib", "`Memory` caches fits")
def test__joblib_memory__the_same_fit_is_made_once(digits, tmp_path):
    memory = joblib.Memory(tmp_path, verbose=0)
    calls = []

    def fit(clf, X, y):
        calls.append(clf)
        return clf.fit(X, y)

    cached = memory.cache(fit)
    for _ in range(2):
        clf = MnistCNNClassifier(max_epochs=1, random_state=0)
        proba = cached(clf, digits[0][:100], digits[1][:100]).predict_proba(digits[0][:10])
        assert np.isfinite(proba).all()
    assert len(calls) == 1


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda clf: VotingClassifier([("a", clf), ("b", clf)]),
        lambda clf: StackingClassifier([("a", clf), ("b", clf)], cv=2),
        lambda clf: TunedThresholdClassifierCV(clf, cv=2),
        lambda clf: CalibratedClassifierCV(clf, method="temperature", cv=2),
        lambda clf: GridSearchCV(
            clf,
            {"l2": [0.0]},
            scoring="neg_log_loss",
            cv=StratifiedShuffleSplit(1, random_state=0),
        ),
    ],
)
def test__save_model__estimator_of_scikit_learn__loaded_without_a_word(wrapped, digits, tmp_path):
    X, y = digits[0][:200], digits[1][:200] % 2
    model = wrapped(NumpyMLPClassifier(max_epochs=1, random_state=0)).fit(X, y)
    loaded = load_model(save_model(model, tmp_path / "model.skops"))
    assert_array_equal(loaded.predict(X), model.predict(X))
