"""System C: LeNet-5 on images of 28×28."""

from skmnist.classifiers import MnistCNNClassifier
from skmnist.reproduction.recipes.recipe import Recipe

RECIPES = [
    Recipe(
        name="C-lenet5",
        title="LeNet-5",
        estimator=MnistCNNClassifier(
            architecture="lenet5",
            l2=0.0,
            label_smoothing=0.0,
            scaling="max_abs",
            precision="float32",
            augmentation=None,
            optimizer="adam",
            learning_rate=0.001,
            learning_rate_schedule="constant",
            max_epochs=10,
            batch_size=1000,
        ),
        family="faithful",
        system="C",
        reported={"test_accuracy": 0.9827},
        watch="test",
        assumed=(
            "the network that the text describes, with ReLU and max pooling; the original code "
            "has one of 8 filters, linear convolutions and 68,630 parameters",
        ),
    ),
    Recipe(
        name="C-improved",
        title="LeNet-5, one-cycle SGD, augmentation",
        estimator=MnistCNNClassifier(architecture="lenet5", max_epochs=10),
        family="improved",
        system="C",
        aim=0.99,
    ),
]
