"""Callbacks, interrupts and what is printed."""

import pytest
from helpers import make_cnn
from sklearn.exceptions import NotFittedError
from skorch.callbacks import Callback, EarlyStopping, EpochScoring

from skmnist.callbacks import ProgressBar


def test__callbacks__given__are_copied_and_called(small):
    X, y = small
    scoring = EpochScoring("accuracy", name="again", lower_is_better=False)
    stopping = EarlyStopping(monitor="train_loss", patience=2, threshold=10, sink=lambda _: None)
    clf = make_cnn(callbacks=[scoring, stopping], max_epochs=9)
    clf.fit(X, y, X_val=X[:50], y_val=y[:50])
    assert clf.n_iter_ == 3  # skorch's early stopping has ended it in good order
    assert clf.net_.history[:, "again"] == [e["valid_accuracy"] for e in clf.history_]
    assert not hasattr(scoring, "best_score_")
    assert stopping.misses_ == 0


def test__interrupt__from_outside__is_raised_and_nothing_is_fitted(small):
    class Interrupt(Callback):
        def on_epoch_end(self, net, **kwargs):
            import os
            import signal

            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1000):  # the handler runs between two of these
                pass

    clf = make_cnn(callbacks=[Interrupt()])
    with pytest.raises(KeyboardInterrupt):
        clf.fit(*small)
    with pytest.raises(NotFittedError):
        clf.predict(small[0])
    # nor does an earlier fit pass for this one
    refitted = make_cnn().fit(*small).set_params(callbacks=[Interrupt()])
    with pytest.raises(KeyboardInterrupt):
        refitted.fit(*small)
    with pytest.raises(NotFittedError):
        refitted.predict(small[0])


def test__verbose__prints_epochs_or_shows_a_bar(small, capsys):
    make_cnn(verbose=1).fit(*small)
    assert "train_loss" in capsys.readouterr().out
    make_cnn(verbose=2).fit(*small)
    assert "epoch 3/3" in capsys.readouterr().err
    make_cnn(callbacks=[ProgressBar()]).fit(*small, X_val=small[0], y_val=small[1])
    shown = capsys.readouterr().err
    assert "loss=" in shown
    assert "accuracy=" in shown
    assert "validation=" in shown
    make_cnn().fit(*small)
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""
