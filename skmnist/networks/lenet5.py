"""LeNet-5."""

from torch import nn

from skmnist._storable import storable
from skmnist.networks._blocks import pooled


@storable
class LeNet5(nn.Module):
    """LeNet-5 with ReLU and max pooling: 61,706 parameters on images of 28×28.

    The original network takes images of 32×32 and does not pad. Here the first convolution pads
    by 2, which makes 32×32 pixels of 28×28. The second does not pad, so the dense layers get
    16 maps of 5×5. It does pad if its maps are too small for it.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width in pixels, each at least 1.
    n_outputs : int
        Number of logits.
    dropout : float, default=0.0
        Probability of zeroing an activation of the dense layers.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE, 86(11), 1998, pages 2278 to 2324.

    Examples
    --------
    >>> from skmnist.networks import LeNet5, count_parameters
    >>> count_parameters(LeNet5((28, 28), 10))
    61706
    """

    def __init__(self, image_shape, n_outputs, dropout=0.0):
        super().__init__()
        pool1, (height, width) = pooled(image_shape)
        padding = 0 if min(height, width) > 5 else 2
        pool2, (height, width) = pooled((height - 4 + 2 * padding, width - 4 + 2 * padding))
        # shapes are those of 28×28 images
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2),  # (B, 6, 28, 28)
            nn.ReLU(),
            pool1,  # (B, 6, 14, 14)
            nn.Conv2d(6, 16, 5, padding=padding),  # (B, 16, 10, 10)
            nn.ReLU(),
            pool2,  # (B, 16, 5, 5)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),  # (B, 400)
            nn.Linear(16 * height * width, 120),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(120, 84),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(84, n_outputs),
        )

    def forward(self, images):
        return self.classifier(self.features(images))
