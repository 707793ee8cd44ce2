"""What a report says of a search: its candidates as tables and figures."""

import numpy as np

from skmnist.plots import GridSearchDisplay, ParallelCoordinatesDisplay
from skmnist.plots._canvas import style
from skmnist.plots._values import distinct, is_number, key, label
from skmnist.report.checks.search import as_good_as_the_best, split_scores
from skmnist.report.svg import new_axes, to_svg

_N_CANDIDATES = 10

# a heat map with more cells cannot be read, and one with few filled cells says nothing
_MOST_CELLS = 150
_LEAST_FILLED = 0.5


def searched(cv_results):
    """Return the names of the parameters of which several values were tried."""
    names = list(dict.fromkeys(name for params in cv_results["params"] for name in params))
    return [name for name in names if len(_values(cv_results, name)) > 1]


def candidates(cv_results):
    """Return the best candidates.

    Returns
    -------
    candidates : list of dict
        ``rank``, ``values`` (texts in the order of `searched`), ``mean``, ``std``, ``scores`` and
        ``equal`` (whether it may be as good as the best).
    """
    names = searched(cv_results)
    scores = split_scores(cv_results)
    mean = np.asarray(cv_results["mean_test_score"], dtype=float)
    std = np.asarray(cv_results["std_test_score"], dtype=float)
    equal = as_good_as_the_best(cv_results)
    order = np.argsort(np.where(np.isfinite(mean), -mean, np.inf), kind="stable")
    if "iter" in cv_results:  # those that trained longest come first
        order = order[np.argsort(-np.asarray(cv_results["iter"])[order], kind="stable")]
    return [
        {
            "rank": rank,
            "values": [label(cv_results["params"][row].get(name)) for name in names],
            "mean": float(mean[row]),
            "std": float(std[row]) if len(scores) > 1 else None,
            "scores": [float(score) for score in scores[:, row]],
            "equal": bool(equal[row]) and rank > 1,
        }
        for rank, row in enumerate(order[:_N_CANDIDATES], start=1)
    ]


def figures(cv_results):
    """Draw the scores of all candidates.

    Returns
    -------
    figures : list of str
        Heat maps or a panel for each parameter, then parallel coordinates; none if nothing was
        searched.
    """
    names = searched(cv_results)
    if not names:
        return []
    drawn = _heat_maps(cv_results, names) if len(names) > 1 else None
    made = [drawn]
    if not drawn:
        made = [_scores_along(cv_results, name, number) for number, name in enumerate(names)]
    if len(names) > 1:
        ax = new_axes(min(1.3 * len(names) + 2.2, 9), 3.8)
        ParallelCoordinatesDisplay.from_cv_results(cv_results, params=names, ax=ax)
        made.append(to_svg(ax.figure, "Candidates as lines through their parameters", "parallel"))
    return made


def _heat_maps(cv_results, names):
    """Draw heat maps along the three parameters with the most values, others as the best has them.

    Return None if they would be too many cells, or mostly empty ones.
    """
    by_size = sorted(names, key=lambda name: -len(_values(cv_results, name)))
    y, x, *rest = by_size
    shown = {x, y, *rest[:1]}
    others = [name for name in names if name not in shown]
    mean = np.asarray(cv_results["mean_test_score"], dtype=float)
    best = cv_results["params"][int(np.nanargmax(np.where(np.isfinite(mean), mean, -np.inf)))]
    rows = [
        row
        for row, params in enumerate(cv_results["params"])
        if all(key(params.get(name)) == key(best.get(name)) for name in others)
    ]
    part = {
        "params": [cv_results["params"][row] for row in rows],
        "mean_test_score": mean[rows],
        "std_test_score": np.asarray(cv_results["std_test_score"], dtype=float)[rows],
    }
    if any(name not in params for params in part["params"] for name in shown):
        return None
    panels = rest[0] if rest else None
    n_cells = np.prod([len(_values(part, name)) for name in shown])
    tried = {tuple(key(params[name]) for name in shown) for params in part["params"]}
    if n_cells > _MOST_CELLS or len(tried) < _LEAST_FILLED * n_cells:
        return None
    from matplotlib.figure import Figure

    n_panels = len(_values(part, panels)) if panels else 1
    size = (1.6 + 0.8 * len(_values(part, x)) * n_panels, 1.5 + 0.65 * len(_values(part, y)))
    figure = Figure(figsize=(max(size[0], 4.0), size[1]), layout="constrained")
    axes = figure.subplots(1, n_panels, squeeze=False, sharey=True)[0]
    GridSearchDisplay.from_cv_results(part, x=x, y=y, panels=panels, ax=axes)
    return to_svg(figure, "Heat maps of the scores", "heat")


def _scores_along(cv_results, name, number):
    """Draw the scores of all candidates along a parameter."""
    ax = new_axes(4.6, 3.0)
    values = [params.get(name) for params in cv_results["params"]]
    mean = 100 * np.asarray(cv_results["mean_test_score"], dtype=float)
    std = 100 * np.asarray(cv_results["std_test_score"], dtype=float)
    different = _values(cv_results, name)
    look = style(0) | {"linestyle": "none", "markersize": 4, "capsize": 2, "alpha": 0.8}
    if all(map(is_number, values)) and len(different) > 8:
        ax.errorbar(values, mean, std, **look)
        if min(values) > 0 and max(values) / min(values) > 30:
            ax.set_xscale("log")
    else:
        places = {key(value): place for place, value in enumerate(different)}
        ax.errorbar([places[key(value)] for value in values], mean, std, **look)
        ax.set_xticks(
            range(len(different)), [label(value) for value in different], parse_math=False
        )
        ax.set_xlim(-0.5, len(different) - 0.5)
    ax.set(xlabel=name, ylabel="mean score, %", title=f"Score along {name}")
    ax.grid(alpha=0.3)
    return to_svg(ax.figure, "Scores of the candidates along a parameter", f"along{number}")


def _values(cv_results, name):
    return distinct([params.get(name) for params in cv_results["params"]])
