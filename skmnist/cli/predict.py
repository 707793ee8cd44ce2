"""``skmnist predict``: label pictures."""

import sys

from skmnist.cli import models, runs


def add_parser(subparsers, parents):
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "predict",
        parents=parents,
        help="label pictures with a saved model",
        description="Label pictures of the size that the model was trained on (28×28 for "
        "MNIST). Dark ink on bright paper is inverted. One line per picture: file, label, "
        "probability.",
    )
    parser.add_argument("model", metavar="RUN", help="run folder, or a saved model")
    parser.add_argument("images", metavar="IMAGE", nargs="+", help="picture files")
    parser.set_defaults(run=_run, leaves_nothing=True)


def _run(args):
    results, errors = predict(args.model, args.images)
    for path, label, probability in results:
        print(f"{path}\t{label}\t{probability:.4f}")
    for error in errors[:-1]:
        print(f"skmnist: error: {error}", file=sys.stderr)
    if errors:
        # `main` prints it like the others, and sets the exit status
        raise errors[-1]


def predict(run, images):
    """Label pictures with a saved model.

    Parameters
    ----------
    run : path-like
        A run folder, or a model file.
    images : list of path-like
        Picture files. All are read before the first is labelled.

    Returns
    -------
    results : list of tuple (path, label, probability)
        Without the pictures that cannot be read.
    errors : list of OSError and ValueError
        Why not, for each of those.
    """
    path = runs.model_path(run)
    import numpy as np

    from skmnist import load_model
    from skmnist.pictures import load_image

    model = load_model(path)
    image_shape = getattr(models.classifier_of(model), "image_shape_", None)
    if image_shape is None:
        raise ValueError(f"{path} does not say of what size its images are")
    paths, pictures, errors = [], [], []
    for image in images:
        try:
            pictures.append(load_image(image, image_shape))
            paths.append(image)
        except (OSError, ValueError) as error:
            errors.append(error)
    if not pictures:
        return [], errors
    proba = model.predict_proba(np.stack(pictures))
    labels = model.classes_[proba.argmax(axis=1)]
    return list(zip(paths, labels, proba.max(axis=1), strict=True)), errors
