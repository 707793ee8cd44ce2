import copy
import pickle
import subprocess
import sys
import threading
import tracemalloc

import joblib
import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from skorch import NeuralNet
from skorch.callbacks import Callback, EarlyStopping, EpochScoring
from torch import nn

from skmnist import MnistCNNClassifier
from skmnist.callbacks import ProgressBar
from skmnist.networks import ARCHITECTURES


def make(**params):
    return MnistCNNClassifier(**{"max_epochs": 3, "random_state": 0, "n_threads": 1} | params)


@pytest.fixture(scope="module")
def small(digits):
    X, y = digits
    return X[:400], y[:400]


@pytest.fixture(scope="module")
def fitted(small):
    return make(max_epochs=8).fit(*small)


# -- the default on scikit-learn's digits (Done when 4)


@pytest.mark.slow
def test_digits__five_folds__accurate(digits):
    scores = cross_val_score(MnistCNNClassifier(random_state=0), *digits, cv=5)
    # the bits depend on the number of threads and on the processor
    assert scores.mean() >= 0.983


# -- the interface


def test_net__is_a_skorch_net(fitted, small):
    X, _ = small
    assert isinstance(fitted.net_, NeuralNet)
    assert fitted.module_ is fitted.net_.module_
    assert_array_equal(fitted.net_.predict_proba(X), fitted.predict_proba(X))
    assert_array_equal(fitted.net_.predict(X), fitted.predict(X))


def test_parameters__named_in_the_issue__all_there():
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


def test_predictions__come_from_the_same_logits(fitted, small):
    X, y = small
    logits = fitted.decision_function(X)
    proba = fitted.predict_proba(X)
    assert logits.shape == proba.shape == (400, 10)
    exact = torch.softmax(torch.from_numpy(logits), 1).numpy()
    assert_array_equal(proba, exact)
    assert_array_equal(fitted.predict(X), fitted.classes_[logits.argmax(1)])
    assert_array_equal(fitted.predict_log_proba(X), np.log(proba))
    assert fitted.score(X, y) > 0.9


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("architecture", sorted(ARCHITECTURES))
def test_predictions__any_batching__same_bits(small, architecture, n_threads):
    X, y = small
    clf = make(architecture=architecture, max_epochs=1, n_threads=n_threads).fit(X, y)
    whole = clf.decision_function(np.tile(X, (2, 1)))
    for size in (*range(1, 20), 100, 511, 513, 523):
        assert_array_equal(clf.decision_function(np.tile(X, (2, 1))[:size]), whole[:size])


def test_two_classes__one_logit__positive_for_the_second(small):
    X, y = small
    labels = np.where(np.isin(y, [0, 1, 4, 9]), "square", "other")
    clf = make(max_epochs=8).fit(X, labels)
    logits = clf.decision_function(X)
    assert logits.shape == (400,)
    assert clf.module_(torch.zeros(1, 1, 8, 8)).shape == (1, 1)
    assert_allclose(clf.predict_proba(X)[:, 1], 1 / (1 + np.exp(-logits)), rtol=1e-5)
    assert_array_equal(clf.predict(X) == "square", logits > 0)
    assert clf.score(X, labels) > 0.9


@pytest.mark.parametrize("labels", [list("abcdefghij"), [3.0 * k for k in range(10)]])
def test_labels__of_any_type__come_back(small, labels):
    X, y = small
    labels = np.array(labels)[y]
    predicted = make().fit(X, labels).predict(X)
    assert predicted.dtype == labels.dtype
    assert set(predicted) <= set(labels)


def test_summary__lists_layers_shapes_and_parameters(small):
    clf = make(architecture="compact", max_epochs=1).fit(*small)
    assert clf.count_parameters() == 8286
    table = clf.summary()
    assert "Total parameters: 8,286" in table
    counts = [row.split()[-1] for row in table.splitlines() if row.startswith(("Conv", "Batch"))]
    published = "90 20 1,440 32 160 1,440 32 2,304 32 256 1,440 20 900 20 100"
    assert counts == published.split()


@pytest.mark.parametrize("method", ["count_parameters", "summary"])
def test_looking_inside__unfitted__says_so(method):
    with pytest.raises(NotFittedError):
        getattr(MnistCNNClassifier(), method)()


# -- input


def test_input__any_layout_or_dtype__same_model(small, fitted):
    X, y = small
    expected = fitted.predict_proba(X)
    images = X.reshape(-1, 8, 8)
    for same in (
        images,
        images[:, None],
        X.astype(float),
        X.astype(np.int64),
        np.asfortranarray(X),
        pd.DataFrame(X),
        X.tolist(),
        torch.from_numpy(X),
    ):
        clf = make(max_epochs=8).fit(same, y)
        assert clf.image_shape_ == (8, 8)
        assert_array_equal(clf.predict_proba(same), expected)


def test_input__read_only_memory_map__is_not_copied_or_written(small, tmp_path):
    X, y = small
    joblib.dump(X, tmp_path / "X")
    mapped = joblib.load(tmp_path / "X", mmap_mode="r")
    clf = make().fit(mapped, y)
    assert_array_equal(clf.predict_proba(mapped), make().fit(X, y).predict_proba(X))


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
def test_predict_iter__generator_or_array__same_bits_as_one_call(fitted, small, method):
    X, _ = small
    whole = getattr(fitted, method)(X)
    chunks = (X[start : start + 150].reshape(-1, 8, 8) for start in range(0, 400, 150))
    assert_array_equal(np.concatenate(list(fitted.predict_iter(chunks, method=method))), whole)
    for many in (X, pd.DataFrame(X), X.tolist()):
        pieces = list(fitted.predict_iter(many, method=method, chunk_size=150))
        assert [len(piece) for piece in pieces] == [150, 150, 100]
        assert_array_equal(np.concatenate(pieces), whole)


def test_predict_iter__endless_stream__one_chunk_at_a_time(fitted, small):
    X, _ = small
    taken = []

    def stream():
        while True:
            taken.append(1)
            yield X[:10]

    predictions = fitted.predict_iter(stream())
    for n_chunks in (1, 2, 3):
        assert len(next(predictions)) == 10
        assert len(taken) == n_chunks


def test_predict_iter__memory_map__bounded_memory(fitted, tmp_path):
    X = np.lib.format.open_memmap(tmp_path / "X.npy", "w+", np.uint8, (100_000, 64))
    tracemalloc.start()
    try:
        n_predicted = sum(map(len, fitted.predict_iter(X)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert n_predicted == len(X)
    assert peak < X.nbytes / 10


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "fit"}, "method must be one of predict,"),
        ({"chunk_size": 0}, "chunk_size must"),
    ],
)
def test_predict_iter__bad_argument__clear_error_at_once(fitted, small, arguments, message):
    with pytest.raises(ValueError, match=message):
        fitted.predict_iter(small[0], **arguments)
    with pytest.raises(NotFittedError):
        make().predict_iter(small[0])


def test_input__affine_change_of_scale__same_predictions(small):
    X, y = small
    clf = make(precision="float32", augmentation=None, max_epochs=10)
    a = clone(clf).fit(X, y)
    b = clone(clf).fit(X * 0.25 - 3, y)
    assert a.mean_ == pytest.approx(X.mean())
    assert a.scale_ == pytest.approx(X.std())
    # rows are trained on in the order of their bytes, so not to the bit
    assert np.mean(a.predict(X) == b.predict(X * 0.25 - 3)) > 0.85


def test_input__not_square__image_shape_or_padding(small):
    X, y = small
    X = X[:, :40]
    assert make().fit(X, y).image_shape_ == (7, 7)
    assert make(image_shape=(5, 8)).fit(X, y).image_shape_ == (5, 8)
    assert make().fit(X.reshape(-1, 5, 8), y).image_shape_ == (5, 8)


@pytest.mark.parametrize(
    ("X", "params", "message"),
    [
        (np.zeros((4, 3, 8, 8)), {}, "one channel"),
        (np.zeros((4, 64)), {"image_shape": (8, 9)}, "does not fit X"),
        (np.zeros((4, 8, 8)), {"image_shape": (4, 16)}, "does not fit X"),
        (np.zeros((4, 64)), {"image_shape": (8,)}, "height, width"),
        (np.full((4, 64), np.nan), {}, "NaN"),
        (np.zeros((4, 64)), {"device": "cuda:99"}, "Use device='cpu'"),
    ],
)
def test_fit__bad_input__clear_error(X, params, message):
    with pytest.raises(ValueError, match=message):
        make(**params).fit(X, [0, 1, 0, 1])


def test_fit__one_class__clear_error(small):
    X, _ = small
    with pytest.raises(ValueError, match="at least 2 classes"):
        make().fit(X, np.zeros(400))
    with pytest.raises(ValueError, match="at least 2 classes"):
        make().fit(X[:2], [0, 1], sample_weight=[1, 0])


def test_predict__images_of_another_shape__clear_error(fitted):
    with pytest.raises(ValueError, match=r"\(4, 16\)"):
        fitted.predict(np.zeros((2, 4, 16)))


def test_architecture__callable__is_trained(small):
    def linear(image_shape, n_outputs, dropout):
        assert image_shape == (8, 8)
        return nn.Sequential(nn.Flatten(), nn.Dropout(dropout), nn.Linear(64, n_outputs))

    X, y = small
    clf = make(architecture=linear, dropout=0.2, max_epochs=20, learning_rate=0.01).fit(X, y)
    assert clf.count_parameters() == 650
    assert clf.score(X, y) > 0.85
    again = make(architecture=linear, dropout=0.2, max_epochs=20, learning_rate=0.01).fit(X, y)
    assert_array_equal(clf.predict_proba(X), again.predict_proba(X))


# -- the objective


def linear_network(image_shape, n_outputs, dropout):
    return nn.Sequential(nn.Flatten(), nn.Linear(image_shape[0] * image_shape[1], n_outputs))


@pytest.mark.parametrize(
    ("l1", "l2", "label_smoothing"), [(0, 0, 0), (0.01, 0, 0), (0, 0.1, 0), (0.01, 0.1, 0.1)]
)
@pytest.mark.parametrize("n_classes", [2, 10])
def test_objective__one_step_of_sgd__is_the_gradient_of_the_formula(
    small, l1, l2, label_smoothing, n_classes
):
    X, y = small
    y = y % n_classes
    params = {
        "architecture": linear_network,
        "augmentation": None,
        "precision": "float32",
        "momentum": 0.0,
        "learning_rate": 0.5,
        "learning_rate_schedule": "constant",
        "batch_size": 400,
        "l1": l1,
        "l2": l2,
        "label_smoothing": label_smoothing,
        "max_epochs": 1,
    }
    after = make(**params).fit(X, y)
    # the same start: a step so small that it changes nothing
    before = make(**params | {"learning_rate": 1e-30}).fit(X, y)

    weight, bias = (p.detach().clone().requires_grad_() for p in before.module_.parameters())
    inputs = torch.from_numpy((X - after.mean_) / after.scale_).float()
    logits = inputs @ weight.T + bias
    if n_classes == 2:
        logits = torch.cat([torch.zeros_like(logits), logits], dim=1)
    target = torch.nn.functional.one_hot(torch.from_numpy(y), n_classes).double()
    target = target * (1 - label_smoothing) + label_smoothing / n_classes
    loss = -(target * logits.log_softmax(1)).sum(1).mean()
    objective = loss + l1 * weight.abs().sum() + l2 / 2 * weight.square().sum()
    objective.backward()
    new_weight, new_bias = after.module_.parameters()
    assert_allclose(new_weight.detach(), (weight - 0.5 * weight.grad).detach(), atol=2e-6)
    assert_allclose(new_bias.detach(), (bias - 0.5 * bias.grad).detach(), atol=2e-6)
    # the history shows the loss without the penalties
    assert after.history_[0]["train_loss"] == pytest.approx(loss.item(), rel=1e-5)


def test_penalties__strong__shrink_what_they_say(small):
    X, y = small

    def norms(**params):
        module = make(max_epochs=8, **params).fit(X, y).module_
        weights = [p.detach() for p in module.parameters() if p.ndim > 1]
        return sum(w.abs().sum() for w in weights), sum(w.square().sum() for w in weights)

    plain, l1, l2 = norms(l2=0), norms(l2=0, l1=3e-3), norms(l2=3e-2)
    assert l1[0] < 0.8 * plain[0]
    assert l2[1] < 0.8 * plain[1]


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "rmsprop", torch.optim.NAdam])
@pytest.mark.parametrize("schedule", ["one_cycle", "step", "constant"])
def test_optimizer__each_with_each_schedule__learns(small, optimizer, schedule):
    rate = 0.03 if optimizer == "sgd" else 0.003
    clf = make(
        optimizer=optimizer, learning_rate=rate, learning_rate_schedule=schedule, max_epochs=15
    )
    assert clf.fit(*small).score(*small) > 0.8


# -- weights


def test_sample_weight__whole_numbers__same_bits_as_copies(small):
    X, y = small
    weight = np.random.default_rng(0).integers(0, 4, len(y))
    weighted = make().fit(X, y, sample_weight=weight)
    repeated = make().fit(np.repeat(X, weight, axis=0), np.repeat(y, weight))
    assert_array_equal(weighted.predict_proba(X), repeated.predict_proba(X))


def test_sample_weight__fractions__count_relative_to_each_other(small):
    X, y = small
    weight = np.random.default_rng(0).uniform(0.1, 1, len(y))
    a = make().fit(X, y, sample_weight=weight)
    b = make().fit(X, y, sample_weight=weight * 4)
    assert_array_equal(a.predict_proba(X), b.predict_proba(X))
    assert np.abs(a.predict_proba(X) - make().fit(X, y).predict_proba(X)).max() > 1e-3


def test_sample_weight__wrong_labels_weigh_little__are_not_learned(small):
    X, y = small
    wrong = (np.arange(len(y)) % 2).astype(bool)
    labels = np.where(wrong, (y + 1) % 10, y)
    weight = np.where(wrong, 0.01, 1.0)
    clf = make(max_epochs=15).fit(X, labels, sample_weight=weight)
    assert clf.score(X, y) > 0.9


def test_class_weight__heavy_class__is_preferred(small):
    X, y = small
    y = np.where(y < 5, 0, 1)
    noise = np.random.default_rng(0).random(len(y)) < 0.3
    y = np.where(noise, 1 - y, y)
    shares = [
        np.mean(make(class_weight={0: w, 1: 1}, max_epochs=5).fit(X, y).predict(X) == 0)
        for w in (0.05, 1, 20)
    ]
    assert shares[0] < 0.2 < shares[1] < 0.8 < shares[2]


def test_all_weights_zero__clear_error(fitted, small):
    with pytest.raises(ValueError, match=r"[zZ]ero"):
        copy.deepcopy(fitted).partial_fit(*small, sample_weight=np.zeros(400))


# -- validation, history, early stopping


def test_history__record_per_epoch__ready_for_pandas(small):
    X, y = small
    clf = make().fit(X[:300], y[:300], X_val=X[300:], y_val=y[300:])
    frame = pd.DataFrame(clf.history_)
    assert list(frame.columns) == [
        "epoch",
        "train_loss",
        "train_accuracy",
        "valid_loss",
        "valid_accuracy",
        "learning_rate",
        "seconds",
    ]
    assert list(frame["epoch"]) == [1, 2, 3]
    assert clf.n_iter_ == 3
    assert frame["valid_accuracy"].iloc[-1] == pytest.approx(clf.score(X[300:], y[300:]))
    assert frame["seconds"].gt(0).all()


def test_validation_set__given__never_changes_the_model(small):
    X, y = small
    with_validation = make().fit(X[:300], y[:300], X_val=X[300:], y_val=y[300:])
    without = make().fit(X[:300], y[:300])
    assert_array_equal(with_validation.predict_proba(X), without.predict_proba(X))
    assert "valid_loss" not in without.history_[0]


def test_validation_set__label_unknown_or_half_given__clear_error(small):
    X, y = small
    with pytest.raises(ValueError, match="y_val holds labels"):
        make().fit(X, y, X_val=X[:2], y_val=[0, 11])
    with pytest.raises(ValueError, match="together"):
        make().fit(X, y, X_val=X)


def test_early_stopping__no_progress__stops_and_goes_back_to_the_best(small):
    X, y = small
    rng = np.random.default_rng(0)
    clf = make(
        early_stopping=True, n_iter_no_change=2, max_epochs=40, learning_rate_schedule="constant"
    ).fit(X[:300], y[:300], X_val=X[300:], y_val=rng.integers(0, 10, 100))
    accuracies = [epoch["valid_accuracy"] for epoch in clf.history_]
    assert clf.n_iter_ < 40
    assert len(accuracies) - 1 - int(np.argmax(accuracies)) == 2
    rng = np.random.default_rng(0)
    assert clf.score(X[300:], rng.integers(0, 10, 100)) == pytest.approx(max(accuracies))


def test_early_stopping__no_validation_set__holds_out_a_share(small):
    X, y = small
    clf = make(early_stopping=True, validation_fraction=0.25).fit(X, y)
    assert "valid_accuracy" in clf.history_[0]
    # a hundredth of the accuracy is one of the hundred images held out
    assert clf.history_[0]["valid_accuracy"] * 100 == pytest.approx(
        round(clf.history_[0]["valid_accuracy"] * 100)
    )
    with pytest.raises(ValueError, match="early_stopping could not set"):
        make(early_stopping=True).fit(X[:12], y[:12])


# -- going on


def test_partial_fit__without_classes__clear_error(small):
    with pytest.raises(ValueError, match="classes must be passed"):
        make().partial_fit(*small)


def test_partial_fit__stream_of_chunks__learns(digits):
    X, y = digits
    clf = make(learning_rate=0.03)
    for _ in range(3):
        for start in range(0, 1500, 250):
            chunk = slice(start, start + 250)
            clf.partial_fit(X[chunk], y[chunk], classes=np.arange(10))
    assert clf.n_iter_ == len(clf.history_) == 18
    assert [epoch["epoch"] for epoch in clf.history_] == list(range(1, 19))
    assert clf.score(X[1500:], y[1500:]) > 0.85
    clf.partial_fit(X[:1], y[:1])


def test_partial_fit__one_row_of_one_pixel__works():
    clf = make().partial_fit([[1.0]], [0], classes=[0, 1])
    assert clf.predict([[2.0]]).shape == (1,)
    with pytest.raises(ValueError, match="at least 2 classes"):
        make().partial_fit([[1.0]], [0], classes=[0])


def test_batches_of_one_and_two__tiny_images__train():
    X = np.random.default_rng(0).random((41, 16))
    for batch_size in (1, 2):
        clf = make(batch_size=batch_size, max_epochs=1).fit(X, np.arange(41) % 2)
        assert np.isfinite(clf.history_[0]["train_loss"])
    # a row that is trained on twice counts once in the history
    still = make(learning_rate=1e-12, augmentation=None, label_smoothing=0.0)
    loss = still.partial_fit(X[:1], [0], classes=[0, 1, 2]).history_[0]["train_loss"]
    assert loss < 2 * np.log(3)


def test_partial_fit__after_fit__goes_on(fitted, small):
    X, y = small
    clf = copy.deepcopy(fitted).partial_fit(X, y)
    assert clf.n_iter_ == fitted.n_iter_ + 1
    assert clf.history_[-1]["learning_rate"] == clf.learning_rate
    assert clf.history_[-1]["train_loss"] < fitted.history_[0]["train_loss"]


def test_partial_fit__early_stopping__clear_error(small):
    with pytest.raises(ValueError, match="does not support early_stopping"):
        make(early_stopping=True).partial_fit(*small, classes=range(10))


def test_warm_start__goes_on_from_the_weights(small):
    X, y = small
    clf = make(warm_start=True, max_epochs=5).fit(X, y)
    first = clf.history_
    clf.fit(X, y)
    assert clf.history_[0]["train_loss"] < 0.8 * first[0]["train_loss"]
    assert clf.n_iter_ == 5
    with pytest.raises(ValueError, match="classes of the last fit"):
        clf.fit(X, y % 3)
    with pytest.raises(ValueError, match="cannot go on"):
        clf.set_params(architecture="compact").fit(X, y)


# -- determinism


def test_determinism__any_row_order__same_bits(small, fitted):
    X, y = small
    order = np.random.default_rng(0).permutation(len(y))
    shuffled = make(max_epochs=8).fit(X[order], y[order])
    assert_array_equal(shuffled.predict_proba(X), fitted.predict_proba(X))


def test_determinism__another_process__same_bits(small, fitted, tmp_path):
    X, y = small
    joblib.dump((clone(fitted), X, y), tmp_path / "task")
    code = (
        "import joblib, sys; clf, X, y = joblib.load(sys.argv[1]);"
        "joblib.dump(clf.fit(X, y).predict_proba(X), sys.argv[2])"
    )
    arguments = [str(tmp_path / "task"), str(tmp_path / "proba")]
    subprocess.run([sys.executable, "-c", code, *arguments], check=True)
    assert_array_equal(joblib.load(tmp_path / "proba"), fitted.predict_proba(X))


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_determinism__any_n_jobs_and_backend__same_scores(small, backend):
    clf = make(dropout=0.1)
    expected = cross_val_score(clf, *small, cv=3)
    with joblib.parallel_config(backend=backend):
        assert_array_equal(cross_val_score(clf, *small, cv=3, n_jobs=2), expected)


def test_determinism__different_seed__different_model(small, fitted):
    X, y = small
    other = make(max_epochs=8, random_state=1).fit(X, y)
    assert np.abs(other.predict_proba(X) - fitted.predict_proba(X)).max() > 1e-3


def test_global_random_states__after_fit__untouched(small):
    np.random.seed(3)
    torch.manual_seed(3)
    before = np.random.get_state()[1].copy(), torch.get_rng_state()
    make(dropout=0.2).fit(*small)
    assert_array_equal(np.random.get_state()[1], before[0])
    assert torch.equal(torch.get_rng_state(), before[1])


def test_n_threads__inside_fit_only(small):
    seen = []

    class Spy(Callback):
        def on_epoch_end(self, net, **kwargs):
            seen.append(torch.get_num_threads())

    before = torch.get_num_threads()
    clf = make(n_threads=3, max_epochs=1)
    clf.callbacks = [Spy()]
    clf.fit(*small)
    assert seen == [3]
    assert torch.get_num_threads() == before


def test_two_threads_at_once__same_bits_as_alone(small, fitted):
    X, y = small
    results = [None, None]

    def fit(index):
        results[index] = make(max_epochs=8).fit(X, y).predict_proba(X)

    threads = [threading.Thread(target=fit, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        assert_array_equal(result, fitted.predict_proba(X))


# -- storing


def test_pickle__goes_on_to_the_bit(small):
    X, y = small
    clf = make(dropout=0.2).fit(X, y)
    loaded = pickle.loads(pickle.dumps(clf))
    assert_array_equal(loaded.predict_proba(X), clf.predict_proba(X))
    assert_array_equal(
        loaded.partial_fit(X, y).predict_proba(X), clf.partial_fit(X, y).predict_proba(X)
    )


def test_pickle__holds_no_tensor_and_no_data(fitted):
    state = fitted.__getstate__()

    def leaves(value):
        if isinstance(value, dict):
            return [leaf for item in value.values() for leaf in leaves(item)]
        return [value]

    assert not any(isinstance(leaf, torch.Tensor | nn.Module) for leaf in leaves(state))
    # weights and momentum in float32, the generator's state, and a little
    assert len(pickle.dumps(fitted)) < 2 * 4 * fitted.count_parameters() + 40_000


def test_pickle__memory_mapped__predicts(small, fitted, tmp_path):
    joblib.dump(fitted, tmp_path / "clf")
    loaded = joblib.load(tmp_path / "clf", mmap_mode="r")
    assert_array_equal(loaded.predict_proba(small[0]), fitted.predict_proba(small[0]))
    loaded.partial_fit(*small)


def test_pickle__parameters_changed_after_fit__keeps_the_fitted_network(small, fitted):
    clf = copy.deepcopy(fitted).set_params(architecture="compact", dropout=0.5)
    loaded = pickle.loads(pickle.dumps(clf))
    assert_array_equal(loaded.predict_proba(small[0]), fitted.predict_proba(small[0]))


def test_pickle__device_that_is_not_here__falls_back_to_the_cpu(small, fitted):
    clf = copy.deepcopy(fitted).set_params(device="cuda:99")
    with pytest.warns(UserWarning, match="restored on the CPU"):
        loaded = pickle.loads(pickle.dumps(clf))
    assert_array_equal(loaded.predict_proba(small[0]), fitted.predict_proba(small[0]))


# -- callbacks and interrupts


def test_callbacks__given__are_copied_and_called(small):
    X, y = small
    scoring = EpochScoring("accuracy", name="again", lower_is_better=False)
    stopping = EarlyStopping(monitor="train_loss", patience=2, threshold=10, sink=lambda _: None)
    clf = make(callbacks=[scoring, stopping], max_epochs=9)
    clf.fit(X, y, X_val=X[:50], y_val=y[:50])
    assert clf.n_iter_ == 3  # skorch's early stopping has ended it in good order
    assert clf.net_.history[:, "again"] == [e["valid_accuracy"] for e in clf.history_]
    assert not hasattr(scoring, "best_score_")
    assert stopping.misses_ == 0


def test_interrupt__from_outside__is_raised_and_nothing_is_fitted(small):
    class Interrupt(Callback):
        def on_epoch_end(self, net, **kwargs):
            import os
            import signal

            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1000):  # the handler runs between two of these
                pass

    clf = make(callbacks=[Interrupt()])
    with pytest.raises(KeyboardInterrupt):
        clf.fit(*small)
    with pytest.raises(NotFittedError):
        clf.predict(small[0])
    # nor does an earlier fit pass for this one
    refitted = make().fit(*small).set_params(callbacks=[Interrupt()])
    with pytest.raises(KeyboardInterrupt):
        refitted.fit(*small)
    with pytest.raises(NotFittedError):
        refitted.predict(small[0])


def test_verbose__prints_epochs_or_shows_a_bar(small, capsys):
    make(verbose=1).fit(*small)
    assert "train_loss" in capsys.readouterr().out
    make(verbose=2).fit(*small)
    assert "epoch 3/3" in capsys.readouterr().err
    make(callbacks=[ProgressBar()]).fit(*small, X_val=small[0], y_val=small[1])
    shown = capsys.readouterr().err
    assert "loss=" in shown
    assert "accuracy=" in shown
    assert "validation=" in shown
    make().fit(*small)
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


# -- scikit-learn's tools


def test_pipeline__with_a_scaler__works(small):
    pipeline = make_pipeline(MinMaxScaler(), make(max_epochs=10))
    assert pipeline.fit(*small).score(*small) > 0.8


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_precision__forced__learns_and_predicts_in_float32(small, precision):
    clf = make(precision=precision, max_epochs=8).fit(*small)
    assert clf.score(*small) > 0.9
    assert clf.predict_proba(small[0]).dtype == np.float32
