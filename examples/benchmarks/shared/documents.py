"""What the documents of all benchmarks hold."""

import json
import statistics
import textwrap

from tabulate import tabulate


def paragraph(text):
    """Return text as lines."""
    return textwrap.wrap(" ".join(text.split()), width=99, break_on_hyphens=False)


def markdown_table(headers, rows):
    """Return a table as lines of Markdown."""
    align = ("left", *("right",) * (len(headers) - 1))
    text = tabulate(rows, headers, tablefmt="pipe", colalign=align, disable_numparse=True)
    return text.splitlines()


def percent(shares):
    """Return the mean of shares in per cent, ± their standard deviation if there are several."""
    text = f"{100 * statistics.mean(shares):.2f}"
    return text if len(shares) == 1 else f"{text} ± {100 * statistics.stdev(shares):.2f}"


def with_other_settings(results, title, changed):
    """Return what was made with other settings than today's, once for all its rounds.

    Parameters
    ----------
    results : list of dict
    title : callable
        Says what a result is of.
    changed : callable
        Returns what is set differently today for a result, a list of str.

    Returns
    -------
    found : list of tuple
        The title, and what is set differently.
    """
    found = []
    for result in results:
        pair = title(result), changed(result)
        if pair[1] and pair not in found:
            found.append(pair)
    return found


def changed_settings(found):
    """Return lines on what `with_other_settings` has found, none if that is nothing."""
    if not found:
        return []
    lines = [f"- {what}: {', '.join(changes)}" for what, changes in found]
    return ["Measured with other settings than today's:", "", *lines, ""]


def how_it_was_made(results):
    """Return the chapter on machines and versions.

    If these differ, each says to which ``part`` of the results it belongs.
    """
    lines = ["## How it was made", ""]
    return [*lines, *_environments(results, "machine"), *_environments(results, "versions")]


def _environments(results, key):
    parts = {}
    for result in results:
        device = result.get("device", "cpu")
        part = result.get("part", "") + ("" if device == "cpu" else f" on {device}")
        parts.setdefault(json.dumps(result[key]), set()).add(part)
    lines = []
    for kind in sorted(parts):
        values = ", ".join(f"{name} {value}" for name, value in json.loads(kind).items())
        names = ", ".join(sorted(parts[kind]))
        which = f" ({names})" if names and len(parts) > 1 else ""
        lines.append(f"- {key.capitalize()}{which}: {values}")
    return lines
