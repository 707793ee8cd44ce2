"""From skorch's callbacks to those of scikit-learn."""

from skorch.callbacks import Callback

from skmnist.callbacks.stop import StopTraining


class TellEpochs(Callback):
    """Tell scikit-learn's callbacks of each epoch, and stop where one of them asks to.

    It stands behind all other callbacks, so that an epoch is over for these when it ends.

    Parameters
    ----------
    tasks : EpochTasks
    snapshot : callable
        Given the net, it returns what training has come to, as `EpochTasks` needs it.
    """

    def __init__(self, tasks, snapshot):
        self.tasks = tasks
        self.snapshot = snapshot

    def on_epoch_begin(self, net, **kwargs):
        if self.tasks is not None:
            self.tasks.begin_epoch()

    def on_epoch_end(self, net, **kwargs):
        if self.tasks is not None and self.tasks.end_epoch(lambda: self.snapshot(net)):
            raise StopTraining

    def on_train_end(self, net, **kwargs):
        if self.tasks is not None:
            self.tasks.end_last_epoch(lambda: self.snapshot(net))
        # the fitted net must not hold the training data, and may be trained by hand
        self.tasks = self.snapshot = None
