"""The document on what came of the recipes, written from their results."""

import json

from skmnist.networks import summarize
from skmnist.reproduction.data import OFFICIAL
from skmnist.reproduction.illustrations import draw
from skmnist.reproduction.recipes import CANDIDATES, RECIPES
from skmnist.reproduction.results import Results
from skmnist.reproduction.runner import document_folder, results_folder
from skmnist.reproduction.systems import SYSTEMS
from skmnist.reproduction.tables import candidates_table, details, overview

_INTRODUCTION = """\
# Published systems, run again

Five published student systems, as seven experiments A to G. *Faithful* recipes have the published
settings, confounds included, so that the reported figures can be checked. *Improved* ones have the
same network and aim at what it can do; what they are trained on stands with each. "Corrected" ones
are faithful but for one slip.

Accuracies are in per cent, after the last epoch, as mean ± standard deviation over seeds 0, 1, ...
Improved recipes were chosen on training images only, most by a few trials on the last 10,000, and
tested once. "Agrees" says that the reported figure, a single run, lies in the 95 % prediction
interval of one more run of ours (Student's t); with one or two runs only, that the difference is
no more than that between two samples of as many images. Otherwise ours is "better" or "worse".

Made by `skmnist reproduce`, from the files in [results](results).
"""

_SMOKE = """
**A smoke run of {epochs} epochs each: these figures are no results.**
"""


def load_results(output, max_epochs=None):
    """Return what there is of the results of all recipes, as a list of `Results`.

    Raises
    ------
    ResultsError
        If there is a file that is none, or one of other settings.
    """
    folder = results_folder(output, max_epochs)
    return [Results(recipe, folder, max_epochs) for recipe in [*RECIPES, *CANDIDATES]]


def write_report(output, *, max_epochs=None, data_home=None):
    """Write ``reproduction.md`` and its figures from the results that there are.

    Parameters
    ----------
    output : path-like
        The folder with ``results``.
    max_epochs : int, default=None
        For the results of smoke runs.
    data_home : path-like, default=None
        Where MNIST is looked for first.

    Returns
    -------
    path : pathlib.Path
        The document.
    """
    folder = document_folder(output, max_epochs)
    results = load_results(output, max_epochs)
    lines = [_INTRODUCTION]
    if max_epochs is not None:
        lines.append(_SMOKE.format(epochs=max_epochs))
    lines += overview([found for found in results if found.recipe in RECIPES])
    mnist = OFFICIAL.load(data_home)
    for system in SYSTEMS:
        lines += _chapter(system, results, folder, mnist)
    lines += how_made(results)
    path = folder / "reproduction.md"
    write_document(path, lines)
    return path


def write_document(path, lines):
    """Write lines to a file, with single empty ones."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines).replace("\n\n\n", "\n\n") + "\n", encoding="utf-8")


def _chapter(system, all_results, folder, mnist):
    candidates = [r for r in all_results if r.recipe.name.startswith(f"S-{system.letter}-")]
    own = [results for results in all_results if system.owns(results.recipe)]
    lines = ["", f"## {system.letter}. {system.title}", "", system.text.strip(), ""]
    lines += details(own)
    assumed = dict.fromkeys(text for results in own for text in results.recipe.assumed)
    if assumed:
        lines += ["", "Assumed:", "", *(f"- {text}." for text in assumed)]
    if candidates:
        lines += ["", "Candidates for the improved recipe, trained on the first 50,000 training"]
        lines += ["images and measured on the others:", "", *candidates_table(candidates)]
    by_name = {results.recipe.name: results for results in own if results.runs}
    for name, caption, figure in draw(system, by_name, mnist):
        path = save_figure(figure, folder / "figures" / f"{name}.png")
        lines += ["", f"![{caption}](figures/{path.name})", "", f"*{caption}*"]
    if system.network is not None:
        recipe = next(r.recipe for r in own if r.recipe.name == system.network)
        lines += ["", "```", _summary(recipe), "```"]
    lines += ["", "<details><summary>Settings</summary>", ""]
    for results in own:
        call = " ".join(results.recipe.estimator.__repr__(N_CHAR_MAX=10_000).split())
        lines.append(f"- {results.recipe.name}: {results.recipe.data}; `{call}`")
    return [*lines, "", "</details>"]


def _summary(recipe):
    params = recipe.estimator._network_params()
    return summarize(recipe.estimator._build_network((28, 28), 10, **params), (28, 28))


def save_figure(figure, path):
    """Write a figure to a PNG file, and close it."""
    import matplotlib.pyplot as plt

    path.parent.mkdir(parents=True, exist_ok=True)
    # no date and no version, so that the same results give the same file
    figure.savefig(path, dpi=100, metadata={"Software": None})
    plt.close(figure)
    return path


def how_made(all_results):
    """Return the lines that say on what machines and with what versions."""
    runs = [run for results in all_results for run in results.runs]
    lines = ["", "## How it was made", ""]
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
