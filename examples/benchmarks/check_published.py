"""Tell which published metrics no longer belong to today's settings.

    python examples/benchmarks/check_published.py

A stored result carries the settings that made it. A setting may change later, such as a default.
The result then stays as it is, and the documents mark it. This command lists such results, so
that somebody can decide which are worth a new measurement. It needs no data and fits nothing.
"""

from pathlib import Path

from performance.report import with_other_settings
from performance.settings import PARTS
from skmnist.reproduction.results import Results, ResultsError

from skmnist._files import RecordStore
from skmnist.reproduction.recipes import CANDIDATES, RECIPES

ROOT = Path(__file__).resolve().parents[2]


def reproduction():
    """Yield what differs of each recipe's results: (what, list of changes)."""
    for recipe in [*RECIPES, *CANDIDATES]:
        try:
            Results(recipe, ROOT / "docs" / "results")
        except ResultsError as error:
            yield recipe.name, [str(error)]


def performance():
    """Yield what differs of the performance results: (what, list of changes)."""
    results = RecordStore(ROOT / "docs" / "results" / "performance.json").records
    for part in PARTS:
        own = [result for result in results if result["part"] == part]
        for what, changes in with_other_settings(own):
            yield f"performance, {part}, {what}", changes


#: Each yields pairs: what was published, and a list of str that say what is set differently now.
CHECKS = [reproduction, performance]


def main(checks=CHECKS):
    changed = [(what, changes) for check in checks for what, changes in check() if changes]
    for what, changes in changed:
        print(f"{what}: {'; '.join(changes)}")
    if not changed:
        print("all belong to today's settings")


if __name__ == "__main__":
    main()
