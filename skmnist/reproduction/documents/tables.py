"""Tables of recipes and their results, in Markdown."""

from tabulate import tabulate

from skmnist.reproduction.documents.metrics import (
    format_mean,
    format_metric,
    primary_metric,
    verdict,
)
from skmnist.reproduction.documents.other_settings import marked, other_settings
from skmnist.reproduction.recipes.metrics import METRICS
from skmnist.reproduction.recipes.recipe import describe_values


def table(columns, rows):
    """Return a table in Markdown, as a list of lines.

    Parameters
    ----------
    columns : list of (str, {"left", "right"})
        Headers, and how their columns are aligned.
    rows : list of lists
    """
    headers, align = zip(*columns, strict=True)
    # numbers stay as they are written
    text = tabulate(rows, headers, tablefmt="pipe", colalign=align, disable_numparse=True)
    return text.splitlines()


def setting(results):
    """Return what tables call a study's setting: the parameters that it varies, such as "l1-l2".

    Parameters
    ----------
    results : Results
    """
    return marked("-".join(results.recipe.varied) or "none", results)


def overview(all_results):
    """Return the table of all recipes: reported, obtained, aim, verdict."""
    rows = []
    for results in all_results:
        recipe = results.recipe
        metric = primary_metric(recipe)
        n_runs = len(results.runs)
        rows.append(
            [
                marked(recipe.name, results),
                recipe.title,
                METRICS[metric].label,
                format_metric(metric, recipe.reported.get(metric)),
                format_mean(results, metric),
                n_runs if n_runs >= recipe.n_seeds else f"{n_runs} of {recipe.n_seeds}",
                "" if recipe.aim is None else f"≥ {100 * recipe.aim:.1f}",
                verdict(results),
                recipe.note,
            ]
        )
    columns = [
        *[("recipe", "left"), ("what", "left"), ("metric", "left")],
        *[("reported", "right"), ("obtained", "right"), ("seeds", "right"), ("aim", "right")],
        *[("", "left"), ("note", "left")],
    ]
    return table(columns, rows) + other_settings(all_results)


def details(all_results):
    """Return the table of every reported metric of some recipes."""
    rows = [
        [
            marked(results.recipe.name, results),
            METRICS[metric].label,
            format_metric(metric, reported),
            format_mean(results, metric),
        ]
        for results in all_results
        for metric, reported in results.recipe.reported.items()
    ]
    columns = [
        *[("recipe", "left"), ("metric", "left")],
        *[("reported", "right"), ("obtained", "right")],
    ]
    return table(columns, rows)


def candidates_table(all_results):
    """Return the table of candidates: loss and accuracy on images not trained on."""
    rows = [
        [
            marked(describe_values(results.recipe.varied), results),
            len(results.runs),
            format_mean(results, "test_loss"),
            format_metric("test_accuracy", results.mean("test_accuracy")),
        ]
        for results in all_results
    ]
    columns = [
        *[("candidate", "left"), ("seeds", "right")],
        *[("validation loss", "right"), ("validation accuracy, %", "right")],
    ]
    return table(columns, rows) + other_settings(all_results)
