"""``skmnist export``: a saved model as an ONNX file."""

from pathlib import Path

from skmnist.cli import runs

_DTYPES = ("uint8", "float32")
_SHAPES = ("flat", "image")


def add_parser(subparsers, parents):
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "export",
        parents=parents,
        help="export a saved model to ONNX",
        description="Write a saved model as one ONNX file, from raw pixels (input X) to labels "
        'and probabilities. This needs pip install "skmnist[onnx]".',
    )
    parser.add_argument("model", metavar="RUN", help=runs.RUN_HELP)
    parser.add_argument(
        "--output", metavar="FILE", help="file to write (default: model.onnx beside the model)"
    )
    parser.add_argument(
        "--input-dtype", choices=_DTYPES, default="uint8", help="pixels of X (default: uint8)"
    )
    parser.add_argument(
        "--input-shape",
        choices=_SHAPES,
        default="flat",
        help="whether X is (n, features) or (n, height, width) (default: flat)",
    )
    parser.set_defaults(run=_run)


def _run(args):
    print(export(args.model, args.output, args.input_dtype, args.input_shape))


def export(run, output=None, input_dtype="uint8", input_shape="flat"):
    """Export a saved model to ONNX.

    Parameters
    ----------
    run : path-like
        A run folder, or a model file.
    output : path-like, default=None
        The file to write, which must not exist; by default beside the model, with the suffix
        ``.onnx``.
    input_dtype : {"uint8", "float32"}, default="uint8"
    input_shape : {"flat", "image"}, default="flat"
        See `skmnist.export_onnx`.

    Returns
    -------
    path : pathlib.Path
        The file written.

    Raises
    ------
    FileExistsError
        If there is such a file already.
    FileNotFoundError
        If there is no model, or no folder for the file.
    """
    model = runs.model_path(run)
    path = Path(output) if output else model.with_suffix(".onnx")
    if path.exists():
        raise FileExistsError(f"{path} is there already; give another file with --output")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path.parent} is no folder; make it, or choose another --output")
    from skmnist import export_onnx, load_model

    return export_onnx(load_model(model), path, input_dtype=input_dtype, input_shape=input_shape)
