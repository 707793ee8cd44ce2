"""Searches on a cluster, and predictions beyond memory."""

import os
import signal

import numpy as np
import pytest
from joblib import parallel_config
from numpy.testing import assert_array_equal
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from skorch.callbacks import Callback

from skmnist import MnistCNNClassifier

distributed = pytest.importorskip("distributed")
array = pytest.importorskip("dask.array")

GRID = {"l1": [0.0, 1e-4], "dropout": [0.0, 0.2]}


@pytest.fixture(scope="module")
def data(digits):
    X, y = digits
    return X[:400], y[:400]


@pytest.fixture
def client():
    """A cluster of two worker processes of one thread each."""
    with (
        distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


class KillOnce(Callback):
    """Kills the process that trains, unless a file says that this has been done."""

    def __init__(self, flag):
        self.flag = flag

    def on_epoch_end(self, net, **kwargs):
        try:
            os.close(os.open(self.flag, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)


def make(**params):
    shared = {"max_epochs": 2, "random_state": 0, "n_threads": 1}
    return MnistCNNClassifier.from_preset("quick", **{**shared, **params})


def search(data, **params):
    # joblib sends arrays to one worker and tells others to get them there; lists go with each task
    folds = [(train.tolist(), test.tolist()) for train, test in StratifiedKFold(2).split(*data)]
    clf = make(**params)
    found = GridSearchCV(clf, GRID, cv=folds, refit=False, error_score="raise").fit(*data)
    return [found.cv_results_[f"split{k}_test_score"] for k in range(2)]


def pids(client):
    return set(client.run(os.getpid).values())


@pytest.mark.tool("Dask", "searches on a cluster, whose workers may die")
@pytest.mark.slow
def test__search__worker_killed__completes_with_the_same_scores(data, client, tmp_path):
    expected = search(data)
    flag = tmp_path / "killed"
    before = pids(client)
    # images are sent to all workers, so that none takes the only copy with it
    with parallel_config(backend="dask", scatter=list(data)):
        found = search(data, callbacks=[KillOnce(str(flag))])
    assert_array_equal(found, expected)
    assert flag.exists()
    client.wait_for_workers(2)
    assert len(before - pids(client)) == 1


@pytest.mark.tool("Dask", "predictions of arrays beyond memory")
def test__map_blocks__same_predictions_chunk_by_chunk(data):
    X, y = data
    clf = make().fit(X, y)
    chunks = array.from_array(X, chunks=(150, -1))
    labels = chunks.map_blocks(clf.predict, dtype=clf.classes_.dtype, drop_axis=1)
    proba = chunks.map_blocks(
        clf.predict_proba, dtype=np.float32, chunks=(chunks.chunks[0], (len(clf.classes_),))
    )
    assert labels.shape == (400,)
    assert_array_equal(labels.compute(), clf.predict(X))
    assert_array_equal(proba.compute(), clf.predict_proba(X))
    assert_array_equal(np.concatenate(list(clf.predict_iter(chunks, chunk_size=64))), labels)
