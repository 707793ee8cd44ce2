"""A study's metrics, drawn seed by seed."""

import statistics

from skmnist.reproduction.documents.canvas import new_figure
from skmnist.reproduction.documents.tables import setting


def strip_plot(all_results):
    """Draw test accuracy and loss of every seed, and their means, a row for each setting.

    Parameters
    ----------
    all_results : list of Results
        Of a study's settings, each with a run.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    figure = new_figure(9.5, 3.6)
    names = [setting(results) for results in all_results]
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
