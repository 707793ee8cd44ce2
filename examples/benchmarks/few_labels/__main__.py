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

import sys

from shared.command import Benchmark

from few_labels import measure, report
from few_labels.contestants import CONTESTANTS


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


BENCHMARK = Benchmark(
    name="few_labels",
    description=__doc__.partition("\n")[0],
    contestants=CONTESTANTS,
    option="--draws",
    default=5,
    tasks=_tasks,
    run=measure.run,
    changed=measure.changed,
    write=report.write,
    table=report.accuracy_table,
)

if __name__ == "__main__":
    sys.exit(BENCHMARK.main())
