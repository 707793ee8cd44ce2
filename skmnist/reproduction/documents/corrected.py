"""The table of what each slip cost: corrected recipes below the published ones."""

from skmnist.reproduction.documents.means import change
from skmnist.reproduction.documents.metrics import NOTHING, format_mean
from skmnist.reproduction.documents.other_settings import marked, other_settings
from skmnist.reproduction.documents.tables import runs_of, table
from skmnist.reproduction.documents.times import one_fit


def corrected_table(corrected, by_name):
    """Return the table of corrected recipes, each below the one that it repairs.

    Parameters
    ----------
    corrected : list of Results
    by_name : dict of str to Results
        All recipes.
    """
    rows, shown = [], []
    for name in dict.fromkeys(results.recipe.corrects for results in corrected):
        base = by_name.get(name)
        group = [results for results in corrected if results.recipe.corrects == name]
        if base is not None:
            rows.append(_row(base, None))
            shown.append(base)
        rows += [_row(results, base) for results in group]
        shown += group
    columns = [("recipe", "left"), ("what", "left"), ("runs", "right")]
    columns += [("test accuracy, %", "right"), ("change from the published one", "right")]
    columns.append(("fastest fit", "right"))
    return table(columns, rows) + other_settings(shown)


def _row(results, base):
    metric = "test_accuracy"
    gain = NOTHING
    if base is not None and base.values(metric) and results.values(metric):
        gain = change(results.values(metric), base.values(metric)).points
    return [
        marked(f"`{results.recipe.name}`", results),
        results.recipe.title,
        runs_of(results),
        format_mean(results, metric),
        gain,
        one_fit(results),
    ]
