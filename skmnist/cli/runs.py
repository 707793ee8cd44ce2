"""Run folders: what one fit leaves behind."""

import contextlib
import itertools
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from skmnist.cli import recipes

MODEL = "model.skops"
METRICS = "metrics.json"
HISTORY = "history.csv"

#: Where run folders are made if nothing else is said.
RUNS = "runs"
#: What commands say of the run that they take.
RUN_HELP = "run folder or its name below runs/, such as that of a recipe; or a saved model"

# Keeps the folder for one command, and room on the disk for the model until it is written. The
# largest of the named networks takes 11 MB with the state of its optimiser.
_RESERVED = ".reserved"
_RESERVED_BYTES = 16 * 2**20


def add_arguments(parser):
    """Add the options of commands that write a run folder."""
    parser.add_argument(
        "--output", metavar="FOLDER", help="run folder (default: a new one below runs/)"
    )
    parser.add_argument("--no-figures", action="store_true", help="write no figures")
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def prepare_figures(args):
    """Let figures be drawn without a screen, if there are to be any."""
    if not args.no_figures:
        import matplotlib as mpl

        mpl.use("agg")


def model_path(run):
    """Return the model file of a run folder, or the file itself if one is given.

    Parameters
    ----------
    run : path-like
        The folder, the file, or the name of a folder below ``runs/``.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    run = Path(run)
    if not run.exists() and run.parts == (run.name,) and Path(RUNS, run).is_dir():
        run = Path(RUNS, run)
    path = run / MODEL if run.is_dir() else run
    if not path.is_file():
        advice = (
            f"`skmnist reproduce {run}` trains it, and `skmnist fit --recipe {run}` a single one"
            if recipes.exists(str(run))
            else f"give a run folder of `skmnist fit`, or the name of one in {RUNS}/"
        )
        raise FileNotFoundError(f"{path} does not exist; {advice}")
    return path


def read_metrics(run, keys=()):
    """Return the metrics of a run folder; empty where there are none.

    Parameters
    ----------
    run : path-like
    keys : collection of str
        What they must hold.

    Raises
    ------
    ValueError
        If the file is damaged.
    """
    path = Path(run) / METRICS
    return read_json(path, dict, keys) if path.is_file() else {}


def read_json(path, kind, keys=()):
    """Return what a JSON file of a run holds.

    Parameters
    ----------
    path : pathlib.Path
    kind : {dict, list}
        What it must be: an object, or a list of objects.
    keys : collection of str
        What the object, or each of them, must hold.

    Raises
    ------
    ValueError
        If the file is damaged; the message names it.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    objects = content if kind is list else [content]
    if not isinstance(content, kind) or not all(isinstance(item, dict) for item in objects):
        raise ValueError(f"{path} is damaged: it holds something else than it should")
    missing = [key for key in keys if any(key not in item for item in objects)]
    if missing:
        raise ValueError(f"{path} is damaged: {', '.join(missing)} is missing")
    return content


def write_json(path, content, indent=2):
    """Write a JSON file of a run, whole or not at all."""
    from skmnist._files import write_text

    write_text(path, json.dumps(content, indent=indent) + "\n")


def write_csv(path, rows):
    """Write a table, whole or not at all.

    Parameters
    ----------
    path : pathlib.Path
    rows : list of dict
        The columns are the keys of all of them.
    """
    import csv

    from skmnist._files import atomic_path

    names = list(dict.fromkeys(name for row in rows for name in row))
    with atomic_path(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=names)
        writer.writeheader()
        writer.writerows(rows)


@contextlib.contextmanager
def new_run_folder(output, default_name):
    """Make the folder of a new run, and keep it for the length of a block.

    That the folder cannot be written to is found out here, before hours of training. Should the
    block fail or be interrupted while the folder is empty, it is removed.

    Parameters
    ----------
    output : path-like or None
        The folder. By default one below ``runs/`` that no other command has.
    default_name : str
        Its name, to which a number may be added.

    Yields
    ------
    folder : pathlib.Path

    Raises
    ------
    FileExistsError
        If there is something in the folder already.
    OSError
        If the folder cannot be made, or a model would not fit into it.
    """
    folder, made = _make_folder(output, default_name)
    reserved = folder / _RESERVED
    try:
        _reserve(reserved)
        try:
            yield folder
        finally:
            reserved.unlink(missing_ok=True)
    except BaseException:
        for path in made:
            with contextlib.suppress(OSError):
                path.rmdir()  # fails unless it is empty
        raise


def make_room(folder):
    """Give the room on the disk back that was kept for the files to write now."""
    with contextlib.suppress(FileNotFoundError):
        os.truncate(folder / _RESERVED, 0)


def name_of_now(*beginning):
    """Return a name for a run folder that tells when it was made."""
    return "-".join([*beginning, f"{datetime.now(UTC):%Y%m%d-%H%M%S}"])


def _make_folder(output, default_name):
    """Return the folder, and the folders that had to be made for it, from the innermost on."""
    if output:
        folder = Path(output)
        made = _missing(folder)
        if not made and (not folder.is_dir() or any(folder.iterdir())):
            raise _in_use(folder)
        folder.mkdir(parents=True, exist_ok=True)
        return folder, made
    above = _missing(Path(RUNS))
    try:
        Path(RUNS).mkdir(exist_ok=True)
    except FileExistsError:
        raise FileExistsError(
            f"{RUNS} is a file, or a link to nothing, and no folder; remove it, or give another "
            "folder with --output"
        ) from None
    names = (f"{default_name}-{number}" for number in itertools.count(2))
    for name in itertools.chain([default_name], names):
        folder = Path(RUNS, name)
        try:
            # only one of several commands can make it
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        break
    return folder, [folder, *above]


def _missing(folder):
    return [path for path in (folder, *folder.parents) if not path.exists()]


def _in_use(folder):
    if (folder / _RESERVED).exists():
        return FileExistsError(
            f"{folder} belongs to a fit that is running, or was killed; give another folder with "
            "--output, or remove this one if it was killed"
        )
    return FileExistsError(
        f"{folder} is there already and not empty; give another folder with --output"
    )


def _reserve(path):
    try:
        with path.open("xb") as file:
            file.write(bytes(_RESERVED_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise _in_use(path.parent) from None
    except BaseException as error:
        path.unlink(missing_ok=True)
        if not isinstance(error, OSError):  # an interrupt
            raise
        raise OSError(
            f"a model cannot be written to {path.parent}: {error.strerror}; make room, or give "
            "another folder with --output"
        ) from error
