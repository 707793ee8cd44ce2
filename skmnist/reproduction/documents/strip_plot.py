"""A study's metrics, drawn seed by seed."""

import statistics

from skmnist.reproduction.documents.canvas import COLORS, new_figure
from skmnist.reproduction.documents.tables import setting

_PANELS = {
    "test_accuracy": ("Accuracy on the test set", "test accuracy, %", 100),
    "test_loss": ("Loss on the test set", "test loss (cross-entropy)", 1),
}


def strip_plot(all_results):
    """Draw test accuracy and loss of every seed, and their means, a row for each setting.

    Parameters
    ----------
    all_results : list of Results
        Of a study's settings, each with a run; the first has no penalty.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    figure = new_figure(9.5, 4.2)
    names = [setting(results) for results in all_results]
    panels = figure.subplots(1, 2, sharey=True)
    for ax, (name, (title, label, unit)) in zip(panels, _PANELS.items(), strict=True):
        base = [unit * value for value in all_results[0].values(name)]
        ax.axvspan(min(base), max(base), color="0.9", label="range without penalties")
        for row, results in enumerate(all_results):
            values = [unit * value for value in results.values(name)]
            first = {"label": "a seed"} if row == 0 else {}
            ax.plot(values, [row] * len(values), "o", color=COLORS[0], alpha=0.6, ms=5, **first)
            first = {"label": "mean of the seeds"} if row == 0 else {}
            mean = statistics.mean(values)
            ax.plot(mean, row, "|", color="black", ms=16, mew=2, **first)
        ax.set(title=title, xlabel=label, yticks=range(len(names)), yticklabels=names)
        ax.grid(alpha=0.3, axis="x")
        ax.set_axisbelow(True)
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3, fontsize=7.5)
    panels[0].invert_yaxis()
    return figure
