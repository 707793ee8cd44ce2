"""Fitted models of recipes: kept by `skmnist reproduce`, trained by `skmnist fit --recipe`."""

import json
from functools import partial

import numpy as np
import pytest
from made_up_results import check_one_epoch, tiny_recipe, tiny_split, use_tiny_data
from PIL import Image

from skmnist import load_model
from skmnist.cli import main, recipes, tasks
from skmnist.cli.reproduce import keep_model
from skmnist.reproduction.recipes.catalogue import ALL
from skmnist.reproduction.recipes.data import Data
from skmnist.reproduction.runs.results import Results
from skmnist.reproduction.runs.run_once import run_once

BY_NAME = {recipe.name: recipe for recipe in ALL}
#: One of each kind of estimator and callback.
KINDS = ["A-l1-l2", "B-momentum", "D-dense", "E2-dropout", "F-vgg", "G-l2-dropout"]


@pytest.fixture
def tiny_data(monkeypatch):
    use_tiny_data(monkeypatch)


@pytest.fixture
def picture(tmp_path):
    """A picture of a one."""
    pixels = np.full((60, 60), 250, np.uint8)
    pixels[10:50, 27:33] = 20
    Image.fromarray(pixels).save(tmp_path / "one.png")
    return str(tmp_path / "one.png")


def check_model_is_kept(recipe, folder):
    """Run a recipe for an epoch, keep its model, and load that again."""
    kept = []

    def keep(estimator, run):
        keep_model(folder, Results(recipe, folder), estimator, run)
        kept.append(estimator)

    run = run_once(recipe, 1, max_epochs=1, verbose=1, keep=keep)
    check_one_epoch(recipe, run)
    if recipe.family == "candidate":
        assert not (folder / recipe.name).exists()
        return
    model = load_model(folder / recipe.name / "model.skops")
    X = tiny_split().test.X
    np.testing.assert_array_equal(model.predict_proba(X), kept[0].predict_proba(X))
    expected = recipe.make_estimator(1, 1)
    assert type(model) is type(expected)
    assert {name: repr(value) for name, value in model.get_params().items()} == {
        name: repr(value) for name, value in expected.get_params().items()
    }
    metrics = json.loads((folder / recipe.name / "metrics.json").read_text())
    assert metrics["test_accuracy"] == run["metrics"]["test_accuracy"]
    assert metrics["n_parameters"] == run["n_parameters"]
    assert (folder / recipe.name / "history.csv").read_text().count("\n") == 2


@pytest.mark.parametrize("name", KINDS)
def test__model__one_of_each_kind__is_kept_and_predicts(
    name, tiny_data, picture, tmp_path, monkeypatch, capsys
):
    check_model_is_kept(BY_NAME[name], tmp_path / "runs")
    monkeypatch.chdir(tmp_path)
    # by its name alone
    assert main(["predict", name, picture]) == 0
    _, label, probability, *_ = capsys.readouterr().out.splitlines()[-1].split("\t")
    assert label in (("square", "no square") if name.startswith("D") else list("0123456789"))
    assert 0 < float(probability) <= 1


# candidates of a search differ in their numbers only
OTHERS = [name for name, recipe in BY_NAME.items() if recipe.family != "candidate"]
OTHERS = [*(name for name in OTHERS if name not in KINDS), "S-compact-none"]


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test__model__every_other_recipe__is_kept(name, tiny_data, tmp_path):
    check_model_is_kept(BY_NAME[name], tmp_path)


def test__keep_model__folder_of_something_else__is_left_alone(tiny_data, tmp_path, capsys):
    (tmp_path / "T-dense").mkdir()
    (tmp_path / "T-dense" / "notes.txt").write_text("mine")
    recipe = tiny_recipe()
    results = Results(recipe, tmp_path)
    run = run_once(recipe, 0, keep=partial(keep_model, tmp_path, results))
    assert run["metrics"]
    assert "T-dense is not kept: " in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "T-dense").iterdir()] == ["notes.txt"]


def test__keep_model__run_again__takes_the_place_of_the_first(tiny_data, tmp_path, capsys):
    recipe = tiny_recipe()
    for seed in (0, 1):
        run_once(recipe, seed, keep=partial(keep_model, tmp_path, Results(recipe, tmp_path)))
    metrics = json.loads((tmp_path / "T-dense" / "metrics.json").read_text())
    assert metrics["seed"] == 1
    assert capsys.readouterr().err == ""


def test__predict__recipe_without_a_model__error_says_what_trains_it(
    picture, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(["predict", "E1-plain", picture]) == 1
    error = capsys.readouterr().err
    assert "E1-plain does not exist; `skmnist reproduce E1-plain` trains it" in error


# -- skmnist fit --recipe


def fit(tmp_path, *arguments):
    options = ["--quiet", "--no-figures", "--output", str(tmp_path / "run")]
    assert main(["fit", "--dataset", "digits", *options, *arguments]) == 0
    return json.loads((tmp_path / "run" / "metrics.json").read_text())


def test__fit__recipe__its_classifier_with_changes(tmp_path):
    metrics = fit(tmp_path, "--recipe", "E5-improved", "--max-epochs", "2", "--l1", "1e-5")
    assert metrics["classifier"] == "NumpyMLPClassifier"
    assert metrics["n_epochs"] == 2
    expected = BY_NAME["E5-improved"].estimator.set_params(max_epochs=2, l1=1e-5, random_state=0)
    assert metrics["params"] == json.loads(
        json.dumps(
            {k: repr(v) if isinstance(v, tuple) else v for k, v in expected.get_params().items()}
        )
    )


def test__fit__recipe_of_square_digits__target_and_predictions(tmp_path, picture, capsys):
    metrics = fit(tmp_path, "--recipe", "D-dense", "--max-epochs", "3")
    assert metrics["target"] == "square"
    capsys.readouterr()
    assert main(["predict", str(tmp_path / "run"), picture]) == 0
    assert "square" in capsys.readouterr().out
    assert main(["evaluate", str(tmp_path / "run")]) == 0
    assert f"{metrics['n_errors']} errors in 450 images" in capsys.readouterr().out


def test__fit__recipe_with_callbacks__keeps_them(tmp_path):
    metrics = fit(tmp_path, "--recipe", "A-l1", "--max-epochs", "1")
    assert metrics["params"]["callbacks"] == "[FadingL1(5e-05)]"
    assert repr(load_model(tmp_path / "run" / "model.skops").callbacks) == "[FadingL1(5e-05)]"
    assert "valid_accuracy" in (tmp_path / "run" / "history.csv").read_text()


def test__images_of__mnist__rows_of_the_recipe():
    X, y = np.arange(60_000)[:, None], np.arange(60_000)
    task = tasks.Task("mnist", "", X, y, X[:100] + 60_000, y[:100])
    recipe = tiny_recipe(data=Data(train=(0, 1000), validation=(1000, 1500)), watch="validation")
    found = recipes.images_of(recipe, task)
    assert (len(found.X_train), found.y_train[-1], len(found.X_test)) == (1000, 999, 100)
    assert found.validation()["y_val"].tolist() == [*range(1000, 1500)]
    choosing = recipes.images_of(tiny_recipe(data=Data((0, 10), test=(10, 30))), task)
    assert choosing.y_test.tolist() == [*range(10, 30)]
    assert choosing.validation() == {}
    # other data sets have no such rows
    other = recipes.images_of(recipe, task._replace(name="digits"))
    assert len(other.X_train) == 60_000
    assert other.watched is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["E5-improve"], "Did you mean E5-improved"),
        (["A-l1", "--classifier", "mlp"], "--classifier cannot be given with --recipe"),
        (["A-l1", "--target", "square"], "--target cannot be given with --recipe"),
        (["A-l1", "--max-epochs", "x"], "argument --max-epochs"),
    ],
)
def test__fit__recipe_that_cannot_be__misuse(arguments, message, capsys):
    with pytest.raises(SystemExit) as status:
        main(["fit", "--recipe", *arguments])
    assert status.value.code == 2
    assert message in capsys.readouterr().err
