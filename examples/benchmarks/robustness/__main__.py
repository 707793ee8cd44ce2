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

import sys

from shared.command import Benchmark

from robustness import measure, report
from robustness.contestants import CONTESTANTS


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


BENCHMARK = Benchmark(
    name="robustness",
    description=__doc__.partition("\n")[0],
    contestants=CONTESTANTS,
    option="--seeds",
    default=3,
    tasks=_tasks,
    run=measure.run,
    changed=measure.changed,
    write=report.write,
    table=report.summary_table,
)

if __name__ == "__main__":
    sys.exit(BENCHMARK.main())
