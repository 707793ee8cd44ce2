"""A progress bar over a whole fit."""

import sys

from skorch.callbacks import Callback
from tqdm import tqdm

from skmnist._storable import storable


@storable
class ProgressBar(Callback):
    """Show epochs, loss, accuracy and the time left, on one line of standard error.

    A skorch callback: ``MnistCNNClassifier(callbacks=[ProgressBar()])``.

    Parameters
    ----------
    file : file-like, default=None
        Where to write; standard error by default.
    min_interval : float, default=0.2
        Seconds between updates. The loss is read no more often, since reading it makes a
        GPU wait.
    """

    def __init__(self, file=None, min_interval=0.2):
        self.file = file
        self.min_interval = min_interval

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        self.bar_ = None
        self.steps_ = len(net.get_iterator(X, training=True))
        self.figures_ = {}

    def on_epoch_begin(self, net, **kwargs):
        if self.bar_ is None:
            # not before, since an interrupted fit may go on with a later epoch
            self.bar_ = tqdm(
                total=net.max_epochs * self.steps_,
                initial=(len(net.history) - 1) * self.steps_,
                file=self.file or sys.stderr,
                mininterval=self.min_interval,
                bar_format="{desc} {percentage:3.0f}%|{bar:20}| {elapsed}<{remaining}{postfix}",
            )
        self.bar_.set_description_str(f"epoch {len(net.history)}/{net.max_epochs}", refresh=False)

    def on_batch_end(self, net, training=False, loss=None, **kwargs):
        # update() says whether it was time to redraw
        if training and self.bar_.update():
            self.figures_["loss"] = f"{loss.item():.3f}"
            self.bar_.set_postfix(self.figures_)

    def on_epoch_end(self, net, **kwargs):
        epoch = net.history[-1]
        self.figures_["loss"] = f"{epoch['train_loss']:.3f}"
        self.figures_["accuracy"] = f"{epoch['train_accuracy']:.2%}"
        if "valid_accuracy" in epoch:
            self.figures_["validation"] = f"{epoch['valid_accuracy']:.2%}"
        self.bar_.set_postfix(self.figures_)

    def on_train_end(self, net, **kwargs):
        if self.bar_ is not None:
            self.bar_.close()
