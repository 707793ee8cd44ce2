"""The epochs of a fit, as the callbacks of scikit-learn see them."""

from skmnist._sklearn import callback_context


class EpochTasks:
    """Tell scikit-learn's callbacks of a fit and of each epoch, which is a sub-task of it.

    Training calls `begin_epoch` and `end_epoch`, and `end_last_epoch` when it is over.

    Parameters
    ----------
    estimator : BaseImageClassifier
        Being fitted.
    n_epochs : int
        How many there are at most.
    X, y, sample_weight : array-like
        As given to ``fit``, for callbacks that score the training data.
    state : callable
        Given what training has come to (a dict of attributes, and a list of the epochs' records),
        it returns the attributes of the estimator if ``fit`` ended there.
    """

    def __init__(self, estimator, n_epochs, *, X, y, sample_weight, state):
        self._estimator = estimator
        self._state = state
        self._data = {"X": X, "y": y}
        if sample_weight is not None:
            self._data["metadata"] = {"sample_weight": sample_weight}
        self._fit = callback_context(estimator, max_subtasks=n_epochs)
        self._epoch = None
        self._begin(self._fit)

    def begin_epoch(self):
        """Tell that an epoch begins."""
        self._epoch = self._fit.subcontext(task_name="epoch")
        self._begin(self._epoch)

    def end_epoch(self, trained):
        """Tell that the epoch has ended.

        Parameters
        ----------
        trained : callable
            Without arguments; returns what ``state`` takes. It is called for those callbacks only
            that look at the fitted estimator, since that needs a copy of the network.

        Returns
        -------
        stop : bool
            Whether a callback asks to stop.
        """
        epoch, self._epoch = self._epoch, None
        return self._end(epoch, lambda: self._state(*trained()))

    def end_last_epoch(self, trained):
        """Tell that the epoch has ended, if training stopped in the middle of it."""
        if self._epoch is not None:
            self.end_epoch(trained)

    def end(self):
        """Tell that the fit has ended."""
        self._end(self._fit, {})  # the estimator itself has all attributes

    def _begin(self, task):
        task.call_on_fit_task_begin(estimator=self._estimator, **self._data)

    def _end(self, task, attributes):
        return task.call_on_fit_task_end(
            estimator=self._estimator, **self._data, reconstruction_attributes=attributes
        )
