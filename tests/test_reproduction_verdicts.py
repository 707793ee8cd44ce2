"""The rule by which published numbers are judged."""

import numpy as np
import pytest
from made_up_results import made_up_results, made_up_run, tiny_recipe

from skmnist.reproduction.documents.verdicts import (
    Verdict,
    judge,
    judge_figure,
    matters,
    noticed_between_means,
    noticed_deviations,
    prediction_quantile,
)
from skmnist.reproduction.recipes.figure import Figure

ACCURACIES = [0.889, 0.890, 0.891]


def judged(values, published, is_accuracy=True, step=0.0):
    return judge(values, published, is_accuracy=is_accuracy, step=step)


def test__judge__no_runs_or_too_few__says_so():
    assert judged([], 0.9) == Verdict("not run yet")
    assert judged([0.9, 0.91], 0.9) == Verdict("too few runs")


@pytest.mark.parametrize(
    ("published", "word"), [(0.89, "agrees"), (0.8948, "agrees"), (0.896, "differs")]
)
def test__judge__accuracy__prediction_interval_of_one_more_run(published, word):
    verdict = judged(ACCURACIES, published)
    assert verdict.word == word
    # the t quantile of two degrees of freedom
    reach = 4.3027 * 0.001 * np.sqrt(4 / 3)
    assert (verdict.low, verdict.high) == pytest.approx((0.89 - reach, 0.89 + reach), abs=1e-7)


def test__judge__scattered_runs__cannot_tell():
    # ten times the spread: the interval holds what was published, and much else
    verdict = judged([0.88, 0.89, 0.90], 0.89)
    assert verdict.word == "cannot tell"
    assert verdict.noticed > matters(0.89)


def test__judge__interval__ends_where_accuracies_do():
    assert judged([0.97, 0.98, 0.99], 0.98).high == 1.0


def test__judge__equal_runs__differ_from_the_published_by_a_step_at_most():
    assert judged([0.9] * 3, 0.9001, step=0.0001).word == "agrees"
    assert judged([0.9] * 3, 0.9003, step=0.0001).word == "differs"


def test__judge__loss__factors_count():
    small, large = ([scale * value for value in (0.9, 1.0, 1.1)] for scale in (0.001, 1.0))
    few, many = (
        judged(values, published, is_accuracy=False)
        for values, published in ((small, 0.002), (large, 2.0))
    )
    assert (few.word, many.word) == ("differs", "differs")
    assert few.noticed == pytest.approx(many.noticed)
    assert 1000 * few.high == pytest.approx(many.high)
    assert judged([0.0, 0.1, 0.2], 0.1, is_accuracy=False).low < 0


@pytest.mark.parametrize(
    ("accuracy", "difference"), [(0.99, 0.005), (0.9999, 0.001), (1.0, 0.001), (0.7, 0.01)]
)
def test__matters__half_of_the_errors_within_limits(accuracy, difference):
    assert matters(accuracy) == pytest.approx(difference)


def test__noticed_deviations__are_noticed_in_eight_of_ten_simulations():
    rng = np.random.default_rng(0)
    for n_runs in (3, 10):
        ours = rng.standard_normal((20_000, n_runs))
        theirs = rng.standard_normal(20_000) + noticed_deviations(n_runs)
        reach = prediction_quantile(n_runs) * ours.std(axis=1, ddof=1)
        assert np.mean(np.abs(theirs - ours.mean(axis=1)) > reach) == pytest.approx(0.8, abs=0.01)


def test__noticed_between_means__two_runs_each__as_a_table_has_it():
    # 64 in each group notice half a deviation: a number that textbooks give
    assert noticed_between_means(64, 0.05) == pytest.approx(0.5, abs=0.005)


def test__judge_figure__known_seed__last_printed_digit_decides(tmp_path):
    recipe = tiny_recipe(reported={"test_accuracy": 0.7073}, published_seed=1)
    figure = Figure("test_accuracy", 0.7073)
    results = made_up_results(recipe, tmp_path, made_up_run(0, 0.7073))
    assert judge_figure(results, figure).word == "not run yet"
    results.add(made_up_run(1, 0.70739))
    assert judge_figure(results, figure).word == "exact"
    results.add(made_up_run(1, 0.7072))
    assert judge_figure(results, figure).word == "not exact"


def test__judge_figure__every_run_has_the_digits__exact(tmp_path):
    runs = [made_up_run(seed, 0.958) for seed in range(3)]
    results = made_up_results(tiny_recipe(), tmp_path, *runs)
    assert judge_figure(results, Figure("test_accuracy", 0.958)).word == "exact"
    assert judge_figure(results, Figure("test_accuracy", 0.957)).word == "differs"


def test__judge_figure__epoch__its_value_in_each_run(tmp_path):
    runs = [made_up_run(seed) for seed in range(3)]
    for run, loss in zip(runs, (0.49, 0.5, 0.51), strict=True):
        run["history"]["train_loss"][1] = loss
    results = made_up_results(tiny_recipe(), tmp_path, *runs)
    assert judge_figure(results, Figure("train_loss", 0.5, 2)).word == "agrees"
    assert judge_figure(results, Figure("train_loss", 0.9, 2)).word == "differs"
    assert judge_figure(results, Figure("train_loss", 0.5, 9)).word == "not run yet"
