"""Training that goes on."""

import copy
from functools import partial

import numpy as np
import pytest
from helpers import each_classifier, make_cnn, make_mlp, make_numpy_mlp
from skorch.callbacks import Callback

pytestmark = pytest.mark.numerical


@pytest.fixture(scope="module")
def fitted(small):
    return make_cnn(max_epochs=8).fit(*small)


@each_classifier
def test__partial_fit__without_classes__clear_error(small, make):
    with pytest.raises(ValueError, match="classes must be passed"):
        make().partial_fit(*small)


@pytest.mark.parametrize(
    "make",
    [
        partial(make_cnn, learning_rate=0.03),
        make_mlp,
        partial(make_numpy_mlp, learning_rate=0.005),
    ],
    ids=["cnn", "mlp", "numpy_mlp"],
)
def test__partial_fit__stream_of_chunks__learns(digits, make):
    X, y = digits
    clf = make()
    for _ in range(3):
        for start in range(0, 1500, 250):
            chunk = slice(start, start + 250)
            clf.partial_fit(X[chunk], y[chunk], classes=np.arange(10))
    assert clf.n_iter_ == len(clf.history_) == 18
    assert [epoch["epoch"] for epoch in clf.history_] == list(range(1, 19))
    assert clf.score(X[1500:], y[1500:]) > 0.85
    clf.partial_fit(X[:1], y[:1])


@pytest.mark.parametrize("make", [make_cnn, make_mlp])
def test__partial_fit__first_call__constant_rate(small, make):
    X, y = small
    clf = make()
    rates = []

    class Rates(Callback):
        def on_batch_end(self, net, **kwargs):
            rates.append(net.optimizer_.param_groups[0]["lr"])

    clf.set_params(callbacks=[Rates()], batch_size=50)
    clf.partial_fit(X, y, classes=np.arange(10)).partial_fit(X, y)
    assert set(rates) == {clf.learning_rate}
    assert [epoch["learning_rate"] for epoch in clf.history_] == [clf.learning_rate] * 2


@each_classifier
def test__partial_fit__one_row_of_one_pixel__works(make):
    clf = make().partial_fit([[1.0]], [0], classes=[0, 1])
    assert clf.predict([[2.0]]).shape == (1,)
    with pytest.raises(ValueError, match="at least 2 classes"):
        make().partial_fit([[1.0]], [0], classes=[0])


def test__batches_of_one_and_two__tiny_images__train():
    X = np.random.default_rng(0).random((41, 16))
    for batch_size in (1, 2):
        clf = make_cnn(batch_size=batch_size, max_epochs=1).fit(X, np.arange(41) % 2)
        assert np.isfinite(clf.history_[0]["train_loss"])
    # a row that is trained on twice counts once in the history
    still = make_cnn(learning_rate=1e-12, augmentation=None, label_smoothing=0.0)
    loss = still.partial_fit(X[:1], [0], classes=[0, 1, 2]).history_[0]["train_loss"]
    assert loss < 2 * np.log(3)


def test__partial_fit__after_fit__goes_on(fitted, small):
    X, y = small
    clf = copy.deepcopy(fitted).partial_fit(X, y)
    assert clf.n_iter_ == fitted.n_iter_ + 1
    assert clf.history_[-1]["learning_rate"] == clf.learning_rate
    assert clf.history_[-1]["train_loss"] < fitted.history_[0]["train_loss"]


@each_classifier
def test__partial_fit__early_stopping__clear_error(small, make):
    with pytest.raises(ValueError, match="does not support early_stopping"):
        make(early_stopping=True).partial_fit(*small, classes=range(10))


@pytest.mark.parametrize(
    ("make", "changed"),
    [
        (make_cnn, {"architecture": "compact"}),
        (make_mlp, {"hidden_layer_sizes": 5}),
        (make_numpy_mlp, {"hidden_layer_sizes": 5}),
    ],
    ids=["cnn", "mlp", "numpy_mlp"],
)
def test__warm_start__goes_on_from_the_weights(small, make, changed):
    X, y = small
    clf = make(warm_start=True, max_epochs=5).fit(X, y)
    first = clf.history_
    clf.fit(X, y)
    assert clf.history_[0]["train_loss"] < 0.8 * first[0]["train_loss"]
    assert clf.n_iter_ == 5
    with pytest.raises(ValueError, match="classes of the last fit"):
        clf.fit(X, y % 3)
    with pytest.raises(ValueError, match="cannot go on"):
        clf.set_params(**changed).fit(X, y)


def test__warm_start__images_of_another_size__are_refused_and_the_model_stays(small):
    X, y = small
    clf = make_cnn(warm_start=True, max_epochs=1).fit(X, y)
    before = clf.predict_proba(X)
    with pytest.raises(ValueError, match="49 features, but MnistCNNClassifier is expecting 64"):
        clf.fit(X[:, :49], y)
    np.testing.assert_array_equal(clf.predict_proba(X), before)


@each_classifier
def test__class_weight__names_a_class_that_a_chunk_lacks__is_taken(small, make):
    X, y = small
    clf = make(class_weight={3: 5.0}, random_state=0)
    clf.partial_fit(X[y != 3], y[y != 3], classes=np.arange(10))
    clf.partial_fit(X, y)
    weighted = make(class_weight={3: 5.0}, max_epochs=1)
    weighted.fit(X, y, sample_weight=np.where(y == 3, 0.0, 1.0))


@pytest.mark.parametrize("make", [make_cnn, make_mlp])
def test__net__its_own_fit__refuses_and_the_model_stays(small, make):
    X, y = small
    clf = make(max_epochs=2).fit(X, y)
    before = clf.predict_proba(X)
    for method in (clf.net_.fit, clf.net_.partial_fit):
        with pytest.raises(NotImplementedError, match="trained through its classifier"):
            method(X.astype("float32"), y)
    np.testing.assert_array_equal(clf.predict_proba(X), before)


def test__net__images_as_skorch_takes_them__predicted(small):
    X, y = small
    clf = make_cnn(max_epochs=2).fit(X, y)
    images = X.reshape(-1, 1, 8, 8).astype("float32")
    np.testing.assert_array_equal(clf.classes_[clf.net_.predict(images)], clf.predict(X))
