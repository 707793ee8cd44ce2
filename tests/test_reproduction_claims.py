"""The claims, and their answers from results."""

import json

import pytest
from made_up_results import made_up_results, made_up_run

from skmnist.reproduction.documents.claims import CLAIMS
from skmnist.reproduction.documents.claims.claim import Answer, Claim, Known, NotRunYet
from skmnist.reproduction.documents.claims.table import answer, claims_table, summary
from skmnist.reproduction.documents.means import change
from skmnist.reproduction.documents.robustness import corrupted_accuracies
from skmnist.reproduction.recipes.catalogue import ALL
from skmnist.reproduction.recipes.systems import SYSTEMS
from skmnist.reproduction.runs.results import load_results


@pytest.fixture
def known(tmp_path):
    """Three made-up runs of every recipe but candidates."""
    for recipe in ALL:
        if recipe.family != "candidate":
            runs = [made_up_run(seed, 0.9 + seed / 1000) for seed in range(3)]
            made_up_results(recipe, tmp_path / "results", *runs)
    return all_known(tmp_path)


def all_known(folder, **arguments):
    return Known({found.recipe.name: found for found in load_results(ALL, folder)}, **arguments)


def test__claims__every_system_has_some():
    assert {claim.system for claim in CLAIMS} == {system.letter for system in SYSTEMS}


def test__answer__all_run__all_answered(known):
    for claim in CLAIMS:
        assert answer(claim, known).holds != "not run yet", claim.text
    assert "Not run yet" not in summary(CLAIMS, known)


def test__answer__nothing_run__only_what_needs_no_results(tmp_path):
    known = all_known(tmp_path)
    answered = [claim.text for claim in CLAIMS if answer(claim, known).holds != "not run yet"]
    assert answered == ["It is a *convolutional* network, with *three* dense ReLU layers."]
    assert f"No: 1. Not run yet: {len(CLAIMS) - 1}." in summary(CLAIMS, known)


def test__answer__unknown_word__is_refused(known):
    claim = Claim("A", "x", lambda known: Answer("perhaps", "", ""))
    with pytest.raises(ValueError, match="perhaps"):
        answer(claim, known)


def of(part):
    (claim,) = [claim for claim in CLAIMS if part in claim.text]
    return claim


@pytest.mark.parametrize(
    ("accuracy", "holds"), [(0.98, "yes"), (0.90, "no"), (0.9411, "not shown")]
)
def test__augmentation_of_f__two_second_epochs_are_compared(accuracy, holds, tmp_path):
    recipes = {recipe.name: recipe for recipe in ALL}
    for name, value in (("F-vgg", accuracy), ("F-vgg-plain", 0.94)):
        runs = [made_up_run(seed, value + seed / 1000) for seed in range(3)]
        made_up_results(recipes[name], tmp_path / "results", *runs)
    assert answer(of("Augmentation improves"), all_known(tmp_path)).holds == holds


def test__penalties_of_g__robustness__as_far_as_it_is_measured(known, tmp_path):
    claim = of("robustness")
    assert answer(claim, known).why.endswith("Robustness was not measured there.")
    path = tmp_path / "results" / "robustness.json"
    records = [
        {"contestant": name, "seed": 0, "corrupted": {"fog": value, "snow": value + 0.2}}
        for name, value in (("base", 0.5), ("l2", 0.6), ("dropout", 0.4), ("l2-dropout", 0.5))
    ]
    for record in records:
        record["contestant"] = f"G-{record['contestant']}"
    path.write_text(json.dumps({"records": records}))
    corrupted = corrupted_accuracies(path)
    assert corrupted["G-l2"] == pytest.approx([0.7])
    why = answer(claim, Known(known.by_name, corrupted)).why
    assert "+10.0 points with L2, -10.0 points with dropout, +0.0 points with both" in why
    assert corrupted_accuracies(tmp_path / "none.json") == {}


def test__known__missing_results__raise(tmp_path, known):
    with pytest.raises(NotRunYet):
        all_known(tmp_path / "empty").mean("A-none")
    with pytest.raises(NotRunYet):
        known.mean("A-none", "no_such_metric")
    with pytest.raises(NotRunYet):
        known.history("A-none", "no_such_column")
    with pytest.raises(KeyError):
        known.mean("no-such-recipe")


def test__change__direction__only_beyond_the_spread():
    assert change([0.91, 0.92, 0.93], [0.71, 0.72, 0.73]).direction == 1
    assert change([0.71, 0.72, 0.73], [0.91, 0.92, 0.93]).direction == -1
    assert change([0.71, 0.82, 0.93], [0.70, 0.82, 0.92]).direction == 0
    assert change([0.9], [0.7]).direction == 0
    assert change([0.9], [0.7]).points == "+20.00 points"
    assert change([0.91, 0.92, 0.93], [0.71, 0.72, 0.73]).points.startswith("+20.00 points (+17")


def test__claims_table__who_and_link_if_wanted(known):
    linked = claims_table(CLAIMS[:1], known)
    assert "| [A](reproduction/A.md) |" in linked[2]
    assert "reproduction/" not in "".join(claims_table(CLAIMS[:1], known, linked=False))
