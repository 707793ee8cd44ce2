"""System D: telling whether a digit is a square number."""

from skmnist.classifiers import MnistCNNClassifier, MnistMLPClassifier
from skmnist.reproduction.recipes.recipe import Recipe
from skmnist.targets import SquareDigitTransformer, TransformedTargetClassifier

RECIPES = [
    Recipe(
        name="D-dense",
        title="square digits, 784-128-256-512-1",
        estimator=TransformedTargetClassifier(
            MnistMLPClassifier(
                hidden_layer_sizes=(128, 256, 512),
                l2=0.0,
                augmentation=None,
                label_smoothing=0.0,
                scaling="max_abs",
                precision="float32",
                learning_rate=0.001,
                learning_rate_schedule="constant",
                max_epochs=10,
                batch_size=1000,
            ),
            SquareDigitTransformer(),
        ),
        family="faithful",
        system="D",
        reported={"test_accuracy": 0.9817},
    ),
    Recipe(
        name="D-improved-dense",
        title="square digits, 784-128-256-512-1, one-cycle, augmentation",
        estimator=TransformedTargetClassifier(
            MnistMLPClassifier(hidden_layer_sizes=(128, 256, 512), max_epochs=20),
            SquareDigitTransformer(),
        ),
        family="improved",
        system="D",
        aim=0.989,
    ),
    Recipe(
        name="D-improved-compact",
        title="square digits, compact CNN",
        estimator=TransformedTargetClassifier(
            MnistCNNClassifier(
                architecture="compact",
                l2=1e-4,
                label_smoothing=0.0,
                augmentation="mild",
                learning_rate=0.2,
                max_epochs=19,
            ),
            SquareDigitTransformer(),
        ),
        family="improved",
        system="D",
        aim=0.996,
    ),
]
