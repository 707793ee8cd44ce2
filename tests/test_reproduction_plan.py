"""How much of a reproduction is done, and how long the rest takes."""

import dataclasses

import pytest
from made_up_results import made_up_results, made_up_run, tiny_recipe

from skmnist.reproduction.runs.plan import Plan, duration
from skmnist.reproduction.runs.results import load_results

RECIPES = [tiny_recipe(), tiny_recipe(name="T-other", n_seeds=1)]


@pytest.fixture
def published(tmp_path):
    """Published results of both recipes: fits of half an hour."""
    folder = tmp_path / "published"
    for recipe in RECIPES:
        made_up_results(recipe, folder / "results", made_up_run(0), made_up_run(1))
    return folder


def test__plan__published_results__time_of_what_is_missing(published, tmp_path):
    all_results = load_results(RECIPES, tmp_path)
    plan = Plan(all_results, published=published)
    assert [(seed, found.recipe.name) for seed, found in plan.missing] == [
        (0, "T-dense"),
        (0, "T-other"),
        (1, "T-dense"),
    ]
    assert plan.describe() == (
        "3 fits of 2 recipes: 0 done, 3 to run.\n"
        "That takes about 1 h 30 min. (Earlier fits ran on made up, 2 cores.)"
    )
    assert "at most about" in Plan(all_results, n_jobs=2, published=published).describe()


def test__plan__own_results__come_first_and_count_as_done(published, tmp_path):
    made_up_results(RECIPES[0], tmp_path / "results", made_up_run(0) | {"fit_seconds": 20.0})
    all_results = load_results(RECIPES, tmp_path)
    unfinished = all_results[1].unfinished(0)
    unfinished.parent.mkdir()
    unfinished.touch()
    plan = Plan(all_results, published=published)
    assert plan.describe().startswith("3 fits of 2 recipes: 1 done, 2 to run (1 of them begun).")
    assert plan.seconds_left() == 20 + 1800
    assert Plan(all_results, n_seeds=1, published=published).n_fits == 2


def test__plan__fits_take_longer_than_expected__so_will_the_others(published, tmp_path):
    all_results = load_results(RECIPES, tmp_path)
    plan = Plan(all_results, published=published)
    assert plan.seconds_left() == 3 * 1800
    all_results[0].path.parent.mkdir()
    all_results[0].add(made_up_run(0) | {"fit_seconds": 3600.0})
    assert plan.seconds_left() == 2 * 3600
    two_jobs = Plan(load_results(RECIPES, tmp_path / "other"), n_jobs=2, published=published)
    two_jobs.missing[0][1].add(made_up_run(0) | {"fit_seconds": 3600.0})
    assert two_jobs.seconds_left() == 3600


def test__plan__nothing_known__says_so_until_a_fit_has_ended(tmp_path):
    all_results = load_results(RECIPES, tmp_path)
    plan = Plan(all_results, published=tmp_path / "nothing")
    assert plan.seconds_left() is None
    assert "not known" in plan.describe()
    all_results[0].add(made_up_run(0))
    assert plan.seconds_left() == 1800


def test__plan__one_recipe_unknown__is_named(published, tmp_path):
    new = tiny_recipe(name="T-new")
    text = Plan(load_results([*RECIPES, new], tmp_path), published=published).describe()
    assert "about 1 h 30 min, and those of which no time is known: T-new." in text


def test__plan__smoke_run__so_many_epochs_of_the_earlier_fits(published, tmp_path):
    all_results = load_results(RECIPES, tmp_path, max_epochs=2)
    plan = Plan(all_results, published=published)
    assert len(plan.missing) == 2
    # of four epochs in half an hour
    assert plan.seconds_left() == 2 * 2 * 450


def test__plan__all_done__one_line(published):
    plan = Plan(load_results(RECIPES, published), published=published)
    assert plan.describe() == "3 fits of 2 recipes: all done."


def test__plan__damaged_published_results__nothing_known(tmp_path):
    folder = tmp_path / "published" / "results"
    folder.mkdir(parents=True)
    (folder / "T-dense.json").write_text("{")
    plan = Plan(load_results(RECIPES[:1], tmp_path), published=folder.parent)
    assert plan.seconds_left() is None


def test__published_results__of_this_repository__are_found(tmp_path):
    from skmnist.cli.reproduce import select

    recipes = [dataclasses.replace(recipe) for recipe in select(["A-none", "B-improved"])]
    plan = Plan(load_results(recipes, tmp_path))
    assert all(plan.seconds(found) > 10 for found in plan.all_results)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (59, "59 s"),
        (61, "1 min"),
        (3540, "59 min"),
        (3600, "1 h"),
        (9100, "2 h 30 min"),
    ],
)
def test__duration__is_short(seconds, text):
    assert duration(seconds) == text
