"""What the recipes promise as data."""

import dataclasses

import pytest
from made_up_results import tiny_recipe

from skmnist import MnistMLPClassifier, SquareDigitTransformer, TransformedTargetClassifier
from skmnist._engine.parts import count_parts
from skmnist.classifiers._torch import BaseTorchClassifier
from skmnist.reproduction.recipes import numpy_steps, study
from skmnist.reproduction.recipes.catalogue import ALL, RECIPES
from skmnist.reproduction.recipes.data import CHOOSING
from skmnist.reproduction.recipes.figure import Figure
from skmnist.reproduction.recipes.metrics import COLUMNS, METRICS
from skmnist.reproduction.recipes.recipe import FAMILIES, describe_values
from skmnist.reproduction.recipes.systems import SYSTEMS


def test__catalogue__names__are_unique():
    names = [recipe.name for recipe in ALL]
    assert sorted(set(names)) == sorted(names)


def test__catalogue__families_and_systems__are_those_there_are():
    letters = {system.letter for system in SYSTEMS}
    assert {recipe.family for recipe in ALL} == set(FAMILIES)
    assert {recipe.system for recipe in ALL} == {*letters, None}
    assert {recipe.study for recipe in ALL} == {*study.NETWORKS, None}
    named = {system.network for system in SYSTEMS} - {None}
    assert named <= {recipe.name for recipe in RECIPES}


def test__catalogue__only_faithful_recipes__have_reported_metrics():
    for recipe in ALL:
        figures = recipe.figures()
        assert not figures or recipe.family == "faithful", recipe.name
        assert set(recipe.reported) <= set(METRICS), recipe.name
        assert set(recipe.reported_epochs) <= set(COLUMNS), recipe.name
        for figure in figures:
            assert recipe.n_images(figure) >= 1000, recipe.name
        epochs = [figure.epoch for figure in figures if figure.epoch is not None]
        assert all(1 <= epoch <= n_epochs(recipe) for epoch in epochs), recipe.name


def n_epochs(recipe):
    params = recipe.estimator.get_params()
    return next(value for name, value in params.items() if name.endswith("max_epochs"))


def test__catalogue__corrected_recipes__differ_from_a_faithful_one():
    by_name = {recipe.name: recipe for recipe in ALL}
    for recipe in ALL:
        if recipe.corrects is None:
            continue
        assert recipe.family == "corrected", recipe.name
        other = by_name[recipe.corrects]
        assert other.family == "faithful", recipe.name
        assert other.data == recipe.data, recipe.name
        assert other.settings() != recipe.settings(), recipe.name


def test__catalogue__published_and_watched_seeds__are_run():
    for recipe in ALL:
        for seed in (recipe.published_seed, *(recipe.watched_seeds or ())):
            assert seed is None or seed < recipe.n_seeds, recipe.name


def test__steps_of_the_numpy_network__one_repair__one_difference():
    by_name = {recipe.name: recipe for recipe in numpy_steps.RECIPES}
    for recipe in numpy_steps.CORRECTED:
        ours, theirs = recipe.settings(), by_name[recipe.corrects].settings()
        params = [
            name for name, value in ours["params"].items() if theirs["params"][name] != value
        ]
        masked = ours["estimator"] != theirs["estimator"]
        assert (params == ["rotation"]) != masked, recipe.name
        assert params in (["rotation"], []), recipe.name


def test__figures__finished_network_first__then_epochs():
    recipe = tiny_recipe(
        reported={"test_accuracy": 0.9}, reported_epochs={"train_loss": {2: 0.5}}, watch="test"
    )
    assert recipe.figures() == [("test_accuracy", 0.9, None), ("train_loss", 0.5, 2)]
    labels = [figure.label for figure in recipe.figures()]
    assert labels == ["test accuracy", "training loss while training, epoch 2"]
    run = {"metrics": {"test_accuracy": 0.8}, "history": {"train_loss": [0.7, 0.6]}}
    assert [figure.of(run) for figure in recipe.figures()] == [0.8, 0.6]
    short = {"metrics": {}, "history": {"train_loss": [0.7]}}
    assert [figure.of(short) for figure in recipe.figures()] == [None, None]
    assert recipe.n_images(Figure("test_accuracy", 0.9)) == 10_000
    assert recipe.n_images(Figure("valid_accuracy", 0.9, 1)) == 10_000
    assert recipe.n_images(Figure("train_loss", 0.9, 1)) == 60_000


@pytest.mark.parametrize(
    ("name", "value", "ours", "matches"),
    [
        ("test_error", 0.652, 0.65299, True),  # cut off, and not rounded
        ("test_error", 0.653, 0.65299, False),
        ("test_error", 0.652, 0.65199, False),
        ("printed_train_accuracy", 0.46, 0.45999999999999996, True),
        ("printed_train_accuracy", 0.46, 0.461, False),
        ("test_accuracy", 0.8012, 0.8012, True),
        ("test_accuracy", 0.8012, 0.8011, False),
    ],
)
def test__figure__is_matched_by__to_the_last_printed_digit(name, value, ours, matches):
    assert Figure(name, value).is_matched_by(ours) == matches


def test__catalogue__recipes_that_others_aim_at__do_not_watch_the_test_set():
    for recipe in ALL:
        if recipe.family in ("improved", "study", "candidate"):
            assert recipe.watch != "test", recipe.name
        # only candidates have training images in place of the test set
        assert (recipe.data == CHOOSING) == (recipe.family == "candidate"), recipe.name
        if recipe.aim is not None:
            assert recipe.family == "improved", recipe.name


def test__make_estimator__seed_and_epochs__recipe_stays_as_it_is():
    recipe = tiny_recipe()
    estimator = recipe.make_estimator(7, max_epochs=2)
    assert (estimator.random_state, estimator.max_epochs) == (7, 2)
    assert (recipe.estimator.random_state, recipe.estimator.max_epochs) == (None, 3)
    assert recipe.make_estimator(7).max_epochs == 3


def test__make_estimator__estimator_in_another__is_seeded_too():
    wrapped = TransformedTargetClassifier(MnistMLPClassifier(), SquareDigitTransformer())
    estimator = tiny_recipe(estimator=wrapped).make_estimator(7, max_epochs=2)
    assert (estimator.classifier.random_state, estimator.classifier.max_epochs) == (7, 2)


def test__settings__seed__is_none_of_them():
    recipe = tiny_recipe()
    seeded = dataclasses.replace(recipe, estimator=recipe.make_estimator(7))
    assert seeded.settings() == recipe.settings()
    assert recipe.settings()["params"]["max_epochs"] == "3"


def test__controlled_study__only_penalties_differ():
    for network, recipes in study.STUDY.items():
        settings = [recipe.estimator.get_params() for recipe in recipes]
        for recipe, params in zip(recipes, settings, strict=True):
            penalties = {name: params.pop(name) for name in ("l1", "l2", "dropout")}
            given = {name: value for name, value in penalties.items() if value}
            assert given == recipe.varied
        assert all(params == settings[0] for params in settings)
        # with and without each of three penalties
        assert len({describe_values(recipe.varied) for recipe in recipes}) == 2**3
        for recipe in study.CANDIDATES[network]:
            params = recipe.estimator.get_params()
            same = {name for name in settings[0] if params[name] == settings[0][name]}
            assert set(settings[0]) - same <= {"max_epochs"}


def test__candidates__among_them__are_the_chosen_strengths():
    for network, chosen in study.CHOSEN.items():
        tried = [recipe.varied for recipe in study.CANDIDATES[network]]
        for varied in chosen.values():
            assert varied in tried


@pytest.mark.parametrize(
    ("varied", "text"), [({}, "none"), ({"l1": 1e-5, "l2": 0.01}, "l1=1e-05-l2=0.01")]
)
def test__describe_values(varied, text):
    assert describe_values(varied) == text


def torch_classifier(recipe):
    """Return the torch classifier of a recipe, which may be inside another estimator, or None."""
    estimator = recipe.estimator
    estimator = getattr(estimator, "classifier", estimator)
    return estimator if isinstance(estimator, BaseTorchClassifier) else None


def test__faithful_recipes__what_the_package_does_by_itself__is_off():
    checked = 0
    for recipe in ALL:
        classifier = torch_classifier(recipe)
        if classifier is None or recipe.family not in ("faithful", "corrected"):
            continue
        checked += 1
        # "auto" is one part of a small batch
        n_parts = count_parts(classifier.batch_parts, classifier.batch_size, 1000)
        assert n_parts == 1, recipe.name
        assert classifier.label_smoothing == 0, recipe.name
        assert classifier.augmentation != "auto", recipe.name
        assert not isinstance(classifier.augmentation, str), recipe.name
        # copies are predicted with "auto" only if the augmentation is "auto" too
        assert classifier.test_time_augmentation in ("auto", 0), recipe.name
        assert classifier.subsample == 1, recipe.name
        assert not classifier.early_stopping, recipe.name
        assert isinstance(classifier.max_epochs, int), recipe.name
    assert checked > 20
