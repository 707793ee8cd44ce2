"""The settings behind a result, so that a changed preset or default does not pass unnoticed."""

from performance import (
    busy,
    candidates,
    epoch_profile,
    inference,
    many_cores,
    scaling,
    search,
    search_profile,
    speed,
    startup,
)
from skmnist import MnistCNNClassifier
from skmnist.classifiers._auto import MANY_EPOCHS, batch_size_for, copies_for

#: What is measured, by the name of the part. Each has ``run(task)``, and ``recipe(task)``: the
#: preset that is fitted and the parameters that are changed, or None if it fits no preset.
PARTS = {
    "startup": startup,
    "inference": inference,
    "profile": epoch_profile,
    "scaling": scaling,
    "speed": speed,
    "busy": busy,
    "search": search,
    "search_profile": search_profile,
    "many_cores": many_cores,
    "candidates": candidates,
}

#: Those in which an estimator's predictions are measured, not only its training.
_PREDICTING = ("speed", "inference", "search", "candidates")


def settings(task):
    """Return the parameters of the classifier that a task fits today, as text.

    Parameters
    ----------
    task : dict

    Returns
    -------
    settings : dict of str or None
        The ``repr`` of each parameter. None if the task does not fit one of our presets.
    """
    recipe = PARTS[task["part"]].recipe(task)
    if recipe is None:
        return None
    preset, changes = recipe
    classifier = MnistCNNClassifier.from_preset(preset, **changes)
    return settings_of(classifier, predicts=task["part"] in _PREDICTING)


def settings_of(classifier, *, predicts=True):
    """Return the parameters of one of the package's torch classifiers, as a dict of str.

    They say what "auto" means for all of MNIST, so that a change of that does not pass unnoticed.

    Parameters
    ----------
    classifier : estimator
    predicts : bool, default=True
        Whether predictions are measured, so that the number of copies matters.
    """
    params = classifier.get_params()
    found = {name: repr(value) for name, value in params.items()}
    found["batch_size"] = repr(batch_size_for(params["batch_size"], 60_000))
    if predicts and params["test_time_augmentation"] == "auto":
        n_copies = copies_for(params["augmentation"], (28, 28), MANY_EPOCHS[0])
        found["test_time_augmentation"] += f" ({n_copies} copies)" if n_copies else ""
    return found


def changed(result):
    """Return what is set differently today, as a list of str; it is empty if nothing is.

    A parameter that did not exist when the result was made is no change as long as it has its
    default.
    """
    then = result.get("settings")
    try:
        today = settings(result)
    except (ValueError, TypeError) as error:  # such a preset or parameter does not exist any more
        return [str(error)]
    return differences(then, today, MnistCNNClassifier())


def differences(then, today, estimator):
    """Return what differs between the settings of a result and those of today, as a list of str.

    Parameters
    ----------
    then, today : dict of str or None
        As `settings` returns them.
    estimator : estimator
        Its defaults are those of parameters that did not exist then.
    """
    if then == today:
        return []
    if then is None or today is None:
        return ["no settings are known" if then is None else "it is not measured any more"]
    defaults = {name: repr(value) for name, value in estimator.get_params().items()}
    found = []
    for name in sorted(then.keys() | today.keys()):
        before = then.get(name, defaults.get(name))
        now = today.get(name, "no such parameter")
        if before != now:
            found.append(f"{name}={before} then, {now} now" + _of_the_same_name(before, now))
    return found


def _of_the_same_name(before, now):
    """Say so if a name means something else today: "'fast' (174,202 parameters)" and "'fast'"."""
    return ", which is another network" if str(before).startswith(f"{now} (") else ""
