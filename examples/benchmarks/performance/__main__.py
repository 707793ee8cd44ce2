"""Time the package beside what one would use otherwise, and write ``docs/performance.md``.

    cd examples/benchmarks
    python -m performance [--parts PART ...] [--contestants NAME ...] [--rounds N]
                          [--device DEVICE] [--output FOLDER] [--report]

Everything runs in a process of its own, in turn, and is kept when it ends: an interrupted run
goes on where it stopped, unless machine or versions have changed: then all is measured anew.
Contestants whose library is missing are skipped, and named. Let nothing else run meanwhile.
"""

import argparse
import json
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from performance import (
    candidates,
    epoch_profile,
    inference,
    report,
    scaling,
    search,
    speed,
    startup,
)
from performance.measure import TaskError, in_own_process
from performance.peers import CONTESTANTS
from skmnist import _environment as environment

PARTS = {
    "startup": startup,
    "inference": inference,
    "profile": epoch_profile,
    "scaling": scaling,
    "speed": speed,
    "search": search,
    "candidates": candidates,
}
_DOCS = Path(__file__).resolve().parents[3] / "docs"


def main(argv=None):
    parser = argparse.ArgumentParser(prog="performance", description=__doc__.partition("\n")[0])
    names = [contestant.name for contestant in CONTESTANTS]
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--contestants", nargs="+", choices=names, default=names)
    parser.add_argument(
        "--rounds", type=int, default=10, metavar="N", help="at most so many of each; default: 10"
    )
    parser.add_argument("--device", default="cpu", help="default: cpu")
    parser.add_argument("--output", type=Path, default=_DOCS, metavar="FOLDER")
    parser.add_argument("--report", action="store_true", help="only write the document")
    parser.add_argument("--task", type=json.loads, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.task is not None:
        print(json.dumps(PARTS[args.task["part"]].run(args.task) | _environment()))
        return 0
    path = args.output / "results" / "performance.json"
    results = json.loads(path.read_text()) if path.is_file() else []
    failures = 0
    if not args.report:
        here = _environment()
        results = [result for result in results if here.items() <= result.items()]
        for task in _tasks(args):
            failures += not _run(task, results, path)
    report.write(results, args.output)
    print("\n".join(report.speed_table(results, args.device)))
    return 1 if failures else 0


def _environment():
    """Return what must be the same for results to be compared, as a dict."""
    versions = environment.versions()
    for name in ("keras", "tensorflow-cpu"):
        with suppress(PackageNotFoundError):
            versions[name] = version(name)
    # torch's threads differ from part to part
    machine = {k: v for k, v in environment.machine().items() if k != "threads"}
    return {"machine": machine, "versions": versions}


def _tasks(args):
    names = args.contestants
    if "speed" in args.parts:
        for contestant in CONTESTANTS:
            if contestant.name in names and not contestant.is_installed():
                print(f"Skipped, as {contestant.needs} is not installed: {contestant.title}")
    names = [c.name for c in CONTESTANTS if c.name in names and c.is_installed()]
    tasks = {
        "startup": startup.tasks(args.device),
        "inference": inference.tasks(args.device, args.rounds),
        "profile": epoch_profile.tasks(args.device),
        "scaling": scaling.tasks(args.device, args.rounds),
        "speed": speed.tasks(args.rounds, args.device, names),
        "search": search.tasks(args.device),
        "candidates": candidates.tasks(args.device),
    }
    return [task for part in args.parts for task in tasks[part]]


def _run(task, results, path):
    """Run a task unless it has been, and keep its result; return whether that went well."""
    if any(task.items() <= result.items() for result in results):
        return True
    print(*task.values(), file=sys.stderr, flush=True)
    try:
        results.append(in_own_process(task))
    except TaskError as error:
        print(error, file=sys.stderr)
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    lines = ",\n".join(json.dumps(result) for result in results)
    temporary.write_text(f"[\n{lines}\n]\n")
    temporary.replace(path)
    return True


if __name__ == "__main__":
    sys.exit(main())
