"""Tell which published metrics no longer belong to today's settings.

    python examples/benchmarks/check_published.py

A stored result carries the settings that made it. A setting may change later, such as a default.
The result then stays as it is, and the documents mark it. This command lists such results, so
that somebody can decide which are worth a new measurement. It needs no data and fits nothing.
"""

from pathlib import Path

from few_labels import report as few_labels_report
from performance.report import with_other_settings
from performance.settings import PARTS
from robustness import report

from skmnist._files import RecordStore
from skmnist.reproduction.recipes.catalogue import ALL
from skmnist.reproduction.recipes.recipe import describe_values
from skmnist.reproduction.recipes.study import CHOSEN
from skmnist.reproduction.runs.choice import choose
from skmnist.reproduction.runs.results import load_results

ROOT = Path(__file__).resolve().parents[2]


def reproduction():
    """Yield what differs of each recipe's results: (what, list of changes)."""
    all_results = load_results(ALL, ROOT / "docs")
    for results in all_results:
        if results.runs:
            yield results.recipe.name, results.changes
    for network, chosen in CHOSEN.items():
        yield f"strengths of the {network} network", _other_strengths(chosen, all_results, network)


def _other_strengths(chosen, all_results, network):
    candidates = [
        results
        for results in all_results
        if results.recipe.study == network and results.recipe.family == "candidate"
    ]
    if not all(results.runs for results in candidates):
        return ["not all candidates have been run"]
    best = choose(candidates)
    return [
        f"{describe_values(best[kind])} by the candidates, {describe_values(values)} now"
        for kind, values in chosen.items()
        if best[kind] != values
    ]


def performance():
    """Yield what differs of the performance results: (what, list of changes)."""
    results = RecordStore(ROOT / "docs" / "results" / "performance.json").records
    for part in PARTS:
        own = [result for result in results if result["part"] == part]
        for what, changes in with_other_settings(own):
            yield f"performance, {part}, {what}", changes


def robustness():
    """Yield what differs of the accuracies on corrupted images: (what, list of changes)."""
    results = RecordStore(ROOT / "docs" / "results" / "robustness.json").records
    for what, changes in report.with_other_settings(results):
        yield f"robustness, {what}", changes


def few_labels():
    """Yield what differs of the accuracies with few labels: (what, list of changes)."""
    results = RecordStore(ROOT / "docs" / "results" / "few_labels.json").records
    for what, changes in few_labels_report.with_other_settings(results):
        yield f"few labels, {what}", changes


#: Each yields pairs: what was published, and a list of str that say what is set differently now.
CHECKS = [reproduction, performance, robustness, few_labels]


def main(checks=CHECKS):
    changed = [(what, changes) for check in checks for what, changes in check() if changes]
    for what, changes in changed:
        print(f"{what}: {'; '.join(changes)}")
    if not changed:
        print("all belong to today's settings")


if __name__ == "__main__":
    main()
