"""The document on L1, L2 and dropout, written from the results of the controlled study."""

import statistics

from scipy import stats

from skmnist.reproduction.recipe import FIGURES
from skmnist.reproduction.recipes import study
from skmnist.reproduction.report import how_made, save_figure, write_document
from skmnist.reproduction.results import Results
from skmnist.reproduction.runner import document_folder, results_folder
from skmnist.reproduction.tables import candidates_table, format_figure, markdown_table
from skmnist.reproduction.weights import NEGLIGIBLE

_INTRODUCTION = f"""\
# What L1, L2 and dropout do

The study that the published systems wanted: the same network, optimiser, schedule, epochs and
seeds, with no penalty, L1, L2 or both, each with and without dropout. The minimised objective is
the mean cross-entropy + `l1`·Σ|w| + (`l2`/2)·Σw² over the weights.

The strength of each penalty was chosen among candidates trained on the first 50,000 training
images, by their cross-entropy on the other 10,000: that of dropout without penalties, those of
penalties without dropout. Where candidates differ by less than seeds do, the choice is one of
chance: the strength matters little there. Then every setting was trained on all 60,000 images with
several seeds, and tested once with each, after the last epoch. Figures are mean ± standard
deviation over seeds.

- *Loss* is the cross-entropy on the test set, without penalties.
- *Sparsity* is the share of weights below {NEGLIGIBLE:.0%} of the largest in their layer.
- *Norm* is √Σw². In the compact CNN normalisation follows most convolutions, which undoes a common
  factor of their weights; there a norm says little of what the network computes.
- A difference from no penalty *exceeds the spread* when its 95 % confidence interval (Welch's,
  from the spread between seeds) leaves out zero. By chance alone one comparison in twenty does.
"""

_TITLES = {"compact": "Compact CNN, 8,286 parameters", "dense": "Dense network, 784-256-256-10"}


def write_study(output, *, max_epochs=None):
    """Write ``regularization.md`` and its figure from the results that there are.

    Parameters
    ----------
    output : path-like
        The folder with ``results``.
    max_epochs : int, default=None
        For the results of smoke runs.

    Returns
    -------
    path : pathlib.Path
        The document.
    """
    folder = document_folder(output, max_epochs)
    kept = results_folder(output, max_epochs)

    def load(recipes):
        return [Results(recipe, kept, max_epochs) for recipe in recipes]

    lines, everything = [_INTRODUCTION], []
    if max_epochs is not None:
        lines += [f"**A smoke run of {max_epochs} epochs each: these figures are no results.**"]
    for network, recipes in study.STUDY.items():
        results, candidates = load(recipes), load(study.CANDIDATES[network])
        everything += [*results, *candidates]
        lines += ["", f"## {_TITLES[network]}", "", *_measured(results), ""]
        lines += _conclusions(results)
        if all(found.runs for found in results):
            figure = _strip_plot(results)
            path = save_figure(figure, folder / "figures" / f"regularization-{network}.png")
            caption = "Test accuracy and loss of every seed, and their mean."
            lines += ["", f"![{caption}](figures/{path.name})", "", f"*{caption}*"]
        epochs = candidates[0].recipe.estimator.max_epochs
        lines += ["", f"The candidates, {epochs} epochs each:", "", *candidates_table(candidates)]
    path = folder / "regularization.md"
    lines += how_made(everything)
    write_document(path, lines)
    return path


def _short_name(results):
    return results.recipe.name.removeprefix("A-improved-").removeprefix("R-")


def _measured(all_results):
    rows = []
    for results in all_results:
        estimator = results.recipe.estimator
        rows.append(
            [
                _short_name(results),
                *(f"{value:g}" for value in (estimator.l1, estimator.l2, estimator.dropout)),
                len(results.runs),
                *(
                    format_figure(figure, results.mean(figure), results.spread(figure))
                    for figure in ("test_accuracy", "test_loss", "train_accuracy")
                ),
                _weights(results, "sparsity", 100, 1),
                _weights(results, "l2_norm", 1, 2),
            ]
        )
    headers = [
        *("setting", "`l1`", "`l2`", "`dropout`", "seeds"),
        *("test accuracy, %", "test loss", "training accuracy, %", "sparsity, %", "norm"),
    ]
    return markdown_table(headers, rows, align="l" + "r" * 9)


def _weights(results, name, factor, digits):
    values = [factor * run["weights"][name] for run in results.runs]
    if not values:
        return "–"
    text = f"{statistics.mean(values):.{digits}f}"
    return text if len(values) < 2 else f"{text} ± {statistics.stdev(values):.{digits}f}"


def _conclusions(all_results):
    """Say which settings differ from the first by more than the seeds differ."""
    reference, *others = all_results
    rows, words = [], []
    for figure, unit in (("test_accuracy", 100), ("test_loss", 1)):
        base = reference.values(figure)
        unclear = "no difference beyond the spread"
        settings = {"higher": [], "lower": [], unclear: []}
        for results in others:
            values = results.values(figure)
            if min(len(base), len(values)) < 2:
                continue
            low, high = difference_interval(values, base)
            verdict = "higher" if low > 0 else "lower" if high < 0 else unclear
            settings[verdict].append(_short_name(results))
            rows.append(
                [
                    _short_name(results),
                    "test accuracy, points" if unit == 100 else "test loss",
                    f"{unit * (statistics.mean(values) - statistics.mean(base)):+.4f}",
                    f"{unit * low:+.4f} to {unit * high:+.4f}",
                    "no" if low <= 0 <= high else "**yes**",
                ]
            )
        found = [f"{how} with {', '.join(names)}" for how, names in settings.items() if names]
        words.append(f"- {FIGURES[figure].capitalize()}: {'; '.join(found)}.")
    if not rows:
        return []
    headers = ("setting", "figure", "difference from none", "95 % interval", "exceeds the spread")
    return [
        "Compared with no penalty and no dropout:",
        "",
        *words,
        "",
        *markdown_table(headers, rows, "llrrl"),
    ]


def difference_interval(values, base, level=0.95):
    """Return Welch's confidence interval of the difference of two means.

    Parameters
    ----------
    values, base : sequence of float
        At least two each.
    level : float, default=0.95

    Returns
    -------
    low, high : float
        Of the mean of ``values`` minus that of ``base``.
    """
    if statistics.variance(values) == statistics.variance(base) == 0:
        difference = statistics.mean(values) - statistics.mean(base)
        return difference, difference
    interval = stats.ttest_ind(values, base, equal_var=False).confidence_interval(level)
    return float(interval.low), float(interval.high)


def _strip_plot(all_results):
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(9.5, 3.6), layout="constrained")
    names = [_short_name(results) for results in all_results]
    panels = {"test_accuracy": "test accuracy, %", "test_loss": "test loss"}
    for ax, (name, label) in zip(figure.subplots(1, 2, sharey=True), panels.items(), strict=True):
        for row, results in enumerate(all_results):
            unit = 100 if name == "test_accuracy" else 1
            values = [unit * value for value in results.values(name)]
            ax.plot(values, [row] * len(values), "o", color="tab:blue", alpha=0.5, markersize=5)
            ax.plot(statistics.mean(values), row, "|", color="black", markersize=14)
        ax.set(xlabel=label, yticks=range(len(names)), yticklabels=names)
        ax.grid(alpha=0.3, axis="x")
    ax.invert_yaxis()
    return figure
