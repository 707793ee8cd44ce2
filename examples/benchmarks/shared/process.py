"""A task in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path


def in_own_process(task, package):
    """Run a task, a dict, as ``python -m PACKAGE --task``, and return its result.

    Each library takes as many threads as it does by default.

    Raises
    ------
    TaskError
        If the process fails.
    """
    folder = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-m", package, "--task", json.dumps(task)]
    limits = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    environ = {name: value for name, value in os.environ.items() if name not in limits}
    if "SKMNIST_DATA_HOME" in environ:  # which may be relative to another folder
        environ["SKMNIST_DATA_HOME"] = str(Path(environ["SKMNIST_DATA_HOME"]).resolve())
    finished = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    if finished.returncode:
        raise TaskError(f"{task} failed:\n{finished.stderr[-3000:]}")
    return json.loads(finished.stdout.splitlines()[-1])


class TaskError(Exception):
    """A task's process has failed."""
