"""The page of one published system."""

import math
import statistics

from skmnist.networks import summarize
from skmnist.reproduction.documents.claims import CLAIMS
from skmnist.reproduction.documents.claims.table import claims_table
from skmnist.reproduction.documents.corrected import corrected_table
from skmnist.reproduction.documents.fill import NOT_RUN, fill, places
from skmnist.reproduction.documents.metrics import format_value
from skmnist.reproduction.documents.other_settings import (
    describe_changes,
    is_of_other_settings,
)
from skmnist.reproduction.documents.page import figure_lines, how_made, smoke_note
from skmnist.reproduction.documents.published import published_tables
from skmnist.reproduction.documents.settings import settings_tables
from skmnist.reproduction.documents.tables import candidates_table, results_table
from skmnist.reproduction.documents.times import (
    all_fits,
    fit_seconds,
    one_fit,
    without_candidates,
)
from skmnist.reproduction.recipes.figure import Figure
from skmnist.reproduction.recipes.recipe import FAMILIES

#: Where pages of systems find figures.
_FIGURES = "../figures"

_ADDED = {
    "published": "## What it said, and what came out",
    "corrected": "## Without one slip",
    "improved": "## Done with care",
    "candidates": "## Candidates for the improved recipe",
}

_FAMILY_TITLES = {
    "faithful": "as published, and guesses at what was run",
    "corrected": "corrected",
    "improved": "improved",
}


class SystemPage:
    """Makes the lines of a system's page.

    Parameters
    ----------
    system : System
    related : list of Results
        Of the system's recipes, run or not.
    known : Known
        The results of all recipes: texts and claims may look at other systems too.
    figures : dict of str to str
        The captions of the figures that were drawn, by their names.
    """

    def __init__(self, system, related, known, figures):
        self.system = system
        self.related = related
        self.known = known
        self.figures = figures
        self._shown = set()

    def lines(self):
        """Return the page, as a list of lines."""
        system = self.system
        lines = [f"# {system.letter}. {system.title}", ""]
        lines += [f"[All systems](../reproduction.md). Published in: {system.origin}.", ""]
        lines += smoke_note(self.related)
        claims = [claim for claim in CLAIMS if claim.system == system.letter]
        if claims:
            table = claims_table(claims, self.known, linked=False)
            lines += ["## Its claims", "", *table, ""]
        lines += fill(system.text, self._value, self._block)
        placed = {place.partition(" ")[0] for place in places(system.text)}
        for name, heading in _ADDED.items():
            new = [
                results
                for results in self._family_of_block(name)
                if results.recipe.name not in self._shown
            ]
            if name not in placed and new:
                lines += ["", heading, "", *self._block(name)]
        lines += self._other_recipes()
        lines += self._other_figures()
        lines += self._run_it()
        lines += self._settings()
        return lines + how_made(self.related)

    def _family(self, family):
        return [results for results in self.related if results.recipe.family == family]

    def _family_of_block(self, name):
        if name == "published":
            return [results for results in self.related if results.recipe.figures()]
        return self._family("candidate" if name == "candidates" else name)

    def _value(self, place):
        """Return the value of a metric ("A-none test_accuracy"), or of an epoch ("... 1")."""
        name, column, *epoch = place.split()
        results = self._results(name)
        if not results.runs:
            return NOT_RUN
        figure = Figure(column, math.nan, int(epoch[0]) if epoch else None)
        values = results.values_of(figure)
        if not values:
            return NOT_RUN
        spread = statistics.stdev(values) if len(values) > 1 else None
        return format_value(figure.metric.is_accuracy, statistics.mean(values), spread)

    def _results(self, name):
        by_name = self.known.by_name
        if name not in by_name:
            raise ValueError(f"The text on system {self.system.letter}: no recipe {name!r}.")
        return by_name[name]

    def _block(self, place):
        kind, _, argument = place.partition(" ")
        if kind == "figure":
            return self._figure(argument)
        if kind == "table":
            chosen = [self._results(name) for name in argument.split()]
            self._shown.update(argument.split())
            return results_table(chosen)
        chosen = self._family_of_block(kind)
        self._shown.update(results.recipe.name for results in chosen)
        if kind == "published":
            return [
                *published_tables(chosen),
                "",
                "[What the verdicts mean](../reproduction.md#how-a-verdict-is-made).",
            ]
        if kind == "candidates":
            return [
                "Candidates for the improved recipe, trained on the first 50,000 training images",
                "and measured on the other 10,000:",
                "",
                *candidates_table(chosen),
            ]
        if kind == "corrected":
            return corrected_table(chosen, self.known.by_name)
        return results_table(chosen)

    def _figure(self, name):
        self._shown.add(name)
        if name not in self.figures:
            return []
        return figure_lines(name, self.figures[name], _FIGURES)

    def _other_recipes(self):
        others = [
            results
            for results in without_candidates(self.related)
            if results.recipe.name not in self._shown
        ]
        return ["", "## Also run", "", *results_table(others)] if others else []

    def _other_figures(self):
        others = [name for name in self.figures if name not in self._shown]
        lines = ["", "## More figures"] if others else []
        for name in others:
            lines += self._figure(name)
        return lines

    def _run_it(self):
        own = without_candidates(self.related)
        n_fits = sum(results.recipe.n_seeds for results in own)
        lines = ["", "## Run it yourself", "", f"    skmnist reproduce {self.system.letter}", ""]
        lines += [
            f"These are {n_fits} fits. Together they take {all_fits(own)}, if each takes the",
            "time of the fastest one of its recipe. What is done is kept, so the command can be",
            "interrupted and goes on where it stopped.",
        ]
        timed = [results for results in own if results.runs]
        if timed:
            published = [results for results in timed if results.recipe.family == "faithful"]
            quickest = min(published or timed, key=fit_seconds)
            lines += [f"The shortest fit takes {one_fit(quickest)}:", ""]
            name = quickest.recipe.name
            lines += [f"    skmnist reproduce {name} --seeds 1", ""]
            lines += [f"Its model is kept: `skmnist predict {name} PICTURE` labels a picture with"]
            lines += ["it. Times are those of the machine at the end of this page."]
        return lines

    def _settings(self):
        lines = ["", "## Settings", ""]
        lines += ["Only what differs from the defaults of the estimator is listed."]
        for family in FAMILIES:
            own = self._family(family)
            if own and family in _FAMILY_TITLES:
                recipes = [results.recipe for results in own]
                lines += ["", f"### Recipes {_FAMILY_TITLES[family]}", ""]
                lines += settings_tables(recipes)
        own = without_candidates(self.related)
        assumed = dict.fromkeys(text for results in own for text in results.recipe.assumed)
        if assumed:
            lines += ["", "### What was assumed, and what differs", ""]
            lines += [f"- {text}." for text in assumed]
        changed = [results for results in own if is_of_other_settings(results)]
        if changed:
            lines += ["", "### Made with other settings than today's", ""]
            lines += [f"- `{found.recipe.name}`: {describe_changes(found)}" for found in changed]
        if self.system.network is not None:
            recipe = self._results(self.system.network).recipe
            lines += ["", f"### The layers of `{recipe.name}`", "", "```", _layers(recipe), "```"]
        return lines


def _layers(recipe):
    params = recipe.estimator._network_params()
    return summarize(recipe.estimator._build_network((28, 28), 10, **params), (28, 28))
