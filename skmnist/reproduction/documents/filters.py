"""The filters that networks have learned, drawn from results."""

import numpy as np

from skmnist.reproduction.documents.canvas import new_figure
from skmnist.reproduction.documents.other_settings import marked

#: More filters than this are not drawn.
_N_SHOWN = 8


def has_filters(results):
    """Tell whether a run has measured its filters."""
    return bool(results.values("filters"))


def learned_filters(all_results):
    """Draw the filters of first convolutions before and after training.

    Parameters
    ----------
    all_results : list of Results
        Of recipes that measured their filters; the first run that did is shown.

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    figure = new_figure(9.6, 2.7 * len(all_results))
    blocks = figure.subfigures(len(all_results), 1, squeeze=False).ravel()
    for block, results in zip(blocks, all_results, strict=True):
        start = np.array(results.values("filters_at_start")[0])[:_N_SHOWN]
        end = np.array(results.values("filters")[0])[:_N_SHOWN]
        height, width = start.shape[1:]
        name = marked(results.recipe.name, results)
        block.suptitle(f"{name}: filters of {height}×{width} pixels", fontsize=10)
        axes = block.subplots(2, len(start), squeeze=False)
        for row, label, filters in zip(
            axes, ("at the start", "learned"), (start, end), strict=True
        ):
            largest = np.abs(filters).max()
            for ax, weights in zip(row, filters, strict=True):
                image = ax.imshow(weights, cmap="PuOr", vmin=-largest, vmax=largest)
                ax.set(xticks=[], yticks=[])
            row[0].set_ylabel(label, fontsize=8)
            block.colorbar(image, ax=row.tolist(), label="weight", fraction=0.02)
    return figure
