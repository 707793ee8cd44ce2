"""Curves of training, from results."""

import numpy as np

from skmnist.reproduction.documents.canvas import new_figure
from skmnist.reproduction.documents.other_settings import marked

#: From this ratio on, what a panel shows is drawn on a logarithmic axis.
_LOG_RANGE = 20


def compared_curves(all_results, columns, *, guide=None):
    """Draw quantities per epoch, a panel for each and a line for each recipe's first seed.

    Parameters
    ----------
    all_results : list of Results
        Each with a run.
    columns : dict of str to str
        What is drawn: names in the history, and what they are called.
    guide : float, default=None
        Height of a dashed line in the last panel.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    n_rows = -(-len(columns) // 2)
    figure = new_figure(9.6, 3.6 * n_rows)
    axes = figure.subplots(n_rows, min(len(columns), 2), squeeze=False).ravel()
    for ax, (name, quantity) in zip(axes, columns.items(), strict=True):
        for results in all_results:
            values = results.runs[0]["history"].get(name)
            if values is not None:
                epochs = np.arange(1, len(values) + 1)
                values = np.array(values, dtype=float)
                label = marked(results.recipe.name, results)
                ax.plot(epochs, values, label=label, linewidth=1.2)
        ax.set(xlabel="epoch", ylabel=quantity)
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.grid(alpha=0.3)
        low, high = ax.dataLim.intervaly
        if low > 0 and high / low > _LOG_RANGE:
            ax.set_yscale("log")
    if guide is not None:
        axes[-1].axhline(guide, color="gray", linestyle="--", linewidth=0.8)
    axes[0].legend(fontsize=8)
    return figure
