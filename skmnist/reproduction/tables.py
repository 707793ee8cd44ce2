"""Tables and figures of text for documents."""

import math

from scipy import stats

from skmnist.reproduction.recipe import FIGURES

#: With fewer runs their spread says next to nothing.
_ENOUGH_RUNS = 3


def format_figure(figure, value, spread=None):
    """Return a value as text: an accuracy in per cent, a loss as it is.

    Parameters
    ----------
    figure : str
        A key of `FIGURES`.
    value : float or None
    spread : float, default=None
        Its standard deviation.
    """
    if value is None:
        return "–"
    if figure.endswith("accuracy"):
        value, spread, digits = 100 * value, None if spread is None else 100 * spread, 2
    else:
        digits = 4
    text = f"{value:.{digits}f}"
    return text if spread is None else f"{text} ± {spread:.{digits}f}"


def primary_figure(recipe):
    """Return the figure that a recipe is judged by: the first that was reported."""
    return next(iter(recipe.reported), "test_accuracy")


def plausible_difference(results, figure):
    """Return how far a single published run may plausibly be from the mean of ours.

    From three runs on, half the width of the 95 % prediction interval of one more run, by
    Student's t. With fewer, for an accuracy, two standard deviations of the difference between
    two samples of as many images as it was measured on; for a loss there is no saying.

    Parameters
    ----------
    results : Results
        With at least one run.
    figure : str

    Returns
    -------
    difference : float or None
    """
    n_runs = len(results.values(figure))
    if n_runs >= _ENOUGH_RUNS:
        quantile = float(stats.t.ppf(0.975, n_runs - 1))
        return quantile * results.spread(figure) * math.sqrt(1 + 1 / n_runs)
    if not figure.endswith("accuracy"):
        return None
    mean = results.mean(figure)
    return 2 * math.sqrt(2 * mean * (1 - mean) / results.recipe.data.n_images(figure))


def verdict(results):
    """Return what the results say of the reported figure, or of the aim, in a word or two.

    Parameters
    ----------
    results : Results
    """
    recipe = results.recipe
    figure = primary_figure(recipe)
    mean = results.mean(figure)
    if mean is None:
        return "not run yet"
    if results.is_smoke_run:
        return ""
    if recipe.aim is not None:
        if mean >= recipe.aim:
            return "aim met"
        return f"aim missed by {100 * (recipe.aim - mean):.2f} points"
    if figure not in recipe.reported:
        return ""
    difference = mean - recipe.reported[figure]
    plausible = plausible_difference(results, figure)
    if plausible is None:
        return ""
    if abs(difference) <= plausible:
        return "agrees"
    better = difference > 0 if figure.endswith("accuracy") else difference < 0
    return "better" if better else "worse"


def markdown_table(headers, rows, align=None):
    """Return a table in Markdown, as a list of lines.

    Parameters
    ----------
    headers : sequence of str
    rows : sequence of sequences
    align : str, default=None
        A letter for each column, "l" or "r"; all to the left by default.
    """
    align = align or "l" * len(headers)
    rules = ["---:" if letter == "r" else "---" for letter in align]
    return [f"| {' | '.join(str(cell) for cell in row)} |" for row in (headers, rules, *rows)]


def overview(all_results):
    """Return the table of all recipes: reported, obtained, aim, verdict."""
    rows = []
    for results in all_results:
        recipe = results.recipe
        figure = primary_figure(recipe)
        n_runs = len(results.runs)
        rows.append(
            [
                recipe.name,
                recipe.title,
                FIGURES[figure],
                format_figure(figure, recipe.reported.get(figure)),
                format_figure(figure, results.mean(figure), results.spread(figure)),
                n_runs if n_runs >= recipe.n_seeds else f"{n_runs} of {recipe.n_seeds}",
                "" if recipe.aim is None else f"≥ {100 * recipe.aim:.1f}",
                verdict(results),
                recipe.note,
            ]
        )
    headers = ("recipe", "what", "figure", "reported", "obtained", "seeds", "aim", "", "note")
    return markdown_table(headers, rows, align="lllrrrrll")


def details(all_results):
    """Return the table of every reported figure of some recipes."""
    rows = [
        [
            results.recipe.name,
            FIGURES[figure],
            format_figure(figure, reported),
            format_figure(figure, results.mean(figure), results.spread(figure)),
        ]
        for results in all_results
        for figure, reported in results.recipe.reported.items()
    ]
    return markdown_table(("recipe", "figure", "reported", "obtained"), rows, align="llrr")


def candidates_table(all_results):
    """Return the table of candidates: loss and accuracy on images not trained on."""
    rows = [
        [
            results.recipe.name.split("-", 2)[2],
            len(results.runs),
            format_figure("loss", results.mean("test_loss"), results.spread("test_loss")),
            format_figure("accuracy", results.mean("test_accuracy")),
        ]
        for results in all_results
    ]
    headers = ("candidate", "seeds", "validation loss", "validation accuracy, %")
    return markdown_table(headers, rows, align="lrrr")
