"""Run the numerical tests as other processors would, and put the outcome into a document.

    python tests/on_other_processors.py [--report]

oneDNN and torch choose their kernels by what the processor can do. Environment variables make
them choose as on a lesser one. Every combination runs in a process of its own. Outcomes are kept
in docs/results/processors.json, so an interrupted run goes on. The table in docs/reliability.md is
made from them.
"""

import argparse
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

from skmnist._environment import machine, versions
from skmnist._files import RecordStore, write_text

ROOT = Path(__file__).resolve().parents[1]
STORE = ROOT / "docs" / "results" / "processors.json"
PAGE = ROOT / "docs" / "reliability.md"
START, END = "<!-- processors: start -->", "<!-- processors: end -->"

#: ONEDNN_MAX_CPU_ISA, ATEN_CPU_CAPABILITY and the number of threads.
SETTINGS = [
    *product((None, "AVX2", "SSE41"), (None,), (1, 2, 4)),
    *product((None,), ("avx2", "default"), (1, 2)),
    ("SSE41", "default", 2),
]


def main():
    """Run what was asked for, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--report", action="store_true", help="only write the table")
    args = parser.parse_args()
    store = RecordStore(STORE, {"machine": machine()["processor"], "versions": versions()})
    if store.stored_head != store.head:  # of another machine or of other versions
        store.write([])
    for setting in [] if args.report else SETTINGS:
        if not any(tuple(record["setting"]) == setting for record in store.records):
            store.add(run(*setting))
            print(store.records[-1], flush=True)
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(START)
    after = rest.split(END)[1]
    write_text(PAGE, f"{before}{START}\n\n{table(store)}\n\n{END}{after}")
    return int(any(record["failed"] for record in store.records))


def run(onednn, aten, threads):
    """Run the numerical tests of the fast tier in one environment."""
    environ = dict(os.environ, SKMNIST_TEST_THREADS=str(threads), OMP_NUM_THREADS=str(threads))
    # an earlier choice of the caller's must not stand in for "as it is"
    for name, value in (("ONEDNN_MAX_CPU_ISA", onednn), ("ATEN_CPU_CAPABILITY", aten)):
        environ.pop(name, None)
        if value is not None:
            environ[name] = value
    tests = "numerical and not slow and not full"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-m", tests]
    finished = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-rfE", "tests"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = finished.stdout.splitlines()
    failed = [line.split(" - ")[0] for line in lines if line.startswith(("FAILED", "ERROR"))]
    if finished.returncode and not failed:
        raise RuntimeError(f"pytest could not run:\n{finished.stdout[-2000:]}{finished.stderr}")
    return {
        "setting": [onednn, aten, threads],
        "outcome": lines[-1].strip("= "),
        "failed": failed,
    }


def table(store):
    """Return the outcomes as a table in Markdown."""
    from tabulate import tabulate

    rows = [
        [
            *(value or "as it is" for value in record["setting"]),
            record["outcome"].rpartition(" in ")[0],
        ]
        for record in store.records
    ]
    headers = ["ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY", "threads", "numerical tests"]
    head = store.stored_head
    made = ", ".join(f"{name} {version}" for name, version in head["versions"].items())
    return f"{tabulate(rows, headers, tablefmt='pipe')}\n\nOn {head['machine']}; {made}."


if __name__ == "__main__":
    sys.exit(main())
