"""Dense layers."""

from torch import nn


class MLP(nn.Module):
    """Dense layers with ReLU, initialised after He.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width in pixels, each at least 1.
    n_outputs : int
        Number of logits.
    hidden_layer_sizes : tuple of int, default=(256, 256)
        Units of each hidden layer.
    dropout : float or tuple of float, default=0.0
        Probability of zeroing an activation of a hidden layer. A number holds for all hidden
        layers; a tuple has one number for each.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing human-level
    performance on ImageNet classification", 2015, arXiv:1502.01852.

    Examples
    --------
    >>> from skmnist.networks import MLP, count_parameters
    >>> count_parameters(MLP((28, 28), 10, hidden_layer_sizes=(128, 256, 512)))
    270218
    """

    def __init__(self, image_shape, n_outputs, hidden_layer_sizes=(256, 256), dropout=0.0):
        super().__init__()
        if not isinstance(dropout, tuple | list):
            dropout = [dropout] * len(hidden_layer_sizes)
        layers = [nn.Flatten()]
        n_inputs = image_shape[0] * image_shape[1]
        for size, probability in zip(hidden_layer_sizes, dropout, strict=True):
            layers += [nn.Linear(n_inputs, size), nn.ReLU(), nn.Dropout(probability)]
            n_inputs = size
        self.layers = nn.Sequential(*layers, nn.Linear(n_inputs, n_outputs))
        for layer in self.layers:
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)

    def forward(self, images):
        return self.layers(images)
