"""A planned stop has a name; an interrupt is an interrupt, whoever raises it."""

import asyncio
import os
import signal

import pytest
from helpers import make_cnn
from sklearn.exceptions import NotFittedError
from skorch.callbacks import Callback, EarlyStopping

from skmnist import NumpyMLPClassifier
from skmnist.callbacks import StopTraining


class Raise(Callback):
    """Raises an exception at the end of an epoch."""

    def __init__(self, exception, epoch=2):
        self.exception = exception
        self.epoch = epoch

    def on_epoch_end(self, net, **kwargs):
        if len(net.history) == self.epoch:
            raise self.exception


class PressCtrlC(Callback):
    """Sends the signal of Ctrl-C within a callback, and then goes on for a while."""

    def __init__(self, times=1):
        self.times = times

    def on_epoch_end(self, net, **kwargs):
        for _ in range(self.times):
            os.kill(os.getpid(), signal.SIGINT)
            sum(range(1000))  # the handler runs between two steps of the interpreter


def assert_nothing_is_fitted(clf, X):
    with pytest.raises(NotFittedError):
        clf.predict(X)


def test__stop_training__raised_by_a_callback__ends_in_good_order(small):
    ended = []

    class End(Callback):
        def on_train_end(self, net, **kwargs):
            ended.append(len(net.history))

    clf = make_cnn(callbacks=[Raise(StopTraining()), End()], max_epochs=5).fit(*small)
    assert clf.n_iter_ == 2
    assert ended == [2]
    assert clf.predict(small[0]).shape == (400,)


def test__stop_training__in_the_first_batch__is_refused(small):
    class StopAtOnce(Callback):
        def on_batch_end(self, net, **kwargs):
            raise StopTraining

    with pytest.raises(ValueError, match="before the first epoch had ended"):
        make_cnn(callbacks=[StopAtOnce()]).fit(*small)


def test__stop_training__within_an_epoch__history_has_whole_epochs_only(small):
    class StopInTheSecond(Callback):
        def on_batch_end(self, net, **kwargs):
            if len(net.history) == 2:
                raise StopTraining

    assert make_cnn(callbacks=[StopInTheSecond()]).fit(*small).n_iter_ == 1


@pytest.mark.parametrize("moment", ["on_train_begin", "on_train_end"])
def test__stop_training__before_and_after_the_epochs__is_no_leak(small, moment):
    def stop(self, net, **kwargs):
        raise StopTraining

    callback = type("Stop", (Callback,), {moment: stop})()
    clf = make_cnn(callbacks=[callback])
    if moment == "on_train_end":
        assert clf.fit(*small).n_iter_ == 3
    else:
        with pytest.raises(ValueError, match="before the first epoch had ended"):
            clf.fit(*small)


def test__early_stopping__out_of_patience__ends_in_good_order(small):
    stopping = EarlyStopping(monitor="train_loss", patience=2, threshold=10, sink=lambda _: None)
    assert make_cnn(callbacks=[stopping], max_epochs=9).fit(*small).n_iter_ == 3


@pytest.mark.parametrize("callback", [Raise(KeyboardInterrupt(), epoch=1), PressCtrlC()])
def test__interrupt__in_a_callback__is_raised_and_nothing_is_fitted(small, callback):
    clf = make_cnn(callbacks=[callback])
    with pytest.raises(KeyboardInterrupt):
        clf.fit(*small)
    assert_nothing_is_fitted(clf, small[0])
    # nor does an earlier fit pass for this one
    refitted = make_cnn().fit(*small).set_params(callbacks=[callback])
    with pytest.raises(KeyboardInterrupt):
        refitted.fit(*small)
    assert_nothing_is_fitted(refitted, small[0])


def test__interrupt__by_a_handler_in_python__is_raised_and_nothing_is_fitted(small):
    # asyncio's handler cancels the task first, and raises KeyboardInterrupt the second time
    clf = make_cnn(callbacks=[PressCtrlC(times=2)])

    async def fit():
        clf.fit(*small)

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(fit())
    assert_nothing_is_fitted(clf, small[0])


def test__interrupt__in_early_stopping_with_patience_left__is_raised(small, monkeypatch):
    def on_epoch_end(self, net, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(EarlyStopping, "on_epoch_end", on_epoch_end)
    clf = make_cnn(early_stopping=True)
    with pytest.raises(KeyboardInterrupt):
        clf.fit(*small)
    assert_nothing_is_fitted(clf, small[0])


def test__interrupt__of_the_numpy_network__is_raised_and_nothing_is_fitted(small, monkeypatch):
    monkeypatch.setattr(
        "skmnist.numpy_mlp.Trainer.epoch", lambda *_: PressCtrlC().on_epoch_end(None)
    )
    clf = NumpyMLPClassifier(max_epochs=3)
    with pytest.raises(KeyboardInterrupt):
        clf.fit(*small)
    assert_nothing_is_fitted(clf, small[0])
