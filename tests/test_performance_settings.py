"""The settings that a result of the benchmark carries."""

import pytest
from benchmarks import other_default
from performance import (
    search,
)
from performance.settings import PARTS, changed, settings

from skmnist import MnistCNNClassifier

SPEED = {"part": "speed", "contestant": "quick-float32", "device": "cpu"}


def test__settings__speed__those_of_the_contestants_classifier():
    params = MnistCNNClassifier.from_preset("quick", precision="float32").get_params()
    params["batch_size"] = 256  # what "large" means for all of MNIST
    assert settings(SPEED) == {name: repr(value) for name, value in params.items()}


@pytest.mark.parametrize(
    "task",
    [
        {"part": "speed", "contestant": "svc"},
        {"part": "speed", "contestant": "not there any more"},
        {"part": "startup"},
    ],
)
def test__settings__no_preset__none(task):
    assert settings(task) is None


@pytest.mark.parametrize("part", sorted(set(PARTS) - {"startup"}))
def test__settings__every_task_that_fits_a_preset__are_text(part):
    arguments = {"speed": (1, "cpu", ["quick"]), "inference": ("cpu", 1), "scaling": ("cpu", 1)}
    arguments |= {"busy": ("cpu", 1, ["quick"]), "many_cores": ("cpu", 1)}
    tasks = PARTS[part].tasks(*arguments.get(part, ("cpu",)))
    assert tasks
    for task in tasks:
        assert all(isinstance(value, str) for value in settings(task).values())


def test__settings__search__searched_values_in_place_of_defaults():
    task = {"part": "search", "what": "grid", "params": {"max_epochs": 6}}
    assert settings(task)["l2"] == repr(search.GRID["l2"])
    assert settings(task)["max_epochs"] == "6"


def test__changed__same_settings__nothing():
    assert changed(SPEED | {"settings": settings(SPEED)}) == []
    assert changed({"part": "startup", "device": "cpu"}) == []


def test__changed__other_default__says_both(monkeypatch):
    result = SPEED | {"settings": settings(SPEED)}
    other_default(monkeypatch, "l2", 0.25)
    assert changed(result) == [f"l2={result['settings']['l2']} then, 0.25 now"]


def test__changed__new_parameter__only_if_it_has_not_its_default(monkeypatch):
    result = SPEED | {"settings": settings(SPEED)}
    del result["settings"]["l1"], result["settings"]["precision"]
    # the contestant sets its precision
    assert changed(result) == ["precision='auto' then, 'float32' now"]


def test__changed__parameter_that_is_no_more__is_said():
    result = SPEED | {"settings": settings(SPEED) | {"warmth": "3"}}
    assert changed(result) == ["warmth=3 then, no such parameter now"]


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (SPEED, "no settings are known"),
        (SPEED | {"contestant": "gone", "settings": {}}, "not measured any more"),
        ({"part": "profile", "preset": "gone", "settings": {}}, "no preset 'gone'"),
        ({"part": "candidates", "preset": "quick", "changes": {"warmth": 3}}, "warmth"),
    ],
)
def test__changed__cannot_be_made_today__says_why(result, words):
    (change,) = changed(result)
    assert words in change
