"""A dense network of torch whose pixels are divided by 255 twice.

In a notebook this happens if the cell with ``X = X / 255`` is run again.
"""

from skmnist._storable import storable
from skmnist.networks import MLP
from skmnist.reproduction.recipes.keras import GlorotMLPClassifier, start_after_glorot


@storable
class DividingMLP(MLP):
    """`MLP` that divides its inputs by 255, which are pixels / 255 already."""

    def forward(self, images):
        return super().forward(images / 255)


@storable
class TwiceDividedMLPClassifier(GlorotMLPClassifier):
    """`GlorotMLPClassifier` with pixels / 255 that are divided by 255 again."""

    @staticmethod
    def _build_network(*args, **kwargs):
        return start_after_glorot(DividingMLP(*args, **kwargs))
