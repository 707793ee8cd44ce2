"""Recipes, runner and results; the documents have a module of their own."""

import dataclasses
import json
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn import config_context
from sklearn.datasets import load_digits
from skorch.callbacks import Callback

from skmnist import (
    MnistMLPClassifier,
    NumpyMLPClassifier,
    SquareDigitTransformer,
    TransformedTargetClassifier,
)
from skmnist.cli import main
from skmnist.cli.reproduce import select
from skmnist.numpy_mlp import ReLU
from skmnist.reproduction import runner
from skmnist.reproduction.callbacks import DecayOfTheRest, FadingL1
from skmnist.reproduction.data import CHOOSING, OFFICIAL, Data, Images, Split
from skmnist.reproduction.published_relu import UnmaskedNumpyMLPClassifier, UnmaskedReLU
from skmnist.reproduction.recipe import FIGURES, Recipe
from skmnist.reproduction.recipes import CANDIDATES, RECIPES, study
from skmnist.reproduction.results import Results, ResultsError
from skmnist.reproduction.run import run_once
from skmnist.reproduction.runner import reproduce
from skmnist.reproduction.weights import penalty, weight_statistics

ALL = [*RECIPES, *CANDIDATES]
BY_NAME = {recipe.name: recipe for recipe in ALL}


def tiny_split(validation=True):
    """scikit-learn's digits as images of 28×28."""
    X, y = load_digits(return_X_y=True)
    images = np.kron(X.reshape(-1, 8, 8), np.ones((3, 3))) * (255 / 16)
    X = np.pad(images, [(0, 0), (2, 2), (2, 2)]).reshape(len(X), -1).astype(np.uint8)

    def rows(start, end):
        return Images(X[start:end], y[start:end])

    return Split(rows(0, 200), rows(200, 300) if validation else None, rows(300, 400))


@pytest.fixture
def tiny_data(monkeypatch):
    """Every recipe gets 200 small images in place of MNIST."""
    split = tiny_split()

    def load(data, data_home=None):
        return split if data.validation else split._replace(validation=None)

    monkeypatch.setattr(Data, "load", load)


@pytest.fixture
def recipe():
    return Recipe(
        name="T-dense",
        title="for tests",
        estimator=MnistMLPClassifier(
            hidden_layer_sizes=8, max_epochs=3, augmentation=None, n_threads=1
        ),
        reported={"test_accuracy": 0.5},
        n_seeds=2,
    )


# -- recipes


def test_names__are_unique_and_begin_with_the_letter_of_a_system():
    assert len(BY_NAME) == len(ALL)
    assert {name[0] for name in BY_NAME} == set("ABCDEFGRS")


# published, or derived from the published table of layers
PARAMETERS = {
    "A": 8286,
    "B": 270_218,
    "C": 107_786,
    "D-dense": 265_601,
    "D-improved-dense": 265_601,
    "D-improved-compact": 8196,  # one output in place of ten: 90 weights fewer
    "E1": 784 * 40 + 40 * 10,
    "E2": 784 * 100 + 100 * 10,
    "E3": 784 * 100 + 100 * 10,
    "E4": 784 * 100 + 100 * 10,
    "E5": 238_510,
    "F": 887_530,
    "G": 269_322,
    "R": 269_322,
    "S-B": 270_218,
    "S-compact": 8286,
    "S-dense": 269_322,
}


def expected_parameters(name):
    return next(count for start, count in PARAMETERS.items() if name.startswith(start))


@pytest.mark.parametrize("recipe", ALL, ids=lambda recipe: recipe.name)
def test_recipe__one_epoch__result_is_complete(recipe, tiny_data):
    run = run_once(recipe, 3, max_epochs=1)
    assert run["seed"] == 3
    assert run["n_epochs"] == 1
    assert run["n_parameters"] == expected_parameters(recipe.name)
    unreported = {"train_loss", "penalized_train_loss"}
    assert set(recipe.reported) <= set(run["figures"]) <= {*FIGURES, *unreported}
    assert 0 <= run["figures"]["test_accuracy"] <= 1
    assert np.sum(run["confusion_matrix"]) == 100
    n_errors = 100 - np.trace(run["confusion_matrix"])
    assert run["figures"]["test_accuracy"] == pytest.approx(1 - n_errors / 100)
    assert len(run["first_errors"]) == min(n_errors, 25)
    assert 0 <= run["weights"]["sparsity"] <= 1
    assert ("valid_loss" in run["history"]) == (recipe.watch is not None)
    json.dumps(run, allow_nan=False)


@pytest.mark.parametrize("recipe", ALL, ids=lambda recipe: recipe.name)
def test_recipe__estimator__is_seeded_and_valid(recipe):
    estimator = recipe.make_estimator(7)
    inner = getattr(estimator, "classifier", estimator)
    assert inner.random_state == 7
    assert getattr(recipe.estimator, "classifier", recipe.estimator).random_state is None
    inner._validate_params()
    shorter = recipe.make_estimator(7, max_epochs=2)
    assert getattr(shorter, "classifier", shorter).max_epochs == 2
    assert (recipe.aim is None) or recipe.improved
    assert bool(recipe.reported) != (recipe.improved or recipe.data == CHOOSING)


@pytest.mark.parametrize(
    "name", ["A-none", "A-l1", "A-l2", "E1-plain", "E4-augmentation-100-0.005", "E5-classes"]
)
def test_recipe__claim_that_does_not_hold__has_a_note(name):
    assert BY_NAME[name].note


def test_improved_recipes__aims_are_those_set():
    aims = {recipe.name: recipe.aim for recipe in RECIPES if recipe.aim is not None}
    compact = {f"A-improved-{name}": 0.994 for name in ("none", "l1", "l2", "l1-l2")}
    others = {
        "B-improved": 0.983,
        "C-improved": 0.99,
        "D-improved-dense": 0.989,
        "D-improved-compact": 0.996,
        "E5-improved": 0.98,
        "E5-improved-1000": 0.94,
        "F-improved": 0.995,
        "G-improved-base": 0.984,
    }
    assert aims == compact | others
    for name in compact:
        assert BY_NAME[name].estimator.max_epochs < 20
    for name in aims:
        assert BY_NAME[name].n_seeds >= 3


def test_improved_recipes__official_images_and_no_test_set_watched():
    for recipe in RECIPES:
        if recipe.improved and not recipe.name.endswith("-corrected"):
            assert recipe.watch != "test"
        assert recipe.data.test is None
    for recipe in CANDIDATES:
        assert recipe.data == CHOOSING


def test_controlled_study__only_penalties_differ():
    for network, recipes in study.STUDY.items():
        settings = [recipe.estimator.get_params() for recipe in recipes]
        for params in settings:
            for name in ("l1", "l2", "dropout"):
                params.pop(name)
        assert all(params == settings[0] for params in settings)
        assert len(recipes) == 8
        assert all(recipe.n_seeds == 5 for recipe in recipes)
        for recipe in study.CANDIDATES[network]:
            params = recipe.estimator.get_params()
            same = {name for name in settings[0] if params[name] == settings[0][name]}
            assert set(settings[0]) - same <= {"max_epochs"}


def test_choose__smallest_loss_of_each_kind():
    losses = {
        "S-dense-none": 0.01,
        "S-dense-l1=1e-06": 0.3,
        "S-dense-l1=1e-05": 0.2,
        "S-dense-l2=0.0001": 0.4,
        "S-dense-dropout=0.1": 0.2,
        "S-dense-dropout=0.3": 0.1,
        "S-dense-l1=1e-06-l2=0.0001": 0.5,
        "S-dense-l1=1e-05-l2=0.0001": 0.6,
    }
    assert study.choose(losses) == {
        "l1": {"l1": 1e-5},
        "l2": {"l2": 1e-4},
        "dropout": {"dropout": 0.3},
        "l1-l2": {"l1": 1e-6, "l2": 1e-4},
    }


# -- what the faithful recipes need


class Gradients(Callback):
    """Remembers parameters and gradients, as the callbacks before it have left them."""

    def __init__(self):
        self.seen = []

    def on_grad_computed(self, net, named_parameters, **kwargs):
        self.seen.append([(p.detach().clone(), p.grad.clone()) for _, p in named_parameters])


def gradients(*callbacks):
    """Return parameters and gradients in each step of a fit, with callbacks."""
    clf = MnistMLPClassifier(
        hidden_layer_sizes=8,
        max_epochs=2,
        batch_size=64,
        augmentation=None,
        l2=0.0,
        # so that weights, and hence gradients, stay what they are
        optimizer=partial(torch.optim.SGD, momentum=0.0),
        learning_rate=1e-30,
        callbacks=[*callbacks, Gradients()],
        precision="float32",
        random_state=0,
    ).fit(*tiny_split().train)
    return next(c for _, c in clf.net_.callbacks_ if isinstance(c, Gradients)).seen


def test_fading_l1__divided_by_the_number_of_the_batch():
    # 200 images in batches of 64, the last 8 with the one before
    strengths = [0.6, 0.3, 0.2] * 2
    for with_it, without, strength in zip(
        gradients(FadingL1(0.6)), gradients(), strengths, strict=True
    ):
        for (parameter, ours), (_, plain) in zip(with_it, without, strict=True):
            torch.testing.assert_close(ours, plain + strength * parameter.sign())


def test_decay_of_the_rest__biases_and_normalisation_only():
    for with_it, without in zip(gradients(DecayOfTheRest(0.5)), gradients(), strict=True):
        for (parameter, ours), (_, plain) in zip(with_it, without, strict=True):
            decay = 0.5 * parameter if parameter.ndim == 1 else 0.0
            torch.testing.assert_close(ours, plain + decay)


def test_unmasked_relu__gradient_passes():
    layer = UnmaskedReLU()
    np.testing.assert_array_equal(layer.forward(np.array([[-1.0, 2.0]])), [[0.0, 2.0]])
    np.testing.assert_array_equal(layer.backward(np.array([[5.0, 7.0]])), [[5.0, 7.0]])
    X, y = tiny_split().train
    clf = UnmaskedNumpyMLPClassifier(max_epochs=1, random_state=0).fit(X, y)
    masked = NumpyMLPClassifier(max_epochs=1, random_state=0).fit(X, y)
    assert [type(layer) for layer in clf.layers_ if isinstance(layer, ReLU)] == [UnmaskedReLU]
    assert not np.array_equal(clf.coefs_[0], masked.coefs_[0])


# -- data


def test_data__official_split(mnist):
    split = OFFICIAL.load()
    assert len(split.train.X) == 60_000
    assert len(split.test.X) == 10_000
    assert split.validation is None
    np.testing.assert_array_equal(split.test.X, mnist.data[60_000:])


def test_data__choosing__never_touches_the_test_set(mnist, monkeypatch):
    loaded = []
    fetch = Data.load.__globals__["fetch_mnist"]

    def recording(**kwargs):
        loaded.append(kwargs["subset"])
        return fetch(**kwargs)

    monkeypatch.setitem(Data.load.__globals__, "fetch_mnist", recording)
    split = CHOOSING.load()
    assert loaded == ["train"]
    np.testing.assert_array_equal(split.train.X, mnist.data[:50_000])
    np.testing.assert_array_equal(split.test.X, mnist.data[50_000:60_000])


def test_data__parts__do_not_overlap():
    for recipe in ALL:
        parts = [recipe.data.train, recipe.data.validation, recipe.data.test]
        parts = sorted(part for part in parts if part is not None)
        for (_, end), (start, _) in pairwise(parts):
            assert end <= start


# -- weights


def test_weight_statistics__known_weights():
    X, y = tiny_split().train
    clf = NumpyMLPClassifier(hidden_layer_sizes=2, max_epochs=1, random_state=0).fit(X, y)
    first, second = clf.coefs_
    first[...] = 0.0
    first[0] = [3.0, -4.0]
    second[...] = 1.0
    statistics = weight_statistics(clf)
    assert statistics["l1_norm"] == 7 + 20
    assert statistics["l2_norm"] == pytest.approx(np.sqrt(25 + 20))
    assert statistics["sparsity"] == pytest.approx((2 * 784 - 2) / (2 * 784 + 20))
    first[...] = 0.0  # a layer of nothing is as sparse as can be
    assert weight_statistics(clf)["sparsity"] == pytest.approx(2 * 784 / (2 * 784 + 20))
    first[0] = [3.0, -4.0]
    clf.set_params(l1=0.1, l2=0.5)
    assert penalty(clf) == pytest.approx(0.1 * 27 + 0.25 * 45)


def test_penalty__per_layer():
    X, y = tiny_split().train
    clf = MnistMLPClassifier(hidden_layer_sizes=4, l2=(0.002, 0.0), max_epochs=1, random_state=0)
    clf.fit(X, y)
    first = next(clf.module_.parameters()).detach().numpy()
    assert penalty(clf) == pytest.approx(0.001 * (first**2).sum(), rel=1e-5)


# -- results


def make_run(seed, **figures):
    return {
        "seed": seed,
        "figures": {"test_accuracy": 0.9, **figures},
        "history": {"train_loss": [0.5, 0.25], "train_accuracy": [0.8, None]},
    }


def test_results__stored__read_again_and_in_order(recipe, tmp_path):
    results = Results(recipe, tmp_path)
    assert results.mean("test_accuracy") is None
    results.add(make_run(1))
    results.add(make_run(0, test_accuracy=0.8))
    again = Results(recipe, tmp_path)
    assert again.runs == [make_run(0, test_accuracy=0.8), make_run(1)]
    assert again.mean("test_accuracy") == pytest.approx(0.85)
    assert again.spread("test_accuracy") == pytest.approx(np.std([0.8, 0.9], ddof=1))
    assert again.has(1)
    assert not again.has(2)
    assert [path.name for path in tmp_path.iterdir()] == ["T-dense.json"]


@pytest.mark.parametrize(
    "change",
    [
        lambda r: dataclasses.replace(r, estimator=r.estimator.set_params(l1=0.5)),
        lambda r: dataclasses.replace(r, estimator=NumpyMLPClassifier()),
        lambda r: dataclasses.replace(r, data=CHOOSING),
        lambda r: dataclasses.replace(r, watch="test"),
    ],
)
def test_results__other_settings__clear_error(change, recipe, tmp_path):
    Results(recipe, tmp_path).add(make_run(0))
    with pytest.raises(ResultsError, match="results of T-dense with other settings"):
        Results(change(recipe), tmp_path)


def test_results__parameter_that_did_not_exist_then__no_error(recipe, tmp_path):
    Results(recipe, tmp_path).add(make_run(0))
    path = tmp_path / "T-dense.json"
    stored = json.loads(path.read_text())
    del stored["params"]["label_smoothing"]
    path.write_text(json.dumps(stored))
    assert Results(recipe, tmp_path).has(0)

    changed = dataclasses.replace(recipe, estimator=recipe.estimator.set_params(label_smoothing=0))
    with pytest.raises(ResultsError, match=r"other settings \(label_smoothing\)"):
        Results(changed, tmp_path)


def test_results__nested_estimator__its_own_parameters_count(recipe, tmp_path):
    wrapped = TransformedTargetClassifier(recipe.estimator, SquareDigitTransformer())
    recipe = dataclasses.replace(recipe, estimator=wrapped)
    Results(recipe, tmp_path).add(make_run(0))
    with config_context(print_changed_only=False):
        assert Results(recipe, tmp_path).has(0)
    with pytest.raises(ResultsError, match="classifier__l1"):
        Results(
            dataclasses.replace(recipe, estimator=wrapped.set_params(classifier__l1=1.0)), tmp_path
        )


def test_results__two_processes__both_runs_are_kept(recipe, tmp_path):
    one, two = Results(recipe, tmp_path), Results(recipe, tmp_path)
    one.add(make_run(0))
    two.add(make_run(1))
    assert [run["seed"] for run in Results(recipe, tmp_path).runs] == [0, 1]


@pytest.mark.parametrize("cut", [0, 40, "runs", "figures", "list"])
def test_results__damaged_file__clear_error_and_it_stays(cut, recipe, tmp_path):
    Results(recipe, tmp_path).add(make_run(0))
    path = tmp_path / "T-dense.json"
    text = path.read_text()
    if cut == "runs":
        text = json.dumps({**json.loads(text), "runs": [{}]})
    elif cut == "figures":
        text = json.dumps({**json.loads(text), "runs": [{"seed": 0, "figures": None}]})
    elif cut == "list":
        text = "[1, 2]"
    else:
        text = text[:cut]
    path.write_text(text)
    with pytest.raises(ResultsError, match="no file of results"):
        Results(recipe, tmp_path)
    assert path.read_text() == text


# -- runner


@pytest.fixture
def runs(monkeypatch):
    """Fits that take no time; the list of those that were asked for."""
    asked = []

    def run_once(recipe, seed, **kwargs):
        asked.append((recipe.name, seed))
        return make_run(seed)

    monkeypatch.setattr(runner, "run_once", run_once)
    return asked


def test_reproduce__finished__not_run_again(recipe, runs, tmp_path):
    other = dataclasses.replace(recipe, name="T-other", n_seeds=1)
    reproduce([recipe, other], tmp_path, progress=False)
    assert runs == [("T-dense", 0), ("T-other", 0), ("T-dense", 1)]
    reproduce([recipe, other], tmp_path, progress=False)
    assert len(runs) == 3
    results = reproduce([recipe], tmp_path, n_seeds=4, progress=False)
    assert runs[3:] == [("T-dense", 2), ("T-dense", 3)]
    assert [run["seed"] for run in results[0].runs] == [0, 1, 2, 3]


def test_reproduce__interrupted_between_runs__keeps_what_is_done(
    recipe, runs, tmp_path, monkeypatch
):
    finish = runner.run_once

    def interrupted(recipe, seed, **kwargs):
        if seed == 1:
            raise KeyboardInterrupt
        return finish(recipe, seed)

    monkeypatch.setattr(runner, "run_once", interrupted)
    with pytest.raises(KeyboardInterrupt):
        reproduce([recipe], tmp_path, n_seeds=3, progress=False)
    assert Results(recipe, tmp_path / "results").has(0)
    monkeypatch.setattr(runner, "run_once", finish)
    reproduce([recipe], tmp_path, n_seeds=3, progress=False)
    assert runs == [("T-dense", 0), ("T-dense", 1), ("T-dense", 2)]


@pytest.mark.parametrize("progress", [(False, False), (True, False), (False, True)])
def test_reproduce__interrupted_within_a_fit__ends_as_if_it_had_not_been(
    recipe, tiny_data, tmp_path, progress
):
    expected = run_once(recipe, 0)

    class Interrupt(Callback):
        armed = True

        def on_epoch_begin(self, net, **kwargs):
            if Interrupt.armed and len(net.history) == 3:
                raise RuntimeError("interrupted")

    recipe.estimator.set_params(callbacks=[Interrupt()])
    with pytest.raises(RuntimeError, match="interrupted"):
        reproduce([recipe], tmp_path, n_seeds=1, progress=progress[0])
    assert (tmp_path / "unfinished" / "T-dense-0.pt").is_file()
    Interrupt.armed = False
    run = reproduce([recipe], tmp_path, n_seeds=1, progress=progress[1])[0].runs[0]
    for name in ("figures", "history", "weights", "confusion_matrix"):
        assert run[name] == expected[name]
    assert list((tmp_path / "unfinished").iterdir()) == []


def test_reproduce__interrupted_after_the_fit__nothing_is_trained_again(
    recipe, tiny_data, tmp_path, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr("skmnist.reproduction.run.weight_statistics", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            reproduce([recipe], tmp_path, n_seeds=1, progress=False)
    monkeypatch.setattr("skmnist._engine.net.TrainingNet.run_single_epoch", lambda *_, **__: 1 / 0)
    results = reproduce([recipe], tmp_path, n_seeds=1, progress=False)[0]
    assert results.runs[0]["n_epochs"] == 3
    assert list((tmp_path / "unfinished").iterdir()) == []


def test_reproduce__smoke_run__kept_apart(recipe, tiny_data, tmp_path):
    smoke = reproduce([recipe], tmp_path, max_epochs=1, progress=False)[0]
    assert smoke.path == tmp_path / "smoke-1-epochs" / "results" / "T-dense.json"
    assert [run["n_epochs"] for run in smoke.runs] == [1]
    assert json.loads(smoke.path.read_text())["smoke_run_of_epochs"] == 1
    real = reproduce([recipe], tmp_path, n_seeds=1, progress=False)[0]
    assert [run["n_epochs"] for run in real.runs] == [3]
    # moved to where results are, a smoke run is refused
    smoke.path.replace(real.path)
    with pytest.raises(ResultsError, match="smoke_run_of_epochs"):
        reproduce([recipe], tmp_path, progress=False)


def test_reproduce__results_in_the_way__nothing_is_run(recipe, runs, tmp_path):
    reproduce([recipe], tmp_path, n_seeds=1, progress=False)
    changed = dataclasses.replace(recipe, data=CHOOSING)
    other = dataclasses.replace(recipe, name="T-other")
    with pytest.raises(ResultsError):
        reproduce([other, changed], tmp_path, progress=False)
    assert runs == [("T-dense", 0)]


def test_reproduce__two_jobs__same_results(recipe, mnist, tmp_path):
    recipe = dataclasses.replace(recipe, data=Data(train=(0, 200)))
    one = reproduce([recipe], tmp_path / "one", max_epochs=1, n_seeds=2, progress=False)[0]
    two = reproduce([recipe], tmp_path / "two", max_epochs=1, n_seeds=2, n_jobs=2, progress=False)[
        0
    ]
    assert [run["figures"] for run in one.runs] == [run["figures"] for run in two.runs]


def test_reproduce__progress__of_the_whole_and_of_the_fit(recipe, tiny_data, tmp_path, capsys):
    reproduce([recipe], tmp_path)
    shown = capsys.readouterr().err
    assert "T-dense, seed 1: for tests" in shown
    assert "epoch 3/3" in shown
    assert "2/2" in shown
    reproduce([recipe], tmp_path, n_seeds=3, progress=False)
    assert capsys.readouterr().err == ""


def test_run_once__square_digits__measured_on_transformed_labels(tiny_data):
    recipe = BY_NAME["D-dense"]
    assert isinstance(recipe.estimator, TransformedTargetClassifier)
    run = run_once(recipe, 0, max_epochs=3)
    assert np.shape(run["confusion_matrix"]) == (2, 2)
    assert run["figures"]["test_accuracy"] > 0.6


# -- command


def test_select__names_and_beginnings():
    assert [recipe.name for recipe in select(["A-l1"])] == ["A-l1"]
    assert [recipe.name for recipe in select(["C", "C-lenet5"])] == ["C-lenet5", "C-improved"]
    assert {recipe.name for recipe in select(["A-improved"])} == {
        name for name in BY_NAME if name.startswith("A-improved-")
    }
    assert {recipe.name for recipe in select(["E"])} == {
        name for name in BY_NAME if name.startswith("E")
    }
    assert select([], everything=True) == ALL
    with pytest.raises(ValueError, match="There is no recipe 'A-l3'; see --list"):
        select(["A-l3"])
    with pytest.raises(ValueError, match="--all"):
        select([])


def test_command__list__names_what_and_aim(capsys):
    assert main(["reproduce", "--list"]) == 0
    shown = capsys.readouterr().out
    for recipe in RECIPES:
        assert recipe.name in shown
    assert "99.4%" in shown
    assert main(["reproduce", "--list", "S-dense"]) == 0
    assert "S-dense-l1=1e-06" in capsys.readouterr().out


def test_command__unknown_name__complains(capsys):
    assert main(["reproduce", "Z"]) == 1
    assert "no recipe 'Z'" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["reproduce", "A", "--epochs", "0"])
    assert "'0' is no whole number of at least 1" in capsys.readouterr().err
    assert main(["reproduce", "A", "--all"]) == 1


def test_command__file_in_the_way__nothing_is_run(tiny_data, tmp_path, capsys):
    folder = tmp_path / "smoke-1-epochs" / "results"
    folder.mkdir(parents=True)
    (folder / "C-lenet5.json").write_text("{}")
    command = ["reproduce", "G-base", "--epochs", "1", "--quiet", "--output", str(tmp_path)]
    assert main(command) == 1
    assert "C-lenet5.json is no file of results" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["C-lenet5.json"]
    assert main([*command[:-1], str(folder / "C-lenet5.json")]) == 1


def test_command__smoke_run__results_and_documents(mnist, tiny_data, tmp_path, capsys):
    command = ["reproduce", "G-base", "E5-classes", "R-none", "--epochs", "1", "--quiet"]
    assert main([*command, "--output", str(tmp_path)]) == 0
    assert "G-base: test accuracy" in capsys.readouterr().out
    folder = tmp_path / "smoke-1-epochs"
    names = sorted(path.name for path in (folder / "results").iterdir())
    assert names == ["E5-classes.json", "G-base.json", "R-none.json"]
    for document in ("reproduction.md", "regularization.md"):
        assert "smoke run" in (folder / document).read_text()
    assert list(tmp_path.iterdir()) == [folder]
