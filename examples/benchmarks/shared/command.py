"""The command line of a benchmark of accuracies."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shared.process import TaskError, in_own_process
from skmnist._files import RecordStore

_DOCS = Path(__file__).resolve().parents[3] / "docs"


@dataclass(frozen=True)
class Benchmark:
    """A benchmark that trains contestants several times, and tests them.

    Attributes
    ----------
    name : str
        Of its package, its document and its results.
    description : str
    contestants : dict
        By name.
    option, default : str and int
        How it says, on the command line, how often each contestant is trained.
    tasks : callable
        Maps the parsed arguments to what is to be run, a list of dict.
    run : callable
        Runs a task in this process, and returns the result, a dict.
    changed : callable
        Returns what is different today for a result; it is empty if nothing is.
    write : callable
        Writes the document of the results into a folder.
    table : callable
        Returns the accuracies as lines of Markdown.
    """

    name: str
    description: str
    contestants: dict
    option: str
    default: int
    tasks: Callable
    run: Callable
    changed: Callable
    write: Callable
    table: Callable

    def main(self, argv=None):
        """Measure what is missing, and write the document."""
        parser = self._parser()
        args = parser.parse_args(argv)
        if args.task is not None:
            print(json.dumps(self.run(args.task)))
            return 0
        if args.images is not None and args.output is None:
            parser.error("--images is only a trial: choose a folder with --output.")
        output = args.output or _DOCS
        file_name = f"{self.name}{'-validation' if args.validation else ''}.json"
        try:
            store = RecordStore(output / "results" / file_name)
        except ValueError as error:
            parser.error(str(error))
        failures = 0
        if not args.report:
            for task in self.tasks(args):
                failures += not self._measure(task, store)
        if not args.validation:
            self.write(store.records, output)
        print("\n".join(self.table(store.records)))
        return 1 if failures else 0

    def _parser(self):
        parser = argparse.ArgumentParser(prog=self.name, description=self.description)
        names = list(self.contestants)
        parser.add_argument("--contestants", nargs="+", choices=names, default=names)
        parser.add_argument(
            self.option,
            type=int,
            default=self.default,
            metavar="N",
            help=f"default: {self.default}",
        )
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
        return parser

    def _measure(self, task, store):
        """Run a task unless its result is stored; return whether that went well."""
        if any(task.items() <= r.items() and not self.changed(r) for r in store.records):
            return True
        print(*task.values(), file=sys.stderr, flush=True)
        try:
            result = in_own_process(task, self.name)
        except TaskError as error:
            print(error, file=sys.stderr)
            return False
        store.read()  # another process may have added some
        # what was made with other settings would not go with this result
        name = task["contestant"]
        kept = [r for r in store.records if r["contestant"] != name or not self.changed(r)]
        store.write([*kept, result])
        return True
