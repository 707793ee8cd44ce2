"""What tells the settings of two fits apart."""

from functools import partial

import numpy as np
import pytest
import torch
from skorch.callbacks import Callback
from torch.optim.lr_scheduler import LambdaLR

from skmnist.callbacks._identity import identity


def made_by(strength, also=0):
    def augment(images, generator):
        return images * strength + also

    return augment


class Scaled:
    def __init__(self, strength):
        self.strength = strength

    def __call__(self, images, generator):
        return images * self.strength


class Shown(Callback):
    def __init__(self, strength):
        self.strength = strength

    def __repr__(self):
        return f"Shown({self.strength})"


def test__identity__made_anew__is_the_same():
    def made():
        class Network(torch.nn.Linear):
            def __init__(self):
                super().__init__(2, 2)
                torch.nn.init.zeros_(self.weight)
                torch.nn.init.zeros_(self.bias)
                self.activation = lambda x: x * 2

        return [
            *(made_by(0.5), partial(made_by, also=2), Scaled(np.float64(0.5))),
            *(Network(), Network, np.arange(3000), torch.ones(2), {"a": {1, 2}}, Shown(1)),
            *(torch.Generator(), np.random.default_rng(0), LambdaLR, Scaled(1).__call__),
        ]

    assert identity(made()) == identity(made())
    assert len({identity(value) for value in made()}) == len(made())


@pytest.mark.parametrize("module", ["__main__", "my_augmentations"])
@pytest.mark.parametrize(
    "change",
    [
        ("strength = 1", "strength = 2"),
        ("* self.strength", "/ self.strength"),
        ("return 3", "return 4"),
        ("return 5", "return 6"),
    ],
    ids=str,
)
def test__identity__class_that_was_edited__is_another(change, module):
    source = """
class Base:
    strength = 1
    def __call__(self, images, generator):
        return images * self.strength

class Augment(Base):
    @staticmethod
    def one():
        return 3
    @property
    def two(self):
        return 5
"""

    def made(source):
        names = {"__name__": module}
        exec(source, names)
        return names["Augment"]()

    assert identity(made(source)) == identity(made(source))
    assert identity(made(source)) != identity(made(source.replace(*change)))
