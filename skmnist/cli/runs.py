"""Run folders: what one fit leaves behind."""

import json
from datetime import UTC, datetime
from pathlib import Path

MODEL = "model.skops"
METRICS = "metrics.json"
HISTORY = "history.csv"


def add_arguments(parser):
    """Add the options of commands that write a run folder."""
    parser.add_argument(
        "--output", metavar="FOLDER", help="run folder (default: a new one below runs/)"
    )
    parser.add_argument("--no-figures", action="store_true", help="write no figures")
    parser.add_argument("--quiet", action="store_true", help="show no progress bar")


def prepare_figures(args):
    """Let figures be drawn without a screen, if there are to be any."""
    if not args.no_figures:
        import matplotlib as mpl

        mpl.use("agg")


def model_path(run):
    """Return the model file of a run folder, or the file itself if one is given.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    run = Path(run)
    path = run / MODEL if run.is_dir() else run
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist; give a run folder of `skmnist fit`")
    return path


def read_metrics(run):
    """Return the metrics of a run folder; empty where there are none."""
    path = Path(run) / METRICS
    return json.loads(path.read_text()) if path.is_file() else {}


def new_run_folder(output, default_name):
    """Return the folder for a new run, not yet created.

    Raises
    ------
    FileExistsError
        If there is something in it already.
    """
    folder = Path(output) if output else _unused(Path("runs") / default_name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(
            f"{folder} is there already and not empty; give another folder with --output"
        )
    return folder


def name_of_now(beginning):
    """Return a name for a run folder that tells when it was made."""
    return f"{beginning}-{datetime.now(UTC):%Y%m%d-%H%M%S}"


def _unused(folder):
    number = 2
    candidate = folder
    while candidate.exists():
        candidate = folder.with_name(f"{folder.name}-{number}")
        number += 1
    return candidate
