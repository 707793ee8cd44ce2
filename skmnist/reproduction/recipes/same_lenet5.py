"""LeNet-5 as a text describes it: both convolutions keep the size of their maps."""

from torch import nn

from skmnist._storable import storable
from skmnist.reproduction.recipes.keras import start_after_glorot


@storable
class SameLeNet5(nn.Module):
    """LeNet-5 with 'same' convolutions only: 107,786 parameters on images of 28×28.

    In LeNet-5 proper the second convolution does not pad. Its 16 maps are then of 5×5 after the
    second pooling, and not of 7×7, so the first dense layer has 400 inputs in place of 784. That
    is the whole difference to the 61,706 parameters of `skmnist.networks.LeNet5`: 384 · 120.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width in pixels, each at least 4.
    n_outputs : int
        Number of logits.
    dropout : float, default=0.0
        Not used: the published network has none.
    """

    def __init__(self, image_shape, n_outputs, dropout=0.0):
        super().__init__()
        height, width = (side // 4 for side in image_shape)
        # shapes are those of 28×28 images
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding="same"),  # (B, 6, 28, 28)
            nn.ReLU(),
            nn.MaxPool2d(2),  # (B, 6, 14, 14)
            nn.Conv2d(6, 16, 5, padding="same"),  # (B, 16, 14, 14)
            nn.ReLU(),
            nn.MaxPool2d(2),  # (B, 16, 7, 7)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),  # (B, 784)
            nn.Linear(16 * height * width, 120),
            nn.ReLU(),
            nn.Linear(120, 84),
            nn.ReLU(),
            nn.Linear(84, n_outputs),
        )
        start_after_glorot(self)

    def forward(self, images):
        return self.classifier(self.features(images))
