"""``skmnist demo``: a page to draw on, which a saved model reads."""

import os
import sys
from pathlib import Path

from skmnist.classifiers.presets import PRESETS
from skmnist.cli import fit, runs, tasks
from skmnist.cli.own_files import check_replaceable

PAGE = "demo.html"


def add_parser(subparsers, parents):
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "demo",
        parents=parents,
        help="draw digits in the browser, and see what a model reads",
        description="Write a page to draw on, and open it: one HTML file that needs no server and "
        "no network. With the name of a preset instead of a run, the preset is trained first.",
    )
    parser.add_argument(
        "model",
        metavar="RUN",
        nargs="?",
        default="quick",
        help=f"run folder, a saved model, or a preset: {', '.join(PRESETS)} (default: quick)",
    )
    parser.add_argument(
        "--output", metavar="FILE", help=f"file to write (default: {PAGE} beside the model)"
    )
    parser.add_argument("--no-browser", action="store_true", help="only write the page")
    parser.add_argument("--quiet", action="store_true", help="show no progress of training")
    tasks.add_arguments(parser)
    parser.set_defaults(run=_run)


def _run(args):
    path = demo(
        args.model,
        args.output,
        dataset=args.dataset,
        data_home=args.data_home,
        progress=not args.quiet,
    )
    print(path)
    if not args.no_browser and not _show(path):
        print("Open this file in a browser.", file=sys.stderr)


def demo(run="quick", output=None, *, dataset="auto", data_home=None, progress=True):
    """Write a page to draw on.

    Parameters
    ----------
    run : path-like, default="quick"
        A run folder, a model file, or the name of a preset that is trained first. If there is a
        file or a folder of this name, that counts.
    output : path-like, default=None
        The file to write; by default ``demo.html`` beside the model. An older page is replaced,
        but no other file.
    dataset : {"auto", "mnist", "digits"}, default="auto"
        What a preset is trained on.
    data_home : path-like, default=None
        Where MNIST is looked for first.
    progress : bool, default=True
        Whether to show the progress of training on standard error.

    Returns
    -------
    path : pathlib.Path
        The file written.

    Raises
    ------
    FileExistsError
        If there is a file already that is no such page.
    FileNotFoundError
        If there is no model, or no folder for the file.
    """
    if output is not None:
        _check_free(Path(output))  # before a training
    is_preset = run in PRESETS and not (Path(run).exists() or Path(runs.RUNS, run).exists())
    if not is_preset and (dataset, data_home) != ("auto", None):
        raise ValueError(f"{run} is trained already; only a preset takes a dataset")
    if is_preset:
        run, _ = fit.fit_and_save(
            dataset=dataset, data_home=data_home, preset=run, figures=False, progress=progress
        )
    model = runs.model_path(run)
    path = Path(output) if output else model.with_name(PAGE)
    _check_free(path)
    from skmnist import load_model, write_demo

    return write_demo(load_model(model), path)


def _check_free(path):
    """Raise an error if a file cannot be written without loss."""
    from skmnist.demo.write import MARK

    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path.parent} is no folder; make it, or choose another --output")
    check_replaceable(path, MARK, "page of `skmnist demo`", "give another file with --output")


def _show(path):
    """Open a page in the browser; tell whether there is one that has a window."""
    import webbrowser

    has_screen = os.name != "posix" or sys.platform == "darwin"
    if not has_screen and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        return False  # a browser without windows would take over the terminal
    return webbrowser.open(path.resolve().as_uri())
