"""The same seed, the same bits."""

import subprocess
import sys
import threading

import joblib
import numpy as np
import pytest
import torch
from helpers import make_cnn
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import cross_val_score, cross_validate
from skorch.callbacks import Callback

pytestmark = pytest.mark.numerical


@pytest.fixture(scope="module")
def fitted(small):
    return make_cnn(max_epochs=8).fit(*small)


def test__determinism__any_row_order__same_bits(small, fitted):
    X, y = small
    order = np.random.default_rng(0).permutation(len(y))
    shuffled = make_cnn(max_epochs=8).fit(X[order], y[order])
    assert_array_equal(shuffled.predict_proba(X), fitted.predict_proba(X))


def test__determinism__another_process__same_bits(small, fitted, tmp_path):
    X, y = small
    joblib.dump((clone(fitted), X, y), tmp_path / "task")
    code = (
        "import joblib, sys; clf, X, y = joblib.load(sys.argv[1]); clf.n_threads = 2;"
        "joblib.dump(clf.fit(X, y).predict_proba(X), sys.argv[2])"
    )
    arguments = [str(tmp_path / "task"), str(tmp_path / "proba")]
    subprocess.run([sys.executable, "-c", code, *arguments], check=True)
    assert_array_equal(joblib.load(tmp_path / "proba"), fitted.predict_proba(X))


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test__determinism__any_n_jobs_and_backend__same_scores(small, backend):
    clf = make_cnn(dropout=0.1)
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


def test__determinism__different_seed__different_model(small, fitted):
    X, y = small
    other = make_cnn(max_epochs=8, random_state=1).fit(X, y)
    assert np.abs(other.predict_proba(X) - fitted.predict_proba(X)).max() > 1e-3


def test__global_random_states__after_fit__untouched(small):
    np.random.seed(3)
    torch.manual_seed(3)
    before = np.random.get_state()[1].copy(), torch.get_rng_state()
    make_cnn(dropout=0.2).fit(*small)
    assert_array_equal(np.random.get_state()[1], before[0])
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


def test__two_threads_at_once__same_bits_as_alone(small, fitted):
    X, y = small
    results = [None, None]

    def fit(index):
        results[index] = make_cnn(max_epochs=8).fit(X, y).predict_proba(X)

    threads = [threading.Thread(target=fit, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        assert_array_equal(result, fitted.predict_proba(X))
