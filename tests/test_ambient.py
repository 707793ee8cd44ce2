"""What the caller has set in torch changes nothing."""

import contextlib
import multiprocessing
import pickle
import threading
import warnings

import numpy as np
import pytest
import torch
from helpers import make_cnn

from skmnist import MnistMLPClassifier
from skmnist._engine.ambient import neutral_state
from skmnist._engine.workers import Workers


@contextlib.contextmanager
def float64_by_default():
    torch.set_default_dtype(torch.float64)
    try:
        yield
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


@contextlib.contextmanager
def no_subnormals():
    torch.set_flush_denormal(True)
    try:
        yield
        assert not has_subnormals()
    finally:
        torch.set_flush_denormal(False)


@contextlib.contextmanager
def bfloat16_products():
    torch.set_float32_matmul_precision("medium")
    torch.backends.mkldnn.conv.fp32_precision = "bf16"
    try:
        yield
        assert torch.backends.mkldnn.matmul.fp32_precision == "bf16"
        assert torch.backends.mkldnn.conv.fp32_precision == "bf16"
    finally:
        torch.set_float32_matmul_precision("highest")
        torch.backends.mkldnn.conv.fp32_precision = "none"


def has_subnormals():
    return bool(torch.full((1,), 1e-39).mul(1) != 0)


SURROUNDINGS = {
    "float64": float64_by_default,
    "autocast": lambda: torch.autocast("cpu", torch.bfloat16),
    "inference mode": torch.inference_mode,
    "no gradients": torch.no_grad,
    "no subnormals": no_subnormals,
    "another device": lambda: torch.device("meta"),
    "products of bfloat16": bfloat16_products,
}


def fit_and_predict(X, y):
    clf = make_cnn(max_epochs=2, precision="float32", test_time_augmentation=1).fit(X, y)
    clf.partial_fit(X, y)
    restored = pickle.loads(pickle.dumps(clf))
    # oneDNN has bfloat16 for large products only
    mlp = MnistMLPClassifier(max_epochs=1, precision="float32", random_state=0).fit(X, y)
    return np.stack([classifier.predict_proba(X) for classifier in (clf, restored, mlp)])


@pytest.fixture(scope="module")
def expected(small):
    return fit_and_predict(*small)


@pytest.mark.parametrize("name", SURROUNDINGS)
def test__surroundings__any__change_no_bit(small, expected, name):
    with SURROUNDINGS[name]():
        found = fit_and_predict(*small)
    np.testing.assert_array_equal(found, expected)
    assert torch.get_default_dtype() == torch.float32
    assert has_subnormals()


@pytest.mark.skipif(not torch.set_flush_denormal(False), reason="not on this processor")
def test__subnormals__of_vanishing_weights__are_zero_in_every_thread():
    # with them a fit with a strong penalty takes five times as long
    with neutral_state(), Workers(2) as workers:
        both = threading.Barrier(2)

        def task():
            both.wait(60)
            return has_subnormals()

        assert workers.run([task, task]) == [False, False]
    assert has_subnormals()


def in_child(connection, X, y, n_threads):
    clf = make_cnn(max_epochs=1, n_threads=n_threads).fit(X, y)
    connection.send(clf.predict_proba(X))


@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="this system has no fork"
)
@pytest.mark.parametrize("n_threads", [None, 2])
def test__forked_process__after_a_fit_with_threads__fits_to_the_same_bits(small, n_threads):
    X, y = small
    # after operations of several threads, those of a forked child would wait for ever
    torch.ones(1000, 1000) @ torch.ones(1000, 1000)
    make_cnn(max_epochs=1, n_threads=2).fit(X, y)
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=in_child, args=(theirs, X, y, n_threads))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking a process with threads
        child.start()
    try:
        assert ours.poll(120)
        proba = ours.recv()
    finally:
        child.kill()
    np.testing.assert_array_equal(proba, make_cnn(max_epochs=1).fit(X, y).predict_proba(X))
