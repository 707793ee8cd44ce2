"""Tables of recipes and their results, in Markdown."""

from tabulate import tabulate

from skmnist.reproduction.documents.metrics import format_mean, format_metric
from skmnist.reproduction.documents.other_settings import marked, other_settings
from skmnist.reproduction.documents.times import one_fit
from skmnist.reproduction.recipes.metrics import METRICS
from skmnist.reproduction.recipes.recipe import describe_values

#: What tables of results show, as far as it was measured.
_SHOWN = ("test_accuracy", "test_loss", "test_error", "validation_accuracy", "train_accuracy")


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


def runs_of(results):
    """Return the number of runs as text, such as "3", or "1 of 3" if some are missing."""
    n_runs, wanted = len(results.runs), results.recipe.n_seeds
    return str(n_runs) if n_runs >= wanted else f"{n_runs} of {wanted}"


def results_table(all_results):
    """Return the table of what some recipes reach, with those metrics that any of them has.

    Parameters
    ----------
    all_results : list of Results
    """
    shown = [metric for metric in _SHOWN if any(found.values(metric) for found in all_results)]
    shown = shown or ["test_accuracy"]
    with_aim = any(results.recipe.aim is not None for results in all_results)
    rows = []
    for results in all_results:
        row = [marked(f"`{results.recipe.name}`", results), results.recipe.title]
        row += [runs_of(results), *(format_mean(results, metric) for metric in shown)]
        if with_aim:
            row += [_aim(results.recipe), aim_verdict(results)]
        rows.append([*row, one_fit(results)])
    columns = [("recipe", "left"), ("what", "left"), ("runs", "right")]
    columns += [(_header(metric), "right") for metric in shown]
    if with_aim:
        columns += [("aim, %", "right"), ("", "left")]
    columns.append(("fastest fit", "right"))
    return table(columns, rows) + other_settings(all_results)


def aim_verdict(results):
    """Return whether a recipe meets its aim on the mean of its seeds, in a word or two.

    Parameters
    ----------
    results : Results
    """
    mean, aim = results.mean("test_accuracy"), results.recipe.aim
    if mean is None:
        return "not run yet"
    if aim is None or results.is_smoke_run:
        return ""
    return "aim met" if mean >= aim else f"aim missed by {100 * (aim - mean):.2f} points"


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


def _aim(recipe):
    return "" if recipe.aim is None else f"≥ {100 * recipe.aim:.1f}"


def _header(metric):
    return METRICS[metric].label + (", %" if METRICS[metric].is_accuracy else "")
