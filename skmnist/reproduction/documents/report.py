"""The pages on the published systems, written from the results of their recipes."""

from pathlib import Path

from skmnist.reproduction.documents.canvas import save_figure
from skmnist.reproduction.documents.claims import CLAIMS
from skmnist.reproduction.documents.claims.claim import Known
from skmnist.reproduction.documents.claims.table import claims_table, summary
from skmnist.reproduction.documents.illustrations import draw
from skmnist.reproduction.documents.page import how_made, smoke_note, write_page
from skmnist.reproduction.documents.published import verdict_counts
from skmnist.reproduction.documents.robustness import corrupted_accuracies
from skmnist.reproduction.documents.system_page import SystemPage
from skmnist.reproduction.documents.tables import results_table
from skmnist.reproduction.documents.times import all_fits
from skmnist.reproduction.documents.verdicts import (
    ENOUGH_RUNS,
    FACTOR_THAT_MATTERS,
    LEAST_THAT_MATTERS,
    MOST_THAT_MATTERS,
)
from skmnist.reproduction.recipes.systems import SYSTEMS

_INTRODUCTION = """\
# Published systems, run again

Five student texts describe seven systems that read handwritten digits. All were run again, with
their published settings and with their mistakes. Do their claims hold?
"""

_RULE = f"""\
## How a verdict is made

A published number comes from one run. The same program gives another number with every seed. So
each recipe is run with several seeds, and one rule judges all numbers:

- **exact**: our number has the same digits, to the last one that was printed. This holds for the
  run whose random numbers are known, or for every run. "Not exact": the random numbers are known,
  and the digits are others.
- **agrees**: in 95 of 100 cases one more run of ours would lie in an interval (Student's
  prediction interval). The published number lies in it. And the runs are close enough to notice a
  difference that matters.
- **differs**: the published number lies outside this interval.
- **cannot tell**: it lies inside, but our runs scatter so much that a difference that matters
  would often not be noticed.
- **too few runs**: with fewer than {ENOUGH_RUNS} the scatter is not known.

*Noticed from* is the power of the rule. A difference of this size between the published program
and ours would have been called "differs" in eight of ten cases. For an accuracy it is a number of
points. For a loss it is a factor, because losses scatter in proportion to their size. A
difference *matters* if it is half of the published errors (but at least {
    100 * LEAST_THAT_MATTERS:g} and at most {100 * MOST_THAT_MATTERS:g} points), or a factor of
{FACTOR_THAT_MATTERS} in a loss.

{{chance}}
"""

_IMPROVED = """\
## The same networks, done with care

Improved recipes have the network of a published one and aim at what it can do. They were chosen
on training images only, and tested once, after the last epoch. Values are mean ± standard
deviation over seeds.
"""


def write_report(all_results, mnist, folder):
    """Write ``reproduction.md``, a page for each system, and their figures.

    Where results are missing, the pages say so.

    Parameters
    ----------
    all_results : list of Results
        Of all recipes there are, run or not.
    mnist : Split
        MNIST's official split, whose images are shown.
    folder : path-like
        Where the page is to be; those of the systems are in its folder ``reproduction``.

    Returns
    -------
    path : pathlib.Path
        The first page.
    """
    path = Path(folder) / "reproduction.md"
    by_name = {results.recipe.name: results for results in all_results}
    known = Known(by_name, corrupted_accuracies(path.parent / "results" / "robustness.json"))
    for system in SYSTEMS:
        related = _of(system, all_results)
        captions = {}
        for name, caption, figure in draw(system, by_name, mnist):
            save_figure(figure, path.parent / "figures" / f"{name}.png")
            captions[name] = caption
        page = SystemPage(system, related, known, captions)
        write_page(path.parent / "reproduction" / f"{system.letter}.md", page.lines())
    write_page(path, _index(all_results, known))
    return path


def _of(system, all_results):
    return [results for results in all_results if results.recipe.system == system.letter]


def _index(all_results, known):
    improved = [results for results in all_results if results.recipe.family == "improved"]
    return [
        _INTRODUCTION,
        *smoke_note(all_results),
        f"**{summary(CLAIMS, known)}** Letters are the [systems below](#the-systems).",
        "",
        *claims_table(CLAIMS, known),
        "",
        "## The systems",
        "",
        "Each has a page: what it did, what it said, what came out, what goes wrong and why.",
        "Times are as they were measured. Some fits ran beside other work, and take far less time",
        "alone.",
        "",
        *_systems(all_results),
        "",
        _RULE.format(chance=_chance(all_results)),
        _IMPROVED,
        *results_table(improved),
        *how_made(all_results),
        "",
        "All pages are made by `skmnist reproduce`, from the files in [results](results).",
    ]


_PLURALS = {"agrees": "agree", "differs": "differ"}


def _systems(all_results):
    """Return a list of links: the site makes its contents of it."""
    lines = []
    for system in SYSTEMS:
        related = _of(system, all_results)
        counts = verdict_counts(related)
        words = ", ".join(
            f"{number} {word if number == 1 else _PLURALS.get(word, word)}"
            for word, number in counts.most_common()
        )
        page = f"[{system.letter}. {system.title}](reproduction/{system.letter}.md)"
        numbers = f"{sum(counts.values())} numbers compared: {words}" if counts else "no numbers"
        lines.append(f"- {page}: {numbers}. All its fits take {all_fits(related)}.")
    return lines


def _chance(all_results):
    counts = verdict_counts(all_results)
    judged = sum(counts[word] for word in ("agrees", "differs", "cannot tell"))
    if not judged:
        return "No number has been judged by its interval yet."
    return (
        f"{judged} numbers were judged by their interval. By chance alone about "
        f"{0.05 * judged:.0f} of them would be called different; {counts['differs']} are. Some "
        "are compared with two recipes, because nobody knows which of them it was. So the log of "
        "D counts twice, once with a recipe that cannot have made them."
    )
