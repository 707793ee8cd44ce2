"""Progress of a whole fit."""

import os
import sys
import time

from skorch.callbacks import Callback

from skmnist._notebook import bar_class, is_notebook
from skmnist._storable import storable


@storable
class ProgressBar(Callback):
    """Show epochs, the time left, and the last epoch's figures, on one line of standard error.

    A skorch callback: ``MnistCNNClassifier(callbacks=[ProgressBar()])``. In a notebook it is a bar
    below the cell, with colours if ipywidgets is installed. If the output is neither a notebook
    nor a terminal, but a file for example, it prints a line after each epoch instead of a bar. The
    loss of a batch is not shown, because it is of smoothed labels and before calibration.

    Parameters
    ----------
    file : file-like, default=None
        Where to write; standard error by default.
    min_interval : float, default=0.2
        Seconds between updates of the bar.

    Examples
    --------
    >>> import sys
    >>> from sklearn.datasets import load_digits
    >>> from skmnist import MnistCNNClassifier
    >>> from skmnist.callbacks import ProgressBar
    >>> X, y = load_digits(return_X_y=True)
    >>> clf = MnistCNNClassifier(max_epochs=1, callbacks=[ProgressBar(sys.stdout)], random_state=0)
    >>> clf = clf.fit(X[:200], y[:200])  # doctest: +ELLIPSIS
    epoch 1/1...
    """

    def __init__(self, file=None, min_interval=0.2):
        self.file = file
        self.min_interval = min_interval

    def __sklearn_clone__(self):
        # scikit-learn would copy the file
        return type(self)(self.file, self.min_interval)

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        self.bar_ = None
        self.steps_ = len(net.get_iterator(X, training=True))
        self.figures_ = {}
        self.start_ = time.monotonic()

    def on_epoch_begin(self, net, **kwargs):
        in_notebook = self.file is None and is_notebook()
        if not in_notebook and not is_terminal(self._stream()):
            return
        if self.bar_ is None:
            # not before, since an interrupted fit may go on with a later epoch
            self.bar_ = bar_class()(
                desc=_epoch_of(net),
                total=net.max_epochs * self.steps_,
                initial=(len(net.history) - 1) * self.steps_,
                mininterval=self.min_interval,
                **({} if in_notebook else self._line()),
            )
        self.bar_.set_description_str(_epoch_of(net), refresh=False)

    def on_batch_end(self, net, training=False, **kwargs):
        if training and self.bar_ is not None:
            self.bar_.update()

    def on_epoch_end(self, net, **kwargs):
        epoch = net.history[-1]
        self.figures_["loss"] = f"{epoch['train_loss']:.3f}"
        self.figures_["accuracy"] = f"{epoch['train_accuracy']:.2%}"
        if "valid_accuracy" in epoch:
            self.figures_["validation"] = f"{epoch['valid_accuracy']:.2%}"
        if self.bar_ is not None:
            self.bar_.set_postfix(self.figures_)
            return
        figures = ", ".join(f"{name}={value}" for name, value in self.figures_.items())
        seconds = time.monotonic() - self.start_
        print(f"{_epoch_of(net)}: {figures}, {seconds:.0f} s", file=self._stream(), flush=True)

    def on_train_end(self, net, **kwargs):
        if self.bar_ is not None:
            self.bar_.close()

    def _line(self):
        return {
            "file": self._stream(),
            "ncols": columns(self._stream()),
            "nrows": 20,  # a terminal that does not know its size says 0, and tqdm shows nothing
            "bar_format": "{desc} {percentage:3.0f}%|{bar:20}| {elapsed}<{remaining}{postfix}",
        }

    def _stream(self):
        return self.file or sys.stderr


def _epoch_of(net):
    return f"epoch {len(net.history)}/{net.max_epochs}"


def is_terminal(file):
    """Tell whether a line that is written to a file can be overwritten."""
    return hasattr(file, "isatty") and file.isatty()


def columns(file):
    """Return how many characters a line of a terminal may have without being broken.

    The environment's ``COLUMNS`` comes first, as elsewhere.
    """
    width = os.environ.get("COLUMNS", "")
    if width.isdecimal() and int(width) > 0:
        return int(width) - 1
    try:
        # a terminal that does not know its size says 0
        return (os.get_terminal_size(file.fileno()).columns or 80) - 1
    except (OSError, ValueError, AttributeError):
        return 79
