"""Curves of training, from results."""

import math

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from skmnist.reproduction.documents.canvas import COLORS, DASHES, new_figure
from skmnist.reproduction.documents.other_settings import marked

#: From this ratio on, losses are drawn on a logarithmic axis.
_LOG_RANGE = 20

#: The first epochs, of which an axis of accuracies leaves out what lies far below the rest.
_FIRST_EPOCHS = 0.25


def compared_curves(all_results, columns, *, guide=None):
    """Draw quantities per epoch, a panel for each, and a line for each recipe.

    A line is the mean of the seeds, a band their range. Crosses are published values.

    Parameters
    ----------
    all_results : list of Results
        Each with a run.
    columns : dict of str to str
        What is drawn: names in the history, and what they are called.
    guide : (float, str), default=None
        Height of a grey line in the last panel, and what it is called.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    axes, figure = _panels(len(columns), legend_lines=len(all_results))
    for ax, (column, quantity) in zip(axes, columns.items(), strict=True):
        for number, results in enumerate(all_results):
            label = marked(results.recipe.name, results)
            _draw(ax, results, column, label, number)
            _draw_published(ax, results, column, number)
        if guide is not None and ax is axes[-1]:
            ax.axhline(100 * guide[0], color="0.4", linewidth=0.8, label=guide[1])
        _finish(ax, quantity, is_accuracy="accuracy" in column)
    return figure


def fit_and_validation(all_results, watched):
    """Draw the loss of training and that of images not trained on in one plot for each recipe.

    All plots have the same axis of losses, and it is logarithmic.

    Parameters
    ----------
    all_results : list of Results
        Each with a run.
    watched : str
        What the images that were not trained on are called.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    axes, figure = _panels(len(all_results), sharey=True, legend_lines=2)
    for ax, results in zip(axes, all_results, strict=True):
        _draw(ax, results, "train_loss", "training", 0)
        _draw(ax, results, "valid_loss", watched, 1)
        _finish(ax, "loss", is_accuracy=False)
        ax.set_yscale("log")
        _plain_numbers(ax)
        ax.set_title(marked(results.recipe.name, results), fontsize=10)
    return figure


def _panels(n_panels, *, legend_lines, sharey=False):
    n_columns = min(n_panels, 2)
    n_rows = math.ceil(n_panels / n_columns)
    height = 3.4 if legend_lines < 6 else 4.2
    figure = new_figure(9.6 if n_columns == 2 else 6.4, height * n_rows)
    axes = figure.subplots(n_rows, n_columns, squeeze=False, sharey=sharey).ravel()
    for ax in axes[n_panels:]:
        ax.set_axis_off()
    return axes[:n_panels], figure


def _draw(ax, results, column, label, number):
    curves = _curves(results, column)
    if curves is None:
        return
    if "accuracy" in column:
        curves = 100 * curves
    epochs = np.arange(1, curves.shape[1] + 1)
    style = {"color": COLORS[number % len(COLORS)], "linestyle": DASHES[number % len(DASHES)]}
    if len(epochs) == 1:
        style["marker"] = "o"
    ax.plot(epochs, curves.mean(axis=0), label=label, linewidth=1.4, **style)
    if len(curves) > 1:
        low, high = curves.min(axis=0), curves.max(axis=0)
        ax.fill_between(epochs, low, high, color=style["color"], alpha=0.18, linewidth=0)


def _draw_published(ax, results, column, number):
    published = results.recipe.reported_epochs.get(column, {})
    if published:
        unit = 100 if "accuracy" in column else 1
        ax.plot(
            list(published),
            [unit * value for value in published.values()],
            "x",
            color=COLORS[number % len(COLORS)],
            # a word is enough for all of them: their colours tell whose they are
            label="published" if "published" not in ax.get_legend_handles_labels()[1] else None,
        )


def _curves(results, column):
    """Return a column of the history as an array (seeds, epochs); None if it is not there."""
    curves = [run["history"][column] for run in results.runs if column in run["history"]]
    if not curves:
        return None
    shortest = min(map(len, curves))
    return np.array([curve[:shortest] for curve in curves], dtype=float)


def _finish(ax, quantity, *, is_accuracy):
    ax.set(title=quantity[0].upper() + quantity[1:], xlabel="epoch")
    ax.set_ylabel(f"{quantity}, %" if is_accuracy else quantity)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(alpha=0.3)
    if is_accuracy:
        _zoom(ax)
    else:
        values = _drawn(ax)
        if len(values) and values.min() > 0 and values.max() / values.min() > _LOG_RANGE:
            ax.set_yscale("log")
            _plain_numbers(ax)
    if ax.get_legend_handles_labels()[0]:
        ax.legend(fontsize=7, loc="lower right" if is_accuracy else "upper right")


def _plain_numbers(ax):
    """Label a logarithmic axis with numbers such as 0.02, not with powers of ten."""
    low, high = ax.get_ylim()
    ax.yaxis.set_major_locator(LogLocator(subs=(1.0,) if high > 1000 * low else (1.0, 2.0, 5.0)))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.yaxis.set_minor_formatter(NullFormatter())


def _drawn(ax, first=0.0):
    """Return the values of all lines that are drawn, without their first epochs."""
    lines = [np.asarray(line.get_ydata(), dtype=float) for line in ax.get_lines()]
    kept = [line[math.floor(first * len(line)) :] for line in lines] or [np.empty(0)]
    values = np.concatenate(kept)
    return values[np.isfinite(values)]


def _zoom(ax):
    """Let the axis of accuracies show how the later epochs differ; the first may lie below it."""
    values = _drawn(ax, _FIRST_EPOCHS)
    if not len(values):
        return
    low, high = np.quantile(values, 0.02), values.max()
    margin = max(0.08 * (high - low), 0.05)
    if low - margin > ax.get_ylim()[0]:
        ax.set_ylim(low - margin, min(high + margin, 100.0 + margin))
        ax.set_title(f"{ax.get_title()} (axis from {low - margin:.1f} %)")
