"""Time the package beside what one would use otherwise, and write ``docs/performance.md``.

    cd examples/benchmarks
    python -m performance [--parts PART ...] [--contestants NAME ...] [--rounds N]
                          [--profiled-images N] [--device DEVICE] [--output FOLDER] [--report]

Each measurement runs in a process of its own, one after the other, and its result is stored when
it ends. An interrupted run therefore goes on where it stopped. A result is measured anew only if
the settings, the machine or the versions have changed since. Contestants whose library is missing
are skipped, and named. Let nothing else run meanwhile.
"""

import argparse
import json
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from shared.process import TaskError, in_own_process

from performance import (
    busy,
    candidates,
    epoch_profile,
    inference,
    many_cores,
    report,
    scaling,
    search,
    search_profile,
    speed,
    startup,
    summary,
)
from performance.contestants import CONTESTANTS
from performance.settings import PARTS, changed, settings
from skmnist import _environment as environment
from skmnist._files import RecordStore

_DOCS = Path(__file__).resolve().parents[3] / "docs"


def main(argv=None):
    parser = argparse.ArgumentParser(prog="performance", description=__doc__.partition("\n")[0])
    names = [contestant.name for contestant in CONTESTANTS]
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--contestants", nargs="+", choices=names, default=names)
    parser.add_argument(
        "--rounds", type=int, default=10, metavar="N", help="at most so many of each; default: 10"
    )
    parser.add_argument(
        "--profiled-images",
        type=int,
        default=search_profile.N_IMAGES,
        metavar="N",
        help=f"images of the search that is profiled; default: {search_profile.N_IMAGES:,}",
    )
    parser.add_argument("--device", default="cpu", help="default: cpu")
    parser.add_argument("--output", type=Path, default=_DOCS, metavar="FOLDER")
    parser.add_argument("--report", action="store_true", help="only write the document")
    parser.add_argument("--task", type=json.loads, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.task is not None:
        print(json.dumps(_measure(args.task)))
        return 0
    try:
        store = RecordStore(args.output / "results" / "performance.json")
    except ValueError as error:
        parser.error(str(error))
    failures = 0
    if not args.report:
        here, tasks = _environment(), _tasks(args)
        for task in tasks:
            failures += not _run(task, tasks, here, store)
    report.write(store.records, args.output)
    if args.output == _DOCS:
        summary.write(store.records, _DOCS.parent / "README.md")
    print("\n".join(report.speed_table(_of_this_machine(store.records, args.device), args.device)))
    return 1 if failures else 0


def _measure(task):
    """Run a task in this process; return its result and all that it depends on."""
    result = PARTS[task["part"]].run(task) | _environment()
    made_with = settings(task)
    return result if made_with is None else result | {"settings": made_with}


def _environment():
    """Return what must be the same for results to be compared, as a dict."""
    versions = environment.versions()
    for name in ("keras", "tensorflow-cpu"):
        with suppress(PackageNotFoundError):
            versions[name] = version(name)
    # torch's threads differ from part to part
    machine = {k: v for k, v in environment.machine().items() if k != "threads"}
    return {"machine": machine, "versions": versions}


def _of_this_machine(results, device):
    here = _environment()["machine"]
    speeds = [r for r in results if (r["part"], r["device"]) == ("speed", device)]
    return [result for result in speeds if result["machine"] == here]


def _tasks(args):
    names = args.contestants
    if {"speed", "busy"} & set(args.parts):
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
        "busy": busy.tasks(args.device, args.rounds, names),
        "search": search.tasks(args.device),
        "search_profile": search_profile.tasks(args.device, args.profiled_images),
        "many_cores": many_cores.tasks(args.device, args.rounds),
        "candidates": candidates.tasks(args.device),
    }
    return [task for part in args.parts for task in tasks[part]]


def _run(task, tasks, here, store):
    """Run a task unless its result is stored; return whether that went well."""
    wanted = {**task, **here}
    if any(wanted.items() <= result.items() for result in _valid(store.records, tasks, here)):
        return True
    print(*task.values(), file=sys.stderr, flush=True)
    try:
        result = in_own_process(task, "performance")
    except TaskError as error:
        print(error, file=sys.stderr)
        return False
    store.read()  # another process may have added some
    store.write([*_valid(store.records, tasks, here), result])
    return True


def _valid(results, tasks, here):
    """Return the results that may stand beside those of the tasks, which are to be measured.

    A part's results are compared with each other, so all of them are from one machine with the
    same versions. Only trainings are shown of several machines, each with its own table. The
    rounds of one measurement all have the same settings.
    """
    parts = {(task["part"], task["device"]) for task in tasks}
    rounds = ("seed", "round")
    measured = [{k: v for k, v in task.items() if k not in rounds} for task in tasks]

    def is_valid(result):
        if (result["part"], result["device"]) not in parts:
            return True
        if result["part"] == "speed" and result["machine"] != here["machine"]:
            return True
        if not here.items() <= result.items():
            return False
        is_measured = any(task.items() <= result.items() for task in measured)
        return not (is_measured and changed(result))

    return list(filter(is_valid, results))


if __name__ == "__main__":
    sys.exit(main())
