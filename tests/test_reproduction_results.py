"""The files that hold results."""

import dataclasses
import json

import numpy as np
import pytest
from made_up_results import change_setting, made_up_results, made_up_run, tiny_recipe
from sklearn import config_context

from skmnist import NumpyMLPClassifier, SquareDigitTransformer, TransformedTargetClassifier
from skmnist.reproduction.recipes.data import CHOOSING
from skmnist.reproduction.runs.results import Results, ResultsError, load_results


@pytest.fixture
def recipe():
    return tiny_recipe()


@pytest.fixture
def path(recipe, tmp_path):
    """A file with one run of the recipe."""
    return made_up_results(recipe, tmp_path, made_up_run(0)).path


def test__results__stored__read_again_and_in_order(recipe, tmp_path):
    results = Results(recipe, tmp_path)
    assert results.mean("test_accuracy") is None
    results.add(made_up_run(1))
    results.add(made_up_run(0, 0.8))
    again = Results(recipe, tmp_path)
    assert again.runs == results.runs == [made_up_run(0, 0.8), made_up_run(1)]
    assert again.mean("test_accuracy") == pytest.approx(0.85)
    assert again.spread("test_accuracy") == pytest.approx(np.std([0.8, 0.9], ddof=1))
    assert again.has(1)
    assert not again.has(2)
    assert again.changes == []
    assert [path.name for path in tmp_path.iterdir()] == ["T-dense.json"]


def test__results__same_seed_again__takes_the_place_of_the_first(recipe, path):
    results = Results(recipe, path.parent)
    results.add(made_up_run(0, 0.5))
    assert Results(recipe, path.parent).runs == [made_up_run(0, 0.5)]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            lambda r: dataclasses.replace(r, estimator=r.estimator.set_params(l1=0.5)),
            "l1=0.0 then, 0.5 now",
        ),
        (
            lambda r: dataclasses.replace(r, data=CHOOSING),
            "data=trained on the first 60,000 training images then, trained on the first 50,000 "
            "training images, measured on rows 50,000 to 60,000 of the training images now",
        ),
        (lambda r: dataclasses.replace(r, watch="test"), "watch=None then, test now"),
    ],
)
def test__results__other_settings__can_be_read_but_not_added_to(change, text, recipe, path):
    results = Results(change(recipe), path.parent)
    assert results.changes == [text]
    assert results.mean("test_accuracy") == 0.9
    stored = path.read_text()
    with pytest.raises(ResultsError, match=r"results of T-dense with other settings") as error:
        results.add(made_up_run(1))
    assert text in str(error.value)
    assert path.read_text() == stored


def test__results__another_estimator__says_so(recipe, path):
    changed = dataclasses.replace(recipe, estimator=NumpyMLPClassifier())
    changes = Results(changed, path.parent).changes
    assert changes[0] == "estimator=MnistMLPClassifier then, NumpyMLPClassifier now"
    assert "augmentation=None then, no such parameter now" in changes


def test__results__settings_that_changed_meanwhile__are_noticed(recipe, path):
    results = Results(recipe, path.parent)
    change_setting(path, "l2", "0.125")
    with pytest.raises(ResultsError, match=r"l2=0\.125 then"):
        results.add(made_up_run(1))


def test__results__parameter_that_did_not_exist_then__no_change_at_its_default(recipe, path):
    stored = json.loads(path.read_text())
    del stored["params"]["label_smoothing"]
    path.write_text(json.dumps(stored))
    assert Results(recipe, path.parent).changes == []
    changed = dataclasses.replace(recipe, estimator=recipe.estimator.set_params(label_smoothing=1))
    assert Results(changed, path.parent).changes == [
        "label_smoothing: no such parameter then, 1 now"
    ]


def test__results__nested_estimator__its_own_parameters_count(recipe, tmp_path):
    wrapped = TransformedTargetClassifier(recipe.estimator, SquareDigitTransformer())
    recipe = dataclasses.replace(recipe, estimator=wrapped)
    Results(recipe, tmp_path).add(made_up_run(0))
    with config_context(print_changed_only=False):
        assert Results(recipe, tmp_path).changes == []
    changed = dataclasses.replace(recipe, estimator=wrapped.set_params(classifier__l1=1.0))
    assert Results(changed, tmp_path).changes == ["classifier__l1=0.0 then, 1.0 now"]


def test__results__two_processes__both_runs_are_kept(recipe, tmp_path):
    one, two = Results(recipe, tmp_path), Results(recipe, tmp_path)
    one.add(made_up_run(0))
    two.add(made_up_run(1))
    assert [run["seed"] for run in Results(recipe, tmp_path).runs] == [0, 1]


@pytest.mark.parametrize("field", ["recipe", "smoke_run_of_epochs"])
def test__results__of_another_recipe_or_a_smoke_run__are_refused(field, recipe, path):
    path.write_text(json.dumps({**json.loads(path.read_text()), field: 5}))
    with pytest.raises(ResultsError, match=rf"holds other results \({field} is 5, not "):
        Results(recipe, path.parent)


@pytest.mark.parametrize("cut", [0, 40, "records", "metrics", "params", "list"])
def test__results__damaged_file__clear_error_and_it_stays(cut, recipe, path):
    text = path.read_text()
    stored = json.loads(text)
    text = {
        "records": json.dumps({**stored, "records": [{}]}),
        "metrics": json.dumps({**stored, "records": [{"seed": 0, "metrics": None}]}),
        "params": json.dumps({**stored, "params": None}),
        "list": "[1, 2]",
    }.get(cut, text[:cut] if isinstance(cut, int) else "")
    path.write_text(text)
    with pytest.raises(ResultsError, match=r"no file of .* Move it away, or choose another"):
        Results(recipe, path.parent)
    assert path.read_text() == text


def test__load_results__smoke_runs__are_kept_apart(recipe, tmp_path):
    (real,) = load_results([recipe], tmp_path)
    (smoke,) = load_results([recipe], tmp_path, max_epochs=2)
    assert real.path == tmp_path / "results" / "T-dense.json"
    assert smoke.path == tmp_path / "smoke-2-epochs" / "results" / "T-dense.json"
    assert smoke.unfinished(3) == tmp_path / "smoke-2-epochs" / "unfinished" / "T-dense-3.pt"
    assert (real.is_smoke_run, smoke.is_smoke_run) == (False, True)
