"""Measure accuracies with few labelled images, and write ``docs/few_labels.md``.

    cd examples/benchmarks
    python -m few_labels [--contestants NAME ...] [--draws N] [--validation] [--images N]
                         [--output FOLDER] [--report]

With ``--validation`` the last 10,000 training images take the place of the test images, to choose
settings; the document then stays as it is.

Each training runs in a process of its own, and its result is stored when it ends. An interrupted
run therefore goes on where it stopped. A result is measured anew only if the settings of the
contestant have changed since, or what "auto" stands for.
"""

import argparse
import json
import sys
from pathlib import Path

from performance.measure import TaskError, in_own_process

from few_labels import measure, report
from few_labels.contestants import CONTESTANTS
from skmnist._files import RecordStore

_DOCS = Path(__file__).resolve().parents[3] / "docs"


def main(argv=None):
    parser = argparse.ArgumentParser(prog="few_labels", description=__doc__.partition("\n")[0])
    names = list(CONTESTANTS)
    parser.add_argument("--contestants", nargs="+", choices=names, default=names)
    parser.add_argument("--draws", type=int, default=5, metavar="N", help="default: 5")
    parser.add_argument(
        "--validation", action="store_true", help="test on the last 10,000 training images"
    )
    parser.add_argument(
        "--images",
        type=int,
        metavar="N",
        help="draw from and test on so many images only, to try this; needs --output",
    )
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="default: docs")
    parser.add_argument("--report", action="store_true", help="only write the document")
    parser.add_argument("--task", type=json.loads, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.task is not None:
        print(json.dumps(measure.run(args.task)))
        return 0
    if args.images is not None and args.output is None:
        parser.error("--images is only a trial: choose a folder with --output.")
    output = args.output or _DOCS
    file_name = "few_labels-validation.json" if args.validation else "few_labels.json"
    try:
        store = RecordStore(output / "results" / file_name)
    except ValueError as error:
        parser.error(str(error))
    failures = 0
    if not args.report:
        for task in _tasks(args):
            failures += not _run(task, store)
    if not args.validation:
        report.write(store.records, output)
    print("\n".join(report.accuracy_table(store.records)))
    return 1 if failures else 0


def _tasks(args):
    return [
        {
            "contestant": name,
            "n_per_class": n_per_class,
            "draw": draw,
            "validation": args.validation,
            "images": args.images,
        }
        for draw in range(args.draws)
        for name in args.contestants
        for n_per_class in CONTESTANTS[name].n_per_class
    ]


def _run(task, store):
    """Run a task unless its result is stored; return whether that went well."""
    if any(task.items() <= r.items() and not measure.changed(r) for r in store.records):
        return True
    what = f"{task['contestant']}, {task['n_per_class']} per class, draw {task['draw']}"
    print(what, file=sys.stderr, flush=True)
    try:
        result = in_own_process(task, "few_labels")
    except TaskError as error:
        print(error, file=sys.stderr)
        return False
    store.read()  # another process may have added some
    # what was made with other settings would not go with this result
    kept = [
        r for r in store.records if r["contestant"] != task["contestant"] or not measure.changed(r)
    ]
    store.write([*kept, result])
    return True


if __name__ == "__main__":
    sys.exit(main())
