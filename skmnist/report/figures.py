"""The figures of a report on a classifier."""

import numpy as np
from sklearn.calibration import CalibrationDisplay
from sklearn.metrics import ConfusionMatrixDisplay

from skmnist.plots import LabelDistributionDisplay, TrainingCurvesDisplay
from skmnist.report.statistics import confidence_bins, wilson_interval
from skmnist.report.svg import new_axes, to_svg

#: With more labels the numbers in a confusion matrix cannot be read.
_MANY_LABELS = 15

# so few errors are no dark colour
_FEW = 4


def confusion_matrix(evidence):
    """Draw which labels are confused; the diagonal does not swallow the colours."""
    names = evidence.labels
    n = len(names)
    side = min(4.6 + 0.25 * max(0, n - 10), 9.0)
    ax = new_axes(side, side)
    index = {label: number for number, label in enumerate(names)}
    matrix = np.zeros((n, n), dtype=int)
    rows = [index[label] for label in evidence.y.tolist()]
    columns = [index[label] for label in evidence.predicted.tolist()]
    np.add.at(matrix, (rows, columns), 1)
    off_diagonal = matrix - np.diag(np.diag(matrix))
    display = ConfusionMatrixDisplay(matrix)
    display.plot(
        ax=ax,
        cmap="Blues",
        colorbar=False,
        include_values=n <= _MANY_LABELS,
        im_kw={"vmin": 0, "vmax": max(int(off_diagonal.max()), _FEW)},
        text_kw={"fontsize": 7 if n > 6 else 9},
    )
    for place, text in np.ndenumerate(display.text_ if display.text_ is not None else []):
        on_diagonal = place[0] == place[1]
        text.set_text("" if matrix[place] == 0 else f"{matrix[place]}")
        dark = on_diagonal or matrix[place] > max(off_diagonal.max(), _FEW) / 2
        text.set_color("white" if dark else "black")
    _hide_diagonal(ax, n)
    if n > 10 or max(len(_short(name)) for name in names) > 3:
        ax.tick_params(axis="x", rotation=90)
    # a label may hold a dollar sign
    short = [_short(name) for name in names]
    ax.set_xticks(range(n), short, parse_math=False)
    ax.set_yticks(range(n), short, parse_math=False)
    ax.set(xlabel="predicted label", ylabel="true label", title="Which labels are confused")
    text = f"Confusion matrix of {n} labels: the table of labels below has the numbers."
    return to_svg(ax.figure, text, "confusion")


def _hide_diagonal(ax, n):
    from matplotlib.patches import Rectangle

    for place in range(n):
        ax.add_patch(Rectangle((place - 0.5, place - 0.5), 1, 1, color="#666666", zorder=1.5))
    for text in ax.texts:
        text.set_zorder(3)


def reliability(evidence, n_bins=10):
    """Draw whether probabilities mean what they say, with what chance explains."""
    ax = new_axes()
    confidence = np.clip(evidence.confidence, 0, 1)
    CalibrationDisplay.from_predictions(
        evidence.right,
        confidence,
        n_bins=n_bins,
        ax=ax,
        name="this classifier",
        color="#0072B2",
        zorder=3,
    )
    bins = confidence_bins(confidence, n_bins)
    for number in np.unique(bins):
        inside = bins == number
        low, high = wilson_interval(int(evidence.right[inside].sum()), int(inside.sum()))
        ax.vlines(confidence[inside].mean(), low, high, color="#0072B2", linewidth=1)
        ax.annotate(
            f"{inside.sum():,}",
            (confidence[inside].mean(), 0.02),
            ha="center",
            fontsize=7,
            color="#444444",
        )
    ax.set(
        xlabel="probability of the predicted label",
        ylabel="share that is right",
        title="Do probabilities mean what they say?",
        xlim=(-0.03, 1.05),
        ylim=(-0.03, 1.05),
    )
    ax.legend(fontsize=8, loc="upper left")
    ax.grid(alpha=0.3)
    text = (
        "Reliability diagram. A line for each bin shows its 95 % interval, numbers count images."
    )
    return to_svg(ax.figure, text, "reliability")


def curves(evidence):
    """Draw what the history holds: loss, accuracy and learning rate, a figure each."""
    history = evidence.history
    figures = []
    for metric in ("loss", "accuracy", "learning_rate"):
        if not any(key.endswith(metric) for epoch in history for key in epoch):
            continue
        ax = new_axes(4.6, 3.0)
        TrainingCurvesDisplay.from_history(history, metrics=[metric], ax=ax_list(ax))
        name = metric.replace("_", " ")
        text = f"{name} of each of {len(history)} epochs".capitalize()
        figures.append(to_svg(ax.figure, text, metric))
    return figures


def label_distribution(evidence):
    """Draw how often each label occurs in the sets that are known."""
    sets = {"test": evidence.y}
    if evidence.y_train is not None:
        sets = {"training": evidence.y_train, "test": evidence.y}
    ax = new_axes(min(4.6 + 0.3 * max(0, len(evidence.labels) - 10), 12), 3.0)
    LabelDistributionDisplay.from_data(sets, normalize=True, ax=ax)
    if max(len(str(name)) for name in evidence.labels) > 3:
        names = [_short(name) for name in np.unique(np.concatenate([*sets.values()]))]
        ax.set_xticks(range(len(names)), names, rotation=90, parse_math=False)
    return to_svg(ax.figure, "Share of each label in each set", "labels")


def ax_list(ax):
    """Return axes so that a display draws on them, and not within their bounds."""
    return [ax]


def _short(name):
    name = str(name)
    return name if len(name) <= 12 else f"{name[:11]}…"
