"""What would make a model that is silently wrong is an error."""

import copy
import pickle

import numpy as np
import pytest
from helpers import each_classifier, make_cnn
from sklearn.model_selection import GridSearchCV
from skorch.callbacks import BatchScoring, EpochScoring, LRScheduler
from torch import nn
from torch.optim.lr_scheduler import StepLR

from skmnist import MnistCNNClassifier, MnistMLPClassifier, NumpyMLPClassifier
from skmnist.persistence import load_model, save_model

CLASSIFIERS = [MnistCNNClassifier, MnistMLPClassifier, NumpyMLPClassifier]


# -- values that are not finite


@pytest.mark.parametrize(
    "params",
    [
        {"learning_rate": 1e6},
        {"l2": 1e6},
        {"l1": 1e12},
        {"augmentation": lambda images, generator: images * float("nan")},
    ],
    ids=lambda params: next(iter(params)),
)
def test__fit__values_not_finite__names_the_epoch_and_what_to_lower(small, params):
    clf = make_cnn(**params)
    with pytest.raises(ValueError, match=r"diverged in epoch [123]: .*Lower learning_rate"):
        clf.fit(*small)
    assert not hasattr(clf, "net_")


@each_classifier
def test__partial_fit__values_not_finite__keeps_the_model(small, make):
    clf = make(max_epochs=1, dropout=0.2).fit(*small)
    untouched = copy.deepcopy(clf)
    before = clf.predict_proba(small[0])
    rate = clf.learning_rate
    with pytest.raises(ValueError, match="diverged in epoch 1"):
        clf.set_params(learning_rate=1e30).partial_fit(*small)
    np.testing.assert_array_equal(clf.predict_proba(small[0]), before)
    # the optimiser and the random numbers go on as if nothing had happened
    clf.set_params(learning_rate=rate).partial_fit(*small)
    expected = untouched.partial_fit(*small).predict_proba(small[0])
    np.testing.assert_array_equal(clf.predict_proba(small[0]), expected)


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), -1, "2"])
@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test__class_weight__negative_or_not_finite__is_refused(small, classifier, weight):
    with pytest.raises(ValueError, match="class_weight must hold finite numbers"):
        classifier(max_epochs=1, class_weight={0: weight}).fit(*small)


# -- networks of the user's own


@pytest.mark.parametrize(("n_classes", "n_outputs"), [(10, 12), (10, 1), (2, 2)])
def test__architecture__wrong_number_of_logits__is_refused(small, n_classes, n_outputs):
    X, y = small

    def wrong(image_shape, n_outputs_wanted, dropout):
        return nn.Sequential(nn.Flatten(), nn.Linear(64, n_outputs))

    with pytest.raises(ValueError, match=r"architecture returns must map .* but it returns"):
        make_cnn(architecture=wrong).fit(X, y % n_classes)


def test__architecture__cannot_compute_the_images__is_refused(small):
    def wrong(image_shape, n_outputs, dropout):
        return nn.Sequential(nn.Flatten(), nn.Linear(784, n_outputs))

    with pytest.raises(ValueError, match="architecture returns cannot compute images of shape"):
        make_cnn(architecture=wrong).fit(*small)


def test__architecture__check__changes_no_statistics_and_draws_nothing(small):
    seen = []

    class Watched(nn.Module):
        def __init__(self, image_shape, n_outputs, dropout):
            super().__init__()
            self.norm = nn.BatchNorm2d(1)
            self.last = nn.Linear(64, n_outputs)

        def forward(self, images):
            seen.append((self.training, self.norm.num_batches_tracked.item()))
            return self.last(self.norm(images).flatten(1))

    make_cnn(architecture=Watched).fit(*small)
    assert seen[:2] == [(False, 0), (True, 0)]


# -- the mode of the network


@pytest.mark.parametrize("classifier", [MnistCNNClassifier, MnistMLPClassifier])
def test__module__after_everything__is_in_evaluation_mode(small, classifier, tmp_path):
    clf = classifier(max_epochs=1).fit(*small)
    assert not clf.module_.training
    clf.partial_fit(*small)
    assert not clf.module_.training
    assert not pickle.loads(pickle.dumps(clf)).module_.training
    assert not load_model(save_model(clf, tmp_path / "model.skops")).module_.training


# -- NumPy's numbers


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test__parameters__numpy_numbers__are_those_of_python(small, classifier):
    numbers = {
        "max_epochs": 2,
        "batch_size": 64,
        "momentum": 0.75,
        "l1": 2.0**-20,
        "l2": 2.0**-18,
        "dropout": 0.125,
        "learning_rate": 0.03125,
        "n_iter_no_change": 3,
        "validation_fraction": 0.25,
        "random_state": 3,
    }
    in_numpy = {
        name: np.float32(value) if isinstance(value, float) else np.int64(value)
        for name, value in numbers.items()
    }
    expected = classifier(**numbers, early_stopping=True).fit(*small)
    clf = classifier(**in_numpy, early_stopping=np.True_).fit(*small)
    np.testing.assert_array_equal(clf.predict_proba(small[0]), expected.predict_proba(small[0]))


def test__parameters__numpy_numbers_in_tuples_and_elsewhere__work(small):
    clf = MnistMLPClassifier(
        hidden_layer_sizes=tuple(np.array([8, 8])),
        l1=tuple(np.zeros(3)),
        dropout=(np.float32(0.5), np.float64(0.0)),
        n_threads=np.int64(1),
        test_time_augmentation=np.int8(1),
        label_smoothing=np.float32(0.125),
        image_shape=tuple(np.array([8, 8])),
        max_epochs=np.uint8(1),
    )
    assert clf.fit(*small).predict(small[0]).shape == (400,)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test__grid_search__over_a_range_of_numpy__fits_all(small, classifier):
    grid = {"max_epochs": np.arange(1, 3)}
    search = GridSearchCV(classifier(), grid, cv=2, error_score="raise").fit(*small)
    assert set(search.best_params_) == {"max_epochs"}


# -- skorch's scoring callbacks


def final_scores(clf, X, y, **weights):
    names = {
        "cached": EpochScoring("accuracy", on_train=True),
        "computed": EpochScoring("accuracy", on_train=True, use_caching=False),
        "by_batch": BatchScoring("accuracy", on_train=True),
        "valid": EpochScoring("accuracy"),
        "valid_computed": EpochScoring("accuracy", use_caching=False),
        "valid_batches": BatchScoring("accuracy"),
        "valid_batches_computed": BatchScoring("accuracy", use_caching=False),
    }
    for name, callback in names.items():
        callback.name = name
    clf.set_params(callbacks=[*names.values()])
    clf.fit(X, y, X_val=X[:200], y_val=y[:200], **weights)
    return {name: clf.history_[-1][name] for name in names}, clf


@pytest.mark.parametrize("n_classes", [10, 2])
@pytest.mark.parametrize("weighted", [False, True])
def test__scoring_callbacks__right_labels__agree_with_the_history(small, n_classes, weighted):
    X, y = small[0], small[1] % n_classes
    weights = {"sample_weight": np.linspace(0.5, 1.5, len(y))} if weighted else {}
    clf = MnistMLPClassifier(max_epochs=10, augmentation=None, random_state=0)
    scores, clf = final_scores(clf, X, y, **weights)
    last = clf.history_[-1]
    assert scores["cached"] == pytest.approx(scores["by_batch"])
    assert scores["cached"] > 0.9
    if not weighted:  # else the history's is a weighted mean
        assert scores["cached"] == pytest.approx(last["train_accuracy"])
    assert scores["computed"] == clf.score(X, y)
    for name in ("valid", "valid_computed", "valid_batches", "valid_batches_computed"):
        assert scores[name] == pytest.approx(last["valid_accuracy"]) == clf.score(X[:200], y[:200])


def n_labels(net, X, y):
    return np.float64(len(y))


def test__history__scalars_of_callbacks__survive_pickling_and_processes(small):
    scoring = EpochScoring(n_labels, name="n_validated")
    clf = MnistMLPClassifier(
        max_epochs=2, callbacks=[scoring], early_stopping=True, learning_rate_schedule="constant"
    )
    restored = pickle.loads(pickle.dumps(clf.fit(*small)))
    assert [epoch["n_validated"] for epoch in restored.history_] == [40.0, 40.0]
    search = GridSearchCV(clf, {"l2": [0.0, 1e-3]}, cv=2, n_jobs=2).fit(*small)
    assert search.best_estimator_.history_[0]["n_validated"] == 40.0


# -- callbacks


def test__callbacks__scheduler_beside_ours__warns(small):
    scheduler = LRScheduler(StepLR, step_size=2)
    clf = MnistMLPClassifier(max_epochs=2, callbacks=[("mine", scheduler)])
    with pytest.warns(UserWarning, match="learning_rate_schedule='constant'"):
        clf.fit(*small)


def test__callbacks__scheduler_alone__sets_the_rate_without_a_word(small, recwarn):
    scheduler = LRScheduler(StepLR, step_size=1, gamma=0.5)
    clf = MnistMLPClassifier(
        max_epochs=3, callbacks=[scheduler], learning_rate_schedule="constant", learning_rate=0.5
    )
    clf.fit(*small)
    assert [epoch["learning_rate"] for epoch in clf.history_] == [0.5, 0.25, 0.125]
    assert not recwarn.list


@pytest.mark.parametrize("callback", ["x", 3, None, print, ("name", "x"), ("name",)])
def test__callbacks__something_else__is_refused(small, callback):
    with pytest.raises(TypeError, match="callbacks must hold skorch callbacks"):
        make_cnn(callbacks=[callback]).fit(*small)
