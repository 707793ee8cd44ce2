"""The same seed, the same bits."""

import os
import subprocess
import sys
import threading
from functools import partial

import joblib
import numpy as np
import pytest
import torch
from helpers import MAKERS, each_classifier, make_cnn, make_numpy_mlp
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import cross_val_score, cross_validate
from skorch.callbacks import Callback
from threadpoolctl import threadpool_limits

pytestmark = pytest.mark.numerical


@pytest.mark.parametrize(
    "make",
    [*MAKERS.values(), partial(make_numpy_mlp, dropout=0.3, shift=0.1, early_stopping=True)],
    ids=[*MAKERS, "numpy_mlp_with_all_that_draws"],
)
def test__determinism__any_row_order__same_bits(small, make):
    X, y = small
    order = np.random.default_rng(0).permutation(len(y))
    shuffled = make().fit(X[order], y[order])
    assert_array_equal(shuffled.predict_proba(X), make().fit(X, y).predict_proba(X))


def test__determinism__another_process__same_bits(small, tmp_path):
    X, y = small
    classifiers = [make() for make in MAKERS.values()]
    joblib.dump((classifiers, X, y), tmp_path / "task")
    code = """
import joblib, sys
classifiers, X, y = joblib.load(sys.argv[1])
for clf in classifiers:
    if hasattr(clf, "n_threads"):
        clf.n_threads = 2
joblib.dump([clf.fit(X, y).predict_proba(X) for clf in classifiers], sys.argv[2])
"""
    arguments = [str(tmp_path / "task"), str(tmp_path / "proba")]
    # NumPy's sums depend on the number of threads of its BLAS
    environ = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, env=environ)
    found = joblib.load(tmp_path / "proba")
    for clf, proba in zip(classifiers, found, strict=True):
        with threadpool_limits(1, user_api="blas"):
            assert_array_equal(proba, clf.fit(X, y).predict_proba(X))


@each_classifier
@pytest.mark.parametrize("backend", ["loky", "threading"])
def test__determinism__any_n_jobs_and_backend__same_scores(small, make, backend):
    clf = make(dropout=0.1)
    expected = cross_val_score(clf, *small, cv=3)
    with joblib.parallel_config(backend=backend):
        assert_array_equal(cross_val_score(clf, *small, cv=3, n_jobs=2), expected)


def test__determinism__search_and_direct_fit__same_bits_without_n_threads(small):
    X, y = small
    clf = make_cnn(dropout=0.1, n_threads=None)
    splits = [(np.arange(0, 300), np.arange(300, 400))]
    direct = clone(clf).fit(X[:300], y[:300]).predict_proba(X)
    for n_jobs in (1, 2):
        # two of them, so that there is something to share out
        fits = cross_validate(clf, X, y, cv=splits * 2, n_jobs=n_jobs, return_estimator=True)
        for fitted in fits["estimator"]:
            assert_array_equal(fitted.predict_proba(X), direct)


@each_classifier
def test__determinism__different_seed__different_model(small, make):
    X, y = small
    one, other = (make(random_state=seed).fit(X, y).predict_proba(X) for seed in (0, 1))
    assert np.abs(other - one).max() > 1e-3


@each_classifier
def test__random_state__instances_of_one_seed__same_bits(small, make):
    X, y = small
    one, other = (make(random_state=np.random.RandomState(7)).fit(X, y) for _ in range(2))
    assert_array_equal(one.predict_proba(X), other.predict_proba(X))


@pytest.mark.parametrize(
    "make", [make_cnn, partial(make_numpy_mlp, shift=0.1)], ids=["cnn", "numpy_mlp"]
)
def test__global_random_states__after_fit__untouched(small, make):
    np.random.seed(3)
    torch.manual_seed(3)
    before = np.random.get_state(), torch.get_rng_state()
    make(dropout=0.2, early_stopping=True).fit(*small)
    after = np.random.get_state()
    assert_array_equal(after[1], before[0][1])
    assert after[2] == before[0][2]
    assert torch.equal(torch.get_rng_state(), before[1])


def test__torchs_threads__one_inside_fit__as_before_after_it(small):
    seen = []

    class Spy(Callback):
        def on_epoch_end(self, net, **kwargs):
            seen.append(torch.get_num_threads())

    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        make_cnn(max_epochs=1, callbacks=[Spy()]).fit(*small)
        assert seen == [1]
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test__two_threads_at_once__same_bits_as_alone(small):
    X, y = small
    results = [None, None]

    def fit(index):
        results[index] = make_cnn().fit(X, y).predict_proba(X)

    threads = [threading.Thread(target=fit, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = make_cnn().fit(X, y).predict_proba(X)
    for result in results:
        assert_array_equal(result, expected)
