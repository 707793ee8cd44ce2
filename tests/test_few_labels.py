"""What "auto" decides for few images, and the benchmark of few labels."""

import dataclasses
import json

import check_published
import numpy as np
import pytest
import shared.command
from benchmarks import command_of
from few_labels import contestants, measure
from few_labels.__main__ import BENCHMARK

import skmnist
from skmnist import MnistCNNClassifier
from skmnist._data.epochs import n_epochs
from skmnist._files import RecordStore
from skmnist.augmentation import AUGMENTATIONS
from skmnist.classifiers import _auto


def epochs_of(n_images, image_shape=(28, 28), **params):
    clf = MnistCNNClassifier(**params)
    return n_epochs(clf.max_epochs, clf._budgets_for(image_shape), n_images)


def test__max_epochs__few_images__many_epochs():
    fewest, most, _ = _auto.MANY_EPOCHS
    assert [epochs_of(n) for n in (600_000, 60_000)] == [fewest, fewest]
    # a sixteenth of the images has eight times the epochs
    assert epochs_of(60_000 // 16) == 8 * fewest
    assert epochs_of(100) == most == 600


def test__max_epochs__small_or_undistorted_images__at_most_50():
    assert epochs_of(100, image_shape=(8, 28)) == 50
    assert epochs_of(100, augmentation=None) == 50
    assert epochs_of(15_000, augmentation=None) == 32


def test__augmentation__more_epochs__stronger():
    names = {1: "affine", 39: "affine", 40: "strong", 149: "strong", 150: "strongest"}
    for epochs, name in names.items():
        found = _auto.augmentation_for((8, 8), epochs, photometric=False)
        assert found is AUGMENTATIONS[name]
    assert _auto.augmentation_for((28, 7), 600, photometric=True) is None


def test__augmentation__faults__in_few_epochs_only():
    for epochs, name in {39: "affine_photometric", 40: "strong"}.items():
        found = _auto.augmentation_for((16, 16), epochs, photometric=True)
        assert found is AUGMENTATIONS[name]
    found = _auto.augmentation_for((16, 16), 39, photometric=False)
    assert found is AUGMENTATIONS["affine"]


def test__augmentation__fit__follows_the_epochs(bars):
    for epochs, name in {2: "affine_photometric", 40: "strong"}.items():
        clf = MnistCNNClassifier(architecture="coarse", max_epochs=epochs, random_state=0)
        clf.fit(*bars)
        assert clf.net_.get_params()["iterator_train__augmentation"] is AUGMENTATIONS[name]
        # an epoch on new images is not seen often
        clf.partial_fit(*bars)
        now = clf.net_.get_params()["iterator_train__augmentation"]
        assert now is AUGMENTATIONS["affine_photometric"]


def test__test_time_augmentation__auto__more_after_many_epochs(bars):
    few = MnistCNNClassifier(architecture="coarse", max_epochs=2, random_state=0).fit(*bars)
    many = MnistCNNClassifier(architecture="coarse", max_epochs=40, random_state=0).fit(*bars)
    for clf, n_copies in ((few, 2), (many, 8)):
        proba = clf.predict_proba(bars[0])
        clf.set_params(test_time_augmentation=n_copies)
        assert np.array_equal(clf.predict_proba(bars[0]), proba)
        assert len(clf._distortion_grids()) == n_copies


def test__test_time_augmentation__auto__not_where_it_may_hurt():
    assert _auto.copies_for("auto", (28, 28), 16) == 2
    assert _auto.copies_for("auto", (28, 28), 600) == 8
    assert _auto.copies_for("mild", (28, 28), 600) == 0
    assert _auto.copies_for(None, (28, 28), 600) == 0
    assert _auto.copies_for("auto", (8, 8), 600) == 0


@pytest.mark.parametrize(("n_images", "expected"), [(1, 64), (100, 64), (192, 64), (193, 128)])
def test__batch_size__auto__no_epoch_of_one_step(n_images, expected):
    assert _auto.batch_size_for("auto", n_images) == expected
    assert _auto.batch_size_for(np.int64(500), n_images) == 500


@pytest.mark.parametrize(("n_images", "expected"), [(100, 64), (4_999, 128), (5_000, 256)])
def test__batch_size__large__only_for_many_images(n_images, expected):
    assert _auto.batch_size_for("large", n_images) == expected


def test__batch_size__auto__of_the_images_that_are_trained_on(bars):
    X, y = np.tile(bars[0], (5, 1)), np.tile(bars[1], 5)
    clf = MnistCNNClassifier(architecture="coarse", max_epochs=1, random_state=0).fit(X, y)
    assert (clf.net_.batch_size, len(clf.net_.generators_)) == (128, 2)
    clf.partial_fit(*bars)
    assert (clf.net_.batch_size, len(clf.net_.generators_)) == (64, 1)


@pytest.mark.slow
def test__mnist__ten_images_of_each_class__read(mnist):
    X, y = mnist.data, mnist.target
    rows = measure.draw(y[:50_000], 10, 0)
    clf = MnistCNNClassifier(random_state=0).fit(X[rows], y[rows])
    assert clf.score(X[50_000:60_000], y[50_000:60_000]) > 0.96


# -- the benchmark


def task_of(contestant, n_per_class=10, draw=0):
    return {
        "contestant": contestant,
        "n_per_class": n_per_class,
        "draw": draw,
        "validation": False,
        "images": None,
    }


def made_up(task):
    return {
        **task,
        "accuracy": 0.9,
        "seconds": 2.0,
        "n_test": 40,
        "settings": contestants.CONTESTANTS[task["contestant"]].settings(),
        "machine": {"processor": "made up"},
        "versions": {"python": "3.11"},
    }


def test__draw__seed__as_many_of_each_class():
    y = np.arange(50) % 5
    rows = measure.draw(y, 3, 0)
    assert sorted(y[rows]) == sorted([0, 1, 2, 3, 4] * 3)
    assert len(set(rows)) == 15
    assert np.array_equal(rows, measure.draw(y, 3, 0))
    assert not np.array_equal(rows, measure.draw(y, 3, 1))


@pytest.mark.parametrize("name", ["svc", "mlp"])
def test__run__contestant__trained_on_the_draw_only(mnist_of_bars, monkeypatch, name):
    sizes = []
    contestant = contestants.CONTESTANTS[name]
    estimator = type(contestant.make(0))

    def fit(self, X, y, fit=estimator.fit):
        sizes.append(len(X))
        return fit(self, X, y)

    monkeypatch.setattr(estimator, "fit", fit)
    result = measure.run(task_of(name, n_per_class=3))
    assert sizes == [6]
    assert result["accuracy"] == 1
    assert measure.changed(result) == []


def test__run__self_training__given_the_others_without_labels(mnist_of_bars, monkeypatch):
    seen = []

    class Recorder:
        def fit(self, X, y):
            seen.append(list(y))

        def score(self, X, y):
            return 0.5

        def get_params(self):
            return {}

    contestant = contestants.Contestant("", lambda seed: Recorder(), unlabelled=True)
    monkeypatch.setitem(contestants.CONTESTANTS, "svc", contestant)
    measure.run(task_of("svc", n_per_class=3))
    assert sorted(seen[0]) == [-1] * 34 + [0] * 3 + [1] * 3


def test__images__validation__last_training_images(monkeypatch):
    X = np.arange(60_000)
    monkeypatch.setattr(skmnist, "fetch_mnist", lambda subset, return_X_y: (X, X))
    X_train, _, X_test, _ = measure._images(validation=True, n_images=None)
    assert (X_train[-1], X_test[0], len(X_test)) == (49_999, 50_000, 10_000)


@pytest.fixture
def command(tmp_path, monkeypatch):
    def what(task):
        return task["contestant"], task["n_per_class"], task["draw"]

    return command_of(BENCHMARK.main, shared.command, made_up, tmp_path, monkeypatch, what)


def test__command__interrupted__runs_what_is_missing(command, capsys):
    arguments = ["--contestants", "svc", "self_training", "--draws", "1"]
    assert command(*arguments, fails="self_training") == [
        *(("svc", n, 0) for n in (1, 10, 100, 1000)),
        ("self_training", 10, 0),
    ]
    assert "out of luck" in capsys.readouterr().err
    assert command(*arguments) == [("self_training", 10, 0)]
    assert command(*arguments) == []


def test__command__other_rule_of_auto__measured_anew(command, monkeypatch):
    arguments = ["--contestants", "default", "svc", "--draws", "1"]
    assert len(command(*arguments)) == 8
    monkeypatch.setitem(_auto.DISTORTIONS, 40, "mild")
    assert command(*arguments) == [("default", n, 0) for n in (1, 10, 100, 1000)]


def test__command__document__has_accuracies_and_seconds(command, tmp_path):
    command("--contestants", "svc", "self_training", "--draws", "2")
    text = (tmp_path / "few_labels.md").read_text()
    assert "| SVC(C=5) " in text
    assert "| 90.00 ± 0.00 |" in text
    assert "|  2.0 |" in text
    assert len(json.loads((tmp_path / "results" / "few_labels.json").read_text())["records"]) == 10


def test__command__validation__leaves_the_document_alone(command, tmp_path, capsys):
    command("--contestants", "svc", "--draws", "1", "--validation")
    assert not (tmp_path / "few_labels.md").exists()
    assert "SVC" in capsys.readouterr().out


def test__command__few_images_without_a_folder__refused(capsys):
    with pytest.raises(SystemExit):
        BENCHMARK.main(["--images", "10"])
    assert "--output" in capsys.readouterr().err


@pytest.mark.slow
def test__command__real_process__measures_and_stores(tmp_path, mnist, monkeypatch):
    few = dataclasses.replace(contestants.CONTESTANTS["svc"], n_per_class=(10,))
    monkeypatch.setitem(contestants.CONTESTANTS, "svc", few)
    arguments = ["--contestants", "svc", "--draws", "1", "--images", "2000"]
    assert BENCHMARK.main([*arguments, "--output", str(tmp_path)]) == 0
    assert (tmp_path / "few_labels.md").is_file()


def test__check_published__other_settings_then__named(tmp_path, monkeypatch, capsys):
    result = made_up(task_of("svc"))
    result["settings"]["C"] = "7"
    RecordStore(tmp_path / "docs" / "results" / "few_labels.json").write([result])
    monkeypatch.setattr(check_published, "ROOT", tmp_path)
    check_published.main([check_published.few_labels])
    assert capsys.readouterr().out.startswith("few labels, SVC(C=5): C=7 then, 5 now")
