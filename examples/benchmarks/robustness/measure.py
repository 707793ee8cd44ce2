"""The accuracies of one contestant, and what they depend on."""

from performance.settings import differences

from robustness.contestants import CONTESTANTS, estimator, settings
from robustness.corruptions import CORRUPTIONS, corrupt
from skmnist import _environment as environment

N_TRAINED = 50_000


def run(task):
    """Train a contestant in this process, test it on everything; return the result, a dict."""
    X, y, X_test, y_test = _images(task["validation"], task["images"])
    train = CONTESTANTS[task["contestant"]].prepare(X, y, task["seed"], "cpu")
    predict = train(lambda predict: None).predict

    def accuracy(X):
        return float((predict(X) == y_test).mean())

    return {
        **task,
        "clean": accuracy(X_test),
        "corrupted": {name: accuracy(corrupt(name, X_test)) for name in CORRUPTIONS},
        "n_test": len(y_test),
        "settings": settings(task["contestant"]),
        "corruptions": descriptions(),
        "machine": environment.machine(),
        "versions": environment.versions(),
    }


def _images(validation, n_images):
    from skmnist import fetch_mnist

    X, y = fetch_mnist(subset="train", return_X_y=True)
    if validation:
        parts = X[:N_TRAINED], y[:N_TRAINED], X[N_TRAINED:], y[N_TRAINED:]
    else:
        parts = X, y, *fetch_mnist(subset="test", return_X_y=True)
    return [part[:n_images] for part in parts]


def descriptions():
    """Return what each corruption does, in words with its strengths, as a dict."""
    return {name: description for name, (description, _) in CORRUPTIONS.items()}


def changed(result):
    """Return what is different today for a result, as a list of str; it is empty if nothing is."""
    if result["contestant"] not in CONTESTANTS:
        return ["it is not measured any more"]
    name = result["contestant"]
    found = differences(result["settings"], settings(name), estimator(name))
    now = descriptions()
    if result["corruptions"] != now:
        names = sorted({*now.items()} ^ {*result["corruptions"].items()})
        found.append(f"other corruptions: {', '.join(sorted({name for name, _ in names}))}")
    return found
