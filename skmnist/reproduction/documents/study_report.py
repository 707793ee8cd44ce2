"""The page on L1, L2 and dropout, written from the results of the controlled study."""

import statistics
from pathlib import Path

from skmnist._fitted import NEGLIGIBLE
from skmnist.reproduction.documents.canvas import save_figure
from skmnist.reproduction.documents.comparison import COMPARED, differences
from skmnist.reproduction.documents.means import ERROR
from skmnist.reproduction.documents.metrics import format_mean
from skmnist.reproduction.documents.other_settings import other_settings
from skmnist.reproduction.documents.page import how_made, smoke_note, write_page
from skmnist.reproduction.documents.strip_plot import strip_plot
from skmnist.reproduction.documents.study_answer import answer
from skmnist.reproduction.documents.tables import candidates_table, setting, table
from skmnist.reproduction.documents.verdicts import noticed_between_means
from skmnist.reproduction.recipes.metrics import METRICS

_METHOD = f"""\
## How it was measured

The published systems wanted to know this, but they changed other settings at the same time. Here
the network, optimiser, schedule, epochs and seeds are the same for all. Only the penalties
differ: none, L1, L2 or both, each with and without dropout. The minimised objective is the mean
cross-entropy + `l1`·Σ|w| + (`l2`/2)·Σw² over the weights.

The strength of each penalty was chosen among candidates. They were trained on the first 50,000
training images, and the smallest cross-entropy on the other 10,000 decided. The strength of
dropout was chosen without penalties, those of the penalties without dropout. If candidates differ
by less than seeds do, chance chose among them, and the strength matters little. Then every
setting was trained on all 60,000 images with several seeds. Each network was tested once, after
its last epoch. Values are mean ± standard deviation over seeds.

- *Loss* is the cross-entropy on the test set, without penalties.
- *Sparsity* is the share of weights below {NEGLIGIBLE:.0%} of the largest in their layer.
- *Norm* is √Σw². In the compact CNN normalisation follows most convolutions. It undoes a common
  factor of their weights, so a norm says little there.
- *Corrected p* is the probability that chance alone makes such a difference in one of *all*
  comparisons of this page. It is Welch's t-test with Holm's correction. Without a correction, one
  comparison in twenty is found where there is nothing. A difference *counts* if its corrected p
  is below {ERROR:g}.
"""

_TITLES = {"compact": "Compact CNN, 8,286 parameters", "dense": "Dense network, 784-256-256-10"}


def write_study(all_results, folder):
    """Write ``regularization.md`` and its figures from the results that there are.

    Parameters
    ----------
    all_results : list of Results
        Of all recipes of the study, and of their candidates, run or not; others are passed over.
    folder : path-like
        Where the page is to be.

    Returns
    -------
    path : pathlib.Path
        The page.
    """
    path = Path(folder) / "regularization.md"
    part = [results for results in all_results if results.recipe.study is not None]
    settings = {
        network: [
            found
            for found in part
            if found.recipe.study == network and found.recipe.family != "candidate"
        ]
        for network in _TITLES
    }
    found = differences(settings.values())
    lines = ["# What L1, L2 and dropout do", "", *smoke_note(part), "", *answer(settings, found)]
    lines += ["", _METHOD]
    for network, title in _TITLES.items():
        own = [one for one in found if one.results.recipe.study == network]
        lines += ["", f"## {title}", "", *_measured(settings[network]), ""]
        lines += _compared(own, len(found))
        if all(results.runs for results in settings[network]):
            name = f"regularization-{network}.png"
            save_figure(strip_plot(settings[network]), path.parent / "figures" / name)
            caption = (
                "Test accuracy and test loss of every seed (dots) and their mean (bar). The grey "
                "band is the range of the seeds without penalty and dropout."
            )
            lines += ["", f"![{caption}](figures/{name})", "", f"*{caption}*"]
        candidates = [
            results
            for results in part
            if results.recipe.study == network and results.recipe.family == "candidate"
        ]
        epochs = candidates[0].recipe.estimator.max_epochs
        lines += ["", f"The candidates, {epochs} epochs each:", "", *candidates_table(candidates)]
    lines += how_made(part)
    write_page(path, lines)
    return path


def _measured(all_results):
    rows = []
    for results in all_results:
        estimator = results.recipe.estimator
        rows.append(
            [
                setting(results),
                *(f"{value:g}" for value in (estimator.l1, estimator.l2, estimator.dropout)),
                len(results.runs),
                *(
                    format_mean(results, metric)
                    for metric in ("test_accuracy", "test_loss", "train_accuracy")
                ),
                _weights(results, "sparsity", 100, 1),
                _weights(results, "l2_norm", 1, 2),
            ]
        )
    headers = [
        *("`l1`", "`l2`", "`dropout`", "seeds"),
        *("test accuracy, %", "test loss", "training accuracy, %", "sparsity, %", "norm"),
    ]
    columns = [("setting", "left"), *((header, "right") for header in headers)]
    return table(columns, rows) + other_settings(all_results)


def _weights(results, name, factor, digits):
    values = [factor * run["weights"][name] for run in results.runs]
    if not values:
        return "–"
    text = f"{statistics.mean(values):.{digits}f}"
    return text if len(values) < 2 else f"{text} ± {statistics.stdev(values):.{digits}f}"


def _compared(found, n_comparisons):
    """Return the table of one network's differences, and what could have been noticed."""
    if not found:
        return []
    rows = []
    for metric in COMPARED:
        unit = _unit(metric)
        rows += [
            [
                setting(one.results),
                _name(metric),
                f"{unit * one.difference:+.4f}",
                f"{unit * one.low:+.4f} to {unit * one.high:+.4f}",
                "< 0.001" if one.p < 0.001 else f"{one.p:.3f}",
                "**yes**" if one.is_found else "no",
            ]
            for one in found
            if one.metric == metric
        ]
    columns = [
        *[("setting", "left"), ("metric", "left"), ("difference from none", "right")],
        *[("95 % interval of it alone", "right"), ("corrected p", "right"), ("counts", "left")],
    ]
    noticed = " and ".join(_noticed(found, metric, n_comparisons) for metric in COMPARED)
    return [
        *table(columns, rows),
        "",
        f"With so many seeds, a true difference of {noticed} is found in eight of ten such "
        f"studies. The correction for {n_comparisons} comparisons is included. Smaller "
        "differences may exist and stay unseen.",
    ]


def _noticed(found, metric, n_comparisons):
    own = [one for one in found if one.metric == metric]
    samples = [own[0].base, *(one.results for one in own)]
    spread = statistics.mean(results.spread(metric) ** 2 for results in samples) ** 0.5
    n_runs = min(len(results.values(metric)) for results in samples)
    noticed = spread * noticed_between_means(n_runs, ERROR / n_comparisons)
    if metric == "test_accuracy":
        return f"{100 * noticed:.2f} points of test accuracy"
    return f"{noticed:.4f} of test loss"


def _unit(metric):
    return 100 if METRICS[metric].is_accuracy else 1


def _name(metric):
    return METRICS[metric].label + (", points" if METRICS[metric].is_accuracy else "")
