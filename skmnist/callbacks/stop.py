"""Ending a training early, in good order."""


class StopTraining(Exception):
    """Raised by a callback to end the training: what has been trained so far is the model.

    It is best raised in ``on_epoch_end``. An epoch that is broken off is not in ``history_``.

    A ``KeyboardInterrupt`` is something else. It is Ctrl-C, whoever raises it, so ``fit`` hands
    it on and leaves no model behind. (In skorch itself both are ``KeyboardInterrupt``.)

    Examples
    --------
    >>> from skorch.callbacks import Callback
    >>> from sklearn.datasets import load_digits
    >>> from skmnist import MnistCNNClassifier
    >>> from skmnist.callbacks import StopTraining
    >>> class StopWhenGoodEnough(Callback):
    ...     def on_epoch_end(self, net, **kwargs):
    ...         if net.history[-1, "train_accuracy"] > 0.5:
    ...             raise StopTraining
    >>> X, y = load_digits(return_X_y=True)
    >>> clf = MnistCNNClassifier(callbacks=[StopWhenGoodEnough()], random_state=0).fit(X, y)
    >>> clf.n_iter_ < 50
    True
    """
