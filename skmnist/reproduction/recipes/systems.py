"""The published systems, and what each claimed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class System:
    """A published system.

    Parameters
    ----------
    letter : str
        Its recipes have it as their ``system``.
    title : str
    text : str
        What it was, what it claimed, and what is to be known of its metrics.
    network : str, default=None
        Name of the recipe whose network is shown as a table of layers.
    """

    letter: str
    title: str
    text: str
    network: str | None = None


SYSTEMS = [
    System(
        "A",
        "Compact CNN with L1, L2, both or neither",
        """
The aim was 99.4 % in fewer than 40 epochs with 8,286 parameters, and to learn what L1 and L2
do. No variant reached it: 99.36 % is the best single epoch of four runs. L1 was called the best
of the four, but the comparison is not a controlled one: momentum is 0.9 for two of the variants
and 0 for the others, and one has a constant learning rate while that of the rest is divided by
ten after every third epoch, which ends their training after some ten of the 40 epochs. The L1
penalty is divided by the number of the batch, so that over an epoch of 1,875 batches it averages
5e-5 · 8.1 / 1,875 = 2.2e-7: next to nothing. The published curve of the L2 variant has spikes
because it shows the loss of each epoch's last batch, and the other curves the mean; here all show
the mean.

The improved recipes vary the penalties and nothing else. They are also part of the
[study of regularisation](regularization.md).
""",
        network="A-none",
    ),
    System(
        "B",
        "Deep dense network from scratch",
        """
Built as a TensorFlow graph originally, in pure NumPy here. Rates and optimisers were compared
by their accuracy on the training images, which says nothing of new ones.
""",
    ),
    System(
        "C",
        "LeNet-5",
        """
The text describes LeNet-5 with "same" convolutions, the code had another network; this is the
described one.
""",
        network="C-lenet5",
    ),
    System(
        "D",
        "Square digits",
        """
Is the digit 0, 1, 4 or 9? Answering no to all images is right for 58.94 % of the test set. The
package answers with the same dense network and with the compact CNN, both behind
`TransformedTargetClassifier` and `SquareDigitTransformer`.
""",
    ),
    System(
        "E",
        "NumPy network in five steps",
        """
Trained on the first 1,000 images. Few of the published metrics are what they seem.

The derivative of ReLU was computed from the layer's outputs as `outputs >= 0`, which is always
true, so the gradient was never masked. With this slip, the published order of images and NumPy's
legacy generator at seed 1, a separate script of ours ended at a training error of 0.109 and a test
accuracy of 0.7073, where 0.108 and 0.7073 were published; with a masked gradient at 0.829. The
faithful recipes of steps 1 to 4 have the slip; "corrected" ones are without it.

Step 4 reports metrics identical to step 3's: the augmented images were made and not used.

Step 5 claims 95.8 %. Its own confusion matrix says 9.06 %: a counter was not reset, and the
quotient was read as a percentage. The improved recipes aim at such metrics honestly.
""",
    ),
    System(
        "F",
        "VGG-style CNN",
        """
Both published metrics are validation accuracies after a single epoch.
""",
        network="F-vgg",
    ),
    System(
        "G",
        "Dense network with L2 and dropout",
        """
Losses of the variants with L2 include the penalty, as Keras reports them; without it they can be
compared with the others.
""",
        network="G-base",
    ),
]
