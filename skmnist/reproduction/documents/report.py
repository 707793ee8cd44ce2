"""The page on what came of the recipes, written from their results."""

from pathlib import Path

from skmnist.networks import summarize
from skmnist.reproduction.documents.canvas import save_figure
from skmnist.reproduction.documents.illustrations import draw
from skmnist.reproduction.documents.other_settings import (
    describe_changes,
    is_of_other_settings,
    marked,
)
from skmnist.reproduction.documents.page import how_made, smoke_note, write_page
from skmnist.reproduction.documents.tables import candidates_table, details, overview
from skmnist.reproduction.recipes.systems import SYSTEMS

_INTRODUCTION = """\
# Published systems, run again

Five published student systems, as seven experiments A to G. *Faithful* recipes have the published
settings, confounds included, so that the reported metrics can be checked. *Improved* ones have the
same network and aim at what it can do; what they are trained on stands with each. "Corrected" ones
are faithful but for one slip.

Accuracies are in per cent, after the last epoch, as mean ± standard deviation over seeds 0, 1, ...
Improved recipes were chosen on training images only, most by a few trials on the last 10,000, and
tested once. "Agrees" says that the reported metric, a single run, lies in the 95 % prediction
interval of one more run of ours (Student's t); with one or two runs only, that the difference is
no more than that between two samples of as many images. Otherwise ours is "better" or "worse".

Made by `skmnist reproduce`, from the files in [results](results).
"""


def write_report(all_results, mnist, folder):
    """Write ``reproduction.md`` and its figures from the results that there are.

    Parameters
    ----------
    all_results : list of Results
        Of all recipes there are, run or not.
    mnist : Split
        MNIST's official split, whose images are shown.
    folder : path-like
        Where the page is to be.

    Returns
    -------
    path : pathlib.Path
        The page.
    """
    path = Path(folder) / "reproduction.md"
    lines = [_INTRODUCTION, *smoke_note(all_results), ""]
    lines += overview([found for found in all_results if found.recipe.family != "candidate"])
    for system in SYSTEMS:
        lines += _chapter(system, all_results, path.parent / "figures", mnist)
    lines += how_made(all_results)
    write_page(path, lines)
    return path


def _chapter(system, all_results, figures, mnist):
    related = [results for results in all_results if results.recipe.system == system.letter]
    candidates = [results for results in related if results.recipe.family == "candidate"]
    own = [results for results in related if results.recipe.family != "candidate"]
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
        path = save_figure(figure, figures / f"{name}.png")
        lines += ["", f"![{caption}](figures/{path.name})", "", f"*{caption}*"]
    if system.network is not None:
        recipe = next(r.recipe for r in own if r.recipe.name == system.network)
        lines += ["", "```", _summary(recipe), "```"]
    lines += ["", "<details><summary>Settings</summary>", ""]
    for results in own:
        call = " ".join(results.recipe.estimator.__repr__(N_CHAR_MAX=10_000).split())
        line = f"- {marked(results.recipe.name, results)}: {results.recipe.data}; `{call}`"
        if is_of_other_settings(results):
            line += f". Made with other settings than today's: {describe_changes(results)}"
        lines.append(line)
    return [*lines, "", "</details>"]


def _summary(recipe):
    params = recipe.estimator._network_params()
    return summarize(recipe.estimator._build_network((28, 28), 10, **params), (28, 28))
