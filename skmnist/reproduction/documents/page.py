"""What the pages have in common."""

import json
import re

from skmnist._files import write_text


def smoke_note(all_results):
    """Return the lines that warn of smoke runs; none if these are real ones."""
    epochs = all_results[0].max_epochs
    if epochs is None:
        return []
    return [f"**A smoke run of {epochs} epochs each: these metrics are no results.**", ""]


def figure_lines(name, caption, folder="figures"):
    """Return the lines that show a figure with its caption.

    Parameters
    ----------
    name, caption : str
    folder : str, default="figures"
        Where it is, seen from the page.
    """
    return ["", f"![{caption}]({folder}/{name}.png)", "", f"*{caption}*", ""]


def how_made(all_results):
    """Return the lines that say on what machines and with what versions."""
    runs = [run for results in all_results for run in results.runs]
    lines = ["", "## How it was made", ""]
    if not runs:
        return [*lines, "Nothing of this has been run yet."]
    for key, what in (("machine", "Machines"), ("versions", "Versions")):
        kinds = sorted({json.dumps(run[key]) for run in runs})
        lines.append(f"{what}:")
        lines.append("")
        for kind in kinds:
            lines.append(
                "- " + ", ".join(f"{name} {value}" for name, value in json.loads(kind).items())
            )
        lines.append("")
    hours = sum(run["fit_seconds"] for run in runs) / 3600
    lines.append(f"{len(runs)} fits of {hours:.1f} hours together.")
    return lines


def write_page(path, lines):
    """Write lines to a file, with single empty ones."""
    write_text(path, re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip("\n") + "\n")
