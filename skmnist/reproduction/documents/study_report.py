"""The page on L1, L2 and dropout, written from the results of the controlled study."""

import statistics
from pathlib import Path

from skmnist._fitted import NEGLIGIBLE
from skmnist.reproduction.documents.canvas import save_figure
from skmnist.reproduction.documents.comparison import conclusions
from skmnist.reproduction.documents.metrics import format_mean
from skmnist.reproduction.documents.other_settings import other_settings
from skmnist.reproduction.documents.page import how_made, smoke_note, write_page
from skmnist.reproduction.documents.strip_plot import strip_plot
from skmnist.reproduction.documents.tables import candidates_table, setting, table

_INTRODUCTION = f"""\
# What L1, L2 and dropout do

The study that the published systems wanted: the same network, optimiser, schedule, epochs and
seeds, with no penalty, L1, L2 or both, each with and without dropout. The minimised objective is
the mean cross-entropy + `l1`·Σ|w| + (`l2`/2)·Σw² over the weights.

The strength of each penalty was chosen among candidates trained on the first 50,000 training
images, by their cross-entropy on the other 10,000: that of dropout without penalties, those of
penalties without dropout. Where candidates differ by less than seeds do, the choice is one of
chance: the strength matters little there. Then every setting was trained on all 60,000 images with
several seeds, and tested once with each, after the last epoch. Metrics are mean ± standard
deviation over seeds.

- *Loss* is the cross-entropy on the test set, without penalties.
- *Sparsity* is the share of weights below {NEGLIGIBLE:.0%} of the largest in their layer.
- *Norm* is √Σw². In the compact CNN normalisation follows most convolutions, which undoes a common
  factor of their weights; there a norm says little of what the network computes.
- A difference from no penalty *exceeds the spread* when its 95 % confidence interval (Welch's,
  from the spread between seeds) leaves out zero. By chance alone one comparison in twenty does.
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
    lines = [_INTRODUCTION, *smoke_note(part)]
    for network, title in _TITLES.items():
        known = [results for results in part if results.recipe.study == network]
        candidates = [found for found in known if found.recipe.family == "candidate"]
        results = [found for found in known if found.recipe.family != "candidate"]
        lines += ["", f"## {title}", "", *_measured(results), ""]
        lines += conclusions(results)
        if all(found.runs for found in results):
            name = f"regularization-{network}.png"
            save_figure(strip_plot(results), path.parent / "figures" / name)
            caption = "Test accuracy and loss of every seed, and their mean."
            lines += ["", f"![{caption}](figures/{name})", "", f"*{caption}*"]
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
