"""Recipes by name."""

import pytest

from skmnist import MnistCNNClassifier
from skmnist.classifiers.presets import PRESETS


@pytest.mark.parametrize("name", PRESETS)
def test_preset__only_what_differs_from_the_defaults(name):
    defaults = MnistCNNClassifier().get_params()
    for parameter, value in PRESETS[name].items():
        assert value != defaults[parameter]
    params = MnistCNNClassifier.from_preset(name).get_params()
    assert params == defaults | PRESETS[name]


def test_preset__default__no_parameters():
    assert PRESETS["default"] == {}


def test_from_preset__overrides__win():
    clf = MnistCNNClassifier.from_preset("quick", augmentation="mild", random_state=3)
    assert (clf.architecture, clf.augmentation, clf.random_state) == ("small", "mild", 3)
    # the preset itself is as before
    assert PRESETS["quick"]["augmentation"] is None


def test_from_preset__subclass__its_instance():
    class Mine(MnistCNNClassifier):
        pass

    assert type(Mine.from_preset("quick")) is Mine


@pytest.mark.parametrize("name", ["fastest", None, ["quick"]])
def test_from_preset__unknown__names_the_known(name):
    with pytest.raises(ValueError, match="choose one of quick, default, best"):
        MnistCNNClassifier.from_preset(name)


def test_from_preset__unknown_parameter__type_error():
    with pytest.raises(TypeError, match="l3"):
        MnistCNNClassifier.from_preset("quick", l3=1)


def test_quick__epochs__one_of_60000_images_and_more_for_fewer():
    clf = MnistCNNClassifier.from_preset("quick")
    assert [clf._n_epochs(n) for n in (600_000, 60_000, 40_000, 1500, 10)] == [1, 1, 1, 6, 20]
    assert MnistCNNClassifier()._n_epochs(60_000) == 16
    assert MnistCNNClassifier.from_preset("best")._n_epochs(60_000) == 30


def test_quick__digits__accurate(digits):
    X, y = digits
    clf = MnistCNNClassifier.from_preset("quick", random_state=0).fit(X[:1200], y[:1200])
    assert clf.score(X[1200:], y[1200:]) > 0.93


@pytest.mark.slow
def test_quick__mnist__99_per_cent_in_one_epoch(mnist):
    clf = MnistCNNClassifier.from_preset("quick", random_state=0)
    clf.fit(mnist.data[:60_000], mnist.target[:60_000])
    assert clf.n_iter_ == 1
    # one seed: three deviations between seeds below 99.0
    assert clf.score(mnist.data[60_000:], mnist.target[60_000:]) > 0.988
