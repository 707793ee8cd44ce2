"""The table of what was published, beside ours: every figure with its verdict."""

import statistics
from collections import Counter

from skmnist.reproduction.documents.metrics import NOTHING, format_value
from skmnist.reproduction.documents.other_settings import marked, other_settings
from skmnist.reproduction.documents.tables import table
from skmnist.reproduction.documents.verdicts import judge_figure

#: What was printed with all digits is shown with more of ours than were printed.
_EXACT_DIGITS = 6

_IMAGES = {"train": "training", "validation": "validation", "test": "test", None: "watched"}


def published_tables(all_results):
    """Return the tables of all published figures of some recipes.

    Parameters
    ----------
    all_results : list of Results

    Returns
    -------
    lines : list of str
    """
    known = [results for results in all_results if results.recipe.figures()]
    exact = [results for results in known if results.recipe.published_seed is not None]
    others = [results for results in known if results.recipe.published_seed is None]
    lines = []
    if exact:
        lines += _exact_table(exact)
    if others:
        lines += ["", *_judged_table(others, of_epochs=False)]
    if any(figure.epoch for results in others for figure in results.recipe.figures()):
        lines += ["", "Epoch by epoch:", "", *_judged_table(others, of_epochs=True)]
    if not known:
        lines = ["It published no numbers."]
    notes = [
        f"- `{results.recipe.name}`: {results.recipe.note}."
        for results in all_results
        if results.recipe.note
    ]
    if notes:
        lines += ["", "Notes:", "", *notes]
    return [*lines, *other_settings(known)]


def verdict_counts(all_results):
    """Return how many published figures have which verdict, as a Counter of its word."""
    return Counter(
        judge_figure(results, figure).word
        for results in all_results
        for figure in results.recipe.figures()
    )


def label_of(recipe, figure):
    """Return what a table calls a published figure of a recipe, with the images it is of."""
    return figure.label.replace("the watched images", f"the {_IMAGES.get(recipe.watch)} images")


def _exact_table(all_results):
    rows = []
    for results in all_results:
        for figure in results.recipe.figures():
            ours = results.exact_value(figure)
            verdict = judge_figure(results, figure)
            others = [
                value
                for run in results.runs
                if run["seed"] != results.recipe.published_seed
                and (value := figure.of(run)) is not None
            ]
            rows.append(
                [
                    f"`{results.recipe.name}`",
                    figure.label,
                    f"{figure.value:.{figure.metric.digits}f}",
                    NOTHING if ours is None else f"{ours:.{_EXACT_DIGITS}f}",
                    _bold(verdict.word),
                    _spread(figure, others),
                ]
            )
    columns = [
        *[("recipe", "left"), ("figure", "left"), ("published", "right"), ("ours", "right")],
        *[("verdict", "left"), ("other seeds", "right")],
    ]
    return table(columns, rows)


def _spread(figure, values):
    if not values:
        return NOTHING
    text = f"{statistics.mean(values):.{figure.metric.digits}f}"
    if len(values) > 1:
        text += f" ± {statistics.stdev(values):.{figure.metric.digits}f}"
    return f"{text} ({len(values)})"


def _judged_table(all_results, *, of_epochs):
    rows = []
    for results in all_results:
        for figure in results.recipe.figures():
            if (figure.epoch is not None) != of_epochs:
                continue
            is_accuracy = figure.metric.is_accuracy
            values = results.values_of(figure)
            verdict = judge_figure(results, figure)
            mean = statistics.mean(values) if values else None
            rows.append(
                [
                    marked(f"`{results.recipe.name}`", results),
                    label_of(results.recipe, figure) + (", %" if is_accuracy else ""),
                    _as_printed(figure),
                    format_value(
                        is_accuracy, mean, statistics.stdev(values) if len(values) > 1 else None
                    ),
                    len(values),
                    _word(verdict, figure.value, mean),
                    NOTHING
                    if verdict.low is None
                    else f"{format_value(is_accuracy, verdict.low)} to "
                    f"{format_value(is_accuracy, verdict.high)}",
                    _noticed(verdict, is_accuracy),
                ]
            )
    columns = [
        *[("recipe", "left"), ("figure", "left"), ("published", "right"), ("ours", "right")],
        *[("runs", "right"), ("verdict", "left"), ("one more run of ours", "right")],
        ("noticed from", "right"),
    ]
    return table(columns, rows)


def _as_printed(figure):
    metric = figure.metric
    if metric.is_accuracy or metric.digits is None:
        return format_value(metric.is_accuracy, figure.value)
    return f"{figure.value:.{metric.digits}f}"


def _word(verdict, published, mean):
    if verdict.word != "differs":
        return _bold(verdict.word)
    return f"**differs**: ours is {'higher' if mean > published else 'lower'}"


def _bold(word):
    return f"**{word}**" if word in ("exact", "not exact", "agrees", "differs") else word


def _noticed(verdict, is_accuracy):
    if verdict.noticed is None:
        return NOTHING
    return f"± {100 * verdict.noticed:.2f}" if is_accuracy else f"× {verdict.noticed:.2f}"
