"""scikit-learn's model selection, with the classifiers as users tune them."""

import re
from pathlib import Path

import numpy as np
import pytest
from joblib import parallel_config
from joblib.externals.loky import get_reusable_executor
from numpy.testing import assert_array_equal
from scipy.stats import loguniform
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    validation_curve,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler

from skmnist import MnistCNNClassifier, MnistMLPClassifier


@pytest.fixture(scope="module")
def data(digits):
    X, y = digits
    return X[:400], y[:400]


def make(**params):
    shared = {"max_epochs": 4, "batch_size": 32, "learning_rate": 0.1, "random_state": 0}
    return MnistCNNClassifier.from_preset("quick", **{**shared, **params})


def split_scores(search):
    n_splits = search.n_splits_
    return np.array([search.cv_results_[f"split{k}_test_score"] for k in range(n_splits)])


def test__grid__network_and_regularisation_in_a_pipeline__best_is_refitted(data):
    pipeline = Pipeline([("scaler", MinMaxScaler()), ("cnn", make())])
    grid = {"cnn__architecture": ["small", "lenet5"], "cnn__l1": [0.0, 1.0], "cnn__dropout": [0.1]}
    search = GridSearchCV(pipeline, grid, cv=StratifiedKFold(2), error_score="raise").fit(*data)
    # that much l1 leaves nothing to predict with
    assert search.best_params_["cnn__l1"] == 0.0
    assert search.score(*data) > 0.8
    best = search.best_estimator_["cnn"]
    assert best.architecture == search.best_params_["cnn__architecture"]


def test__grid__candidates__scored_as_one_fit_each_would_be(data):
    X, y = data
    cv = StratifiedKFold(3)
    search = GridSearchCV(make(), {"dropout": [0.0, 0.5]}, cv=cv).fit(X, y)
    for index, params in enumerate(search.cv_results_["params"]):
        expected = [
            make(**params).fit(X[train], y[train]).score(X[test], y[test])
            for train, test in cv.split(X, y)
        ]
        assert_array_equal(split_scores(search)[:, index], expected)


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test__grid__two_jobs__same_scores_to_the_bit(backend, data):
    grid = {"l1": [0.0, 1e-4], "dropout": [0.0, 0.2]}
    expected = GridSearchCV(make(), grid, cv=2, refit=False).fit(*data)
    with parallel_config(backend=backend, n_jobs=2):
        found = GridSearchCV(make(), grid, cv=2, refit=False, error_score="raise").fit(*data)
    assert_array_equal(split_scores(found), split_scores(expected))


def test__randomized__same_seed__same_search(data):
    def search():
        distributions = {"l1": loguniform(1e-6, 1e-1), "dropout": [0.0, 0.1]}
        return RandomizedSearchCV(make(), distributions, n_iter=3, cv=2, random_state=0).fit(*data)

    first, second = search(), search()
    assert first.best_params_ == second.best_params_
    assert_array_equal(split_scores(first), split_scores(second))


def test__halving__epochs__the_good_train_longer(data):
    search = HalvingGridSearchCV(
        make(),
        {"l1": [0.0, 1e-1, 1.0]},
        resource="max_epochs",
        min_resources=1,
        max_resources=3,
        cv=2,
        random_state=0,
        error_score="raise",
    ).fit(*data)
    assert search.n_resources_ == [1, 3]
    assert search.n_candidates_ == [3, 1]
    assert search.best_params_ == {"l1": 0.0, "max_epochs": 3}
    assert search.best_estimator_.n_iter_ == 3


def test__halving__samples__the_good_get_more_images(data):
    search = HalvingGridSearchCV(
        make(max_epochs=3),
        {"l1": [0.0, 1e-1, 1.0]},
        min_resources=120,
        cv=2,
        random_state=0,
        error_score="raise",
    ).fit(*data)
    assert search.n_resources_ == [120, 360]
    assert search.best_params_ == {"l1": 0.0}


def test__nested__grid_within_folds__a_score_for_each(data):
    search = GridSearchCV(make(), {"l1": [0.0, 1.0]}, cv=2)
    results = cross_validate(search, *data, cv=2, return_estimator=True, error_score="raise")
    assert [found.best_params_ for found in results["estimator"]] == [{"l1": 0.0}] * 2
    assert results["test_score"].min() > 0.5


def test__curves__more_images_and_more_epochs__better(data):
    sizes, _, test = learning_curve(
        make(max_epochs=4), *data, train_sizes=[40, 260], cv=3, error_score="raise"
    )
    assert_array_equal(sizes, [40, 260])
    assert test[1].mean() > test[0].mean()
    _, test = validation_curve(
        make(), *data, param_name="max_epochs", param_range=[1, 6], cv=3, error_score="raise"
    )
    assert test[1].mean() > test[0].mean()


class Recorder:
    """An augmentation that changes nothing and remembers what it has seen."""

    seen = []

    def __call__(self, images, generator):
        self.seen.append(images.clone().numpy())
        return images


def test__augmentation__test_folds__never_seen_by_it(data):
    # mark the images of one fold by a pixel that is the same in all others
    X, y = data
    X = X.copy()
    cv = StratifiedKFold(2)
    train, test = next(cv.split(X, y))
    X[train, 0], X[test, 0] = 0, 255
    Recorder.seen = []
    clf = make(augmentation=Recorder(), max_epochs=2, scaling=None, precision="float32")
    cross_val_score(clf, X, y, cv=[(train, test)], error_score="raise")
    seen = np.concatenate(Recorder.seen)
    assert len(seen) == 2 * len(train)
    assert seen[:, 0, 0, 0].max() == 0


def test__predictions_of_folds__those_of_fits_without_the_fold(data):
    X, y = data
    cv = StratifiedKFold(2)
    proba = cross_val_predict(make(), X, y, cv=cv, method="predict_proba", n_jobs=2)
    for train, test in cv.split(X, y):
        expected = make().fit(X[train], y[train]).predict_proba(X[test])
        assert_array_equal(proba[test], expected)


def peak_memory():
    """Return the largest size that this process has had in memory, in MB."""
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1000


def predict_and_measure(clf, X, y):
    clf.predict(X)
    return peak_memory()


def fit_and_measure(X, y):
    # what libraries load and keep at a first fit is not the data's
    memory_clf().fit(X[:2000], y[:2000])
    before, clf = peak_memory(), memory_clf().fit(X, y)
    return before, peak_memory(), predict_and_measure(clf, X, y)


def memory_clf():
    # the smallest network: what is left is the data
    return MnistMLPClassifier(
        hidden_layer_sizes=(8,),
        augmentation=None,
        batch_size=1024,
        max_epochs=1,
        random_state=0,
        n_threads=1,
    )


@pytest.mark.slow
# getrusage would count what the parent had before the process became its own
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
def test__memory__two_workers__the_data_once_more_than_a_single_fit():
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 256, (60_000, 784), dtype=np.uint8), np.arange(60_000) % 10
    # in a new worker each, with nothing in memory but the libraries
    get_reusable_executor(max_workers=1).shutdown(wait=True)
    worker = get_reusable_executor(max_workers=1)
    before, fitted, single = worker.submit(fit_and_measure, X, y).result()
    get_reusable_executor(max_workers=1).shutdown(wait=True)
    search = GridSearchCV(
        memory_clf(),
        {"l1": [0.0, 1e-6, 1e-5]},
        cv=3,
        scoring=predict_and_measure,
        refit=False,
        n_jobs=2,
    ).fit(X, y)
    # the scorer runs where the fit has run
    data = X.nbytes / 1e6
    # as float32 the data would be four times as large. Three times is slack: what allocators
    # keep differs by machine, and by what else runs there
    assert split_scores(search).max() < single + 3 * data
    assert fitted < before + 3 * data
    assert single < fitted + data
