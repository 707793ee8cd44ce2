"""What a classifier offers: predictions, labels, looking inside."""

from functools import partial

import numpy as np
import pytest
import torch
from helpers import MAKERS, each_classifier, make_cnn, make_numpy_mlp
from numpy.testing import assert_allclose, assert_array_equal
from scipy import special
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from skorch import NeuralNet

from skmnist import MnistCNNClassifier
from skmnist._engine.devices import use_bfloat16
from skmnist.networks import ARCHITECTURES


@pytest.fixture(scope="module")
def fitted(small):
    return make_cnn(max_epochs=8).fit(*small)


@pytest.mark.full
def test__digits__five_folds__accurate(digits):
    scores = cross_val_score(MnistCNNClassifier(random_state=0), *digits, cv=5)
    # the bits depend on the processor
    assert scores.mean() >= 0.98


def test__net__is_a_skorch_net(fitted, small):
    X, _ = small
    assert isinstance(fitted.net_, NeuralNet)
    assert fitted.module_ is fitted.net_.module_
    assert_array_equal(fitted.net_.predict_proba(X), fitted.predict_proba(X))
    assert_array_equal(fitted.net_.predict(X), fitted.predict(X))


def test__parameters__named_in_the_issue__all_there():
    names = [
        "architecture",
        "l1",
        "l2",
        "dropout",
        "label_smoothing",
        "augmentation",
        "test_time_augmentation",
        "optimizer",
        "learning_rate",
        "momentum",
        "learning_rate_schedule",
        "max_epochs",
        "batch_size",
        "batch_parts",
        "subsample",
        "scaling",
        "early_stopping",
        "validation_fraction",
        "n_iter_no_change",
        "class_weight",
        "image_shape",
        "device",
        "precision",
        "n_threads",
        "warm_start",
        "callbacks",
        "random_state",
        "verbose",
    ]
    assert sorted(MnistCNNClassifier().get_params()) == sorted(names)


@pytest.mark.parametrize(
    ("make", "dtype"),
    [
        *((make, "float32") for make in MAKERS.values()),
        (partial(make_numpy_mlp, dtype="float64"), "float64"),
    ],
    ids=[*MAKERS, "numpy_mlp_float64"],
)
def test__predictions__come_from_the_same_logits(small, make, dtype):
    X, y = small
    clf = make(max_epochs=8).fit(X, y)
    logits, proba = clf.decision_function(X), clf.predict_proba(X)
    assert logits.shape == proba.shape == (400, 10)
    assert logits.dtype == proba.dtype == dtype
    assert_allclose(proba, special.softmax(logits, axis=1), rtol=1e-5)
    assert_array_equal(clf.predict_log_proba(X), np.log(proba))
    assert_array_equal(clf.predict(X), clf.classes_[logits.argmax(axis=1)])
    assert clf.score(X, y) > 0.9


@pytest.mark.numerical
@pytest.mark.parametrize(
    "n_threads", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 4))]
)
@pytest.mark.parametrize("architecture", sorted(ARCHITECTURES))
def test__predictions__any_batching__agree_to_rounding(small, architecture, n_threads):
    X, y = small
    clf = make_cnn(architecture=architecture, max_epochs=1, n_threads=n_threads).fit(X, y)
    X = np.tile(X, (2, 1))
    whole = clf.predict_proba(X)
    runners_up, winners = np.sort(whole, axis=1)[:, -2:].T
    clear = winners - runners_up > 2e-6
    labels = clf.predict(X)
    for size in (*range(1, 20), 100, 511, 513, 523):
        proba = clf.predict_proba(X[:size])
        assert_allclose(proba, whole[:size], atol=1e-6, rtol=0)
        assert_array_equal(clf.predict(X[:size])[clear[:size]], labels[:size][clear[:size]])
        # the same call has the same bits
        assert_array_equal(clf.predict_proba(X[:size]), proba)


@each_classifier
def test__two_classes__one_logit__positive_for_the_second(small, make):
    X, y = small
    labels = np.where(np.isin(y, [0, 1, 4, 9]), "square", "other")
    clf = make(max_epochs=8).fit(X, labels)
    logits = clf.decision_function(X)
    assert logits.shape == (400,)
    assert_allclose(clf.predict_proba(X)[:, 1], special.expit(logits), rtol=1e-4)
    assert_array_equal(clf.predict(X) == "square", logits > 0)
    assert clf.score(X, labels) > 0.9


@each_classifier
@pytest.mark.parametrize("labels", [list("abcdefghij"), [3.0 * k for k in range(10)]])
def test__labels__of_any_type__come_back(small, make, labels):
    X, y = small
    labels = np.array(labels)[y]
    predicted = make().fit(X, labels).predict(X)
    assert predicted.dtype == labels.dtype
    assert set(predicted) <= set(labels)


def test__summary__lists_layers_shapes_and_parameters(small):
    clf = make_cnn(architecture="compact", max_epochs=1).fit(*small)
    assert clf.count_parameters() == 8286
    table = clf.summary()
    assert "Total parameters: 8,286" in table
    counts = [row.split()[-1] for row in table.splitlines() if row.startswith(("Conv", "Batch"))]
    published = "90 20 1,440 32 160 1,440 32 2,304 32 256 1,440 20 900 20 100"
    assert counts == published.split()


@pytest.mark.parametrize("method", ["count_parameters", "summary"])
def test__looking_inside__unfitted__says_so(method):
    with pytest.raises(NotFittedError):
        getattr(MnistCNNClassifier(), method)()


def test__pipeline__with_a_scaler__works(small):
    pipeline = make_pipeline(MinMaxScaler(), make_cnn(max_epochs=10))
    assert pipeline.fit(*small).score(*small) > 0.8


@pytest.mark.parametrize(
    ("limit", "bfloat16"),
    [
        (None, True),
        ("ALL", True),
        ("AVX512_CORE_BF16", True),
        ("avx512_core_amx", True),
        ("AVX512_CORE", False),
        ("avx2", False),
    ],
)
def test__precision__auto__bfloat16_unless_onednn_must_emulate_it(limit, bfloat16, monkeypatch):
    has = torch.cpu.get_capabilities() | {"avx512_bf16": True}
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: has)
    monkeypatch.delenv("ONEDNN_MAX_CPU_ISA", raising=False)
    if limit is not None:
        monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", limit)
    assert use_bfloat16("auto", "cpu") == bfloat16
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: has | {"avx512_bf16": False})
    assert not use_bfloat16("auto", "cpu")


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test__precision__forced__learns_and_predicts_in_float32(small, precision):
    clf = make_cnn(precision=precision, max_epochs=8).fit(*small)
    assert clf.score(*small) > 0.9
    assert clf.predict_proba(small[0]).dtype == np.float32
