"""Classifying by a function of the label: a transformer, a classifier and a scorer."""

from skmnist.targets.classifier import TransformedTargetClassifier
from skmnist.targets.scorer import transformed_target_scorer
from skmnist.targets.square_digits import SquareDigitTransformer

__all__ = ["SquareDigitTransformer", "TransformedTargetClassifier", "transformed_target_scorer"]
