"""How documents show that results were made with other settings than today's."""

#: Marks such results.
MARK = "†"


def is_of_other_settings(results):
    """Tell whether there are runs, and today's settings are not theirs."""
    return bool(results.runs and results.changes)


def marked(label, results):
    """Return what a document calls results, with a mark if they are of other settings.

    Parameters
    ----------
    label : str
    results : Results
    """
    return f"{label} {MARK}" if is_of_other_settings(results) else label


def describe_changes(results):
    """Return what is set differently now, as Markdown."""
    # as code: a value such as <class 'torch.optim.SGD'> is no HTML
    return "; ".join(f"`{change}`" for change in results.changes)


def other_settings(all_results):
    """Return the lines that belong below a table with marks; none if it has no mark.

    Parameters
    ----------
    all_results : list of Results
    """
    lines = [
        f"- {results.recipe.name}: {describe_changes(results)}"
        for results in all_results
        if is_of_other_settings(results)
    ]
    return ["", f"{MARK} made with other settings than today's:", "", *lines] if lines else []
