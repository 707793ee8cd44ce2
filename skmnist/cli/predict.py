"""``skmnist predict``: label pictures."""

import sys

from skmnist.cli import runs


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
    parser.set_defaults(run=_run)


def _run(args):
    for path, label, probability in predict(args.model, args.images):
        sys.stdout.write(f"{path}\t{label}\t{probability:.4f}\n")


def predict(run, images):
    """Label pictures with a saved model.

    Parameters
    ----------
    run : path-like
        A run folder, or a model file.
    images : list of path-like
        Picture files; all are read before the first is labelled.

    Returns
    -------
    results : list of tuple (path, label, probability)
    """
    path = runs.model_path(run)
    import numpy as np

    from skmnist import load_model
    from skmnist.pictures import load_image

    classifier = load_model(path)
    X = np.stack([load_image(image, classifier.image_shape_) for image in images])
    proba = classifier.predict_proba(X)
    labels = classifier.classes_[proba.argmax(axis=1)]
    return list(zip(images, labels, proba.max(axis=1), strict=True))
