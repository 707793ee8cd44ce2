"""One that is timed.

A contestant is prepared with the training set, `uint8` pixels (n, 784) and labels, and returns
``train(on_epoch_end)``. Only that is timed, all of it, conversions of the data included; preparing
trains on a few images first, so that first calls and compilers are off the clock.
``on_epoch_end(predict)`` is called after each epoch, with the clock stopped. Training returns a
`Trained`. Those that have epochs also take ``n_epochs``, in place of their own number.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

#: What is trained on before the clock starts. Like 60,000 it leaves 96 for the last batch of 128
#: and 32 for that of 64: another size would be compiled anew, on the clock.
WARM_UP = slice(2656)


class Trained(NamedTuple):
    """What comes of a training.

    Attributes
    ----------
    n_parameters : int or None
    predict : callable
        Maps `uint8` pixels to labels.
    predict_proba : callable or None
        Maps `uint8` pixels to the probabilities of the ten digits. None if there are none.
    """

    n_parameters: int | None
    predict: Callable
    predict_proba: Callable | None = None


@dataclass(frozen=True)
class Contestant:
    """One that is timed.

    Attributes
    ----------
    name, title : str
    function : callable
        Of ``X, y, seed, device``; see this module's docstring. Where there is a recipe, also of
        ``preset`` and of what is changed.
    recipe : tuple of str and dict, or None
        The preset that is trained, and the parameters that are changed.
    precision : str or None
        Arithmetic of its training; None for bfloat16 if the device has it, float32 otherwise.
    needs : str
        The library without which it is skipped.
    devices : tuple of str
        Where it can run.
    rounds : int
        How often it is timed: the presets as often as their mean accuracy needs, long ones once.
    """

    name: str
    title: str
    function: Callable
    recipe: tuple | None = None
    precision: str | None = None
    needs: str = "skmnist"
    devices: tuple = ("cpu", "cuda")
    rounds: int = 3

    def is_installed(self):
        return importlib.util.find_spec(self.needs) is not None

    def prepare(self, X, y, seed, device):
        """Return the function that is timed."""
        if self.recipe is None:
            return self.function(X, y, seed, device)
        preset, changes = self.recipe
        return self.function(X, y, seed, device, preset=preset, **changes)


def warm_up(train, X, y):
    """Train for an epoch on some images, so that no first call is timed."""
    train(lambda predict: predict(X[WARM_UP]), X[WARM_UP], y[WARM_UP], n_epochs=1)
