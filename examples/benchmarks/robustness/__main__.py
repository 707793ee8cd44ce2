"""Measure accuracies on corrupted images, and write ``docs/robustness.md``.

    cd examples/benchmarks
    python -m robustness [--contestants NAME ...] [--seeds N] [--validation] [--images N]
                         [--output FOLDER] [--report]

Each contestant is trained on clean images only, with what augmentation it has by default. It is
then tested on images with each of the corruptions of ``corruptions.py``. With ``--validation`` it
is trained on the first 50,000 training images and tested on the last 10,000, to choose settings;
the document then stays as it is.

Each training runs in a process of its own, and its result is stored when it ends. An interrupted
run therefore goes on where it stopped. A result is measured anew only if the settings of the
contestant or the corruptions have changed since.
"""

import argparse
import json
import sys
from pathlib import Path

from performance.measure import TaskError, in_own_process

from robustness import measure, report
from robustness.contestants import CONTESTANTS
from skmnist._files import RecordStore

_DOCS = Path(__file__).resolve().parents[3] / "docs"


def main(argv=None):
    parser = argparse.ArgumentParser(prog="robustness", description=__doc__.partition("\n")[0])
    names = list(CONTESTANTS)
    parser.add_argument("--contestants", nargs="+", choices=names, default=names)
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="default: 3")
    parser.add_argument(
        "--validation", action="store_true", help="test on the last 10,000 training images"
    )
    parser.add_argument(
        "--images",
        type=int,
        metavar="N",
        help="train and test on so many images only, to try this; needs --output",
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
    file_name = "robustness-validation.json" if args.validation else "robustness.json"
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
    print("\n".join(report.summary_table(store.records)))
    return 1 if failures else 0


def _tasks(args):
    for name in args.contestants:
        if not CONTESTANTS[name].is_installed():
            print(f"Skipped, as {CONTESTANTS[name].needs} is not installed: {name}")
    return [
        {"contestant": name, "seed": seed, "validation": args.validation, "images": args.images}
        for seed in range(args.seeds)
        for name in args.contestants
        if CONTESTANTS[name].is_installed()
    ]


def _run(task, store):
    """Run a task unless its result is stored; return whether that went well."""
    if any(task.items() <= r.items() and not measure.changed(r) for r in store.records):
        return True
    print(task["contestant"], "seed", task["seed"], file=sys.stderr, flush=True)
    try:
        result = in_own_process(task, "robustness")
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
