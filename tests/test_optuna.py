"""Tuning with Optuna."""

import warnings

import pytest
from skorch.callbacks import Callback

from skmnist import MnistMLPClassifier

optuna = pytest.importorskip("optuna")
integration = pytest.importorskip("optuna_integration")
optuna.logging.set_verbosity(optuna.logging.WARNING)

PRUNED, COMPLETE = optuna.trial.TrialState.PRUNED, optuna.trial.TrialState.COMPLETE


@pytest.fixture(scope="module")
def data(digits):
    X, y = digits
    return X[:300], y[:300], X[300:500], y[300:500]


def make(**params):
    shared = {"hidden_layer_sizes": (32,), "augmentation": None, "batch_size": 16}
    return MnistMLPClassifier(**{**shared, "random_state": 0, "n_threads": 1, **params})


def study_of_two(objective):
    """Run one trial without a penalty, and one whose penalty leaves nothing to learn."""
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.GridSampler({"l1": [0.0, 10.0]}, seed=0),
        pruner=optuna.pruners.ThresholdPruner(lower=0.5, n_warmup_steps=3),
    )
    study.optimize(objective, n_trials=2)
    return {trial.params["l1"]: trial for trial in study.trials}


def assert_bad_one_is_pruned(trials):
    assert trials[0.0].state == COMPLETE
    assert trials[0.0].value > 0.7
    assert list(trials[0.0].intermediate_values) == list(range(8))
    assert trials[10.0].state == PRUNED
    # the first epoch after the warm-up
    assert list(trials[10.0].intermediate_values) == list(range(4))


@pytest.mark.tool("Optuna", "pruning with `partial_fit`")
def test__pruning__through_partial_fit__ends_bad_trials(data):
    X, y, X_val, y_val = data

    def objective(trial):
        clf = make(l1=trial.suggest_float("l1", 0, 10))
        for epoch in range(8):
            clf.partial_fit(X, y, classes=range(10))
            score = clf.score(X_val, y_val)
            trial.report(score, epoch)
            if trial.should_prune():
                raise optuna.TrialPruned
        return score

    assert_bad_one_is_pruned(study_of_two(objective))


@pytest.mark.tool("Optuna", "pruning with `SkorchPruningCallback`")
def test__pruning__through_skorchs_callback__ends_bad_trials(data):
    X, y, X_val, y_val = data

    def objective(trial):
        pruning = integration.SkorchPruningCallback(trial, "valid_accuracy")
        clf = make(l1=trial.suggest_float("l1", 0, 10), max_epochs=8, callbacks=[pruning])
        return clf.fit(X, y, X_val=X_val, y_val=y_val).score(X_val, y_val)

    assert_bad_one_is_pruned(study_of_two(objective))


def test__pruned__leaves_no_half_trained_model(data):
    X, y, *_ = data

    class Prune(Callback):
        def on_epoch_end(self, net, **kwargs):
            raise optuna.TrialPruned

    clf = make(callbacks=[Prune()])
    with pytest.raises(optuna.TrialPruned):
        clf.fit(X, y)
    assert not hasattr(clf, "net_")


@pytest.mark.tool("Optuna", "`OptunaSearchCV`")
# Optuna's own: https://github.com/optuna/optuna/releases/tag/v4.9.0
@pytest.mark.filterwarnings("ignore:`optuna.terminator` module:FutureWarning")
@pytest.mark.parametrize("enable_pruning", [False, True])
def test__search_cv__finds_what_can_be_learned_with(enable_pruning, data):
    X, y, *_ = data
    distributions = {"l1": optuna.distributions.CategoricalDistribution([0.0, 10.0])}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        search = integration.OptunaSearchCV(
            make(max_epochs=8),
            distributions,
            cv=2,
            n_trials=4,
            random_state=0,
            error_score="raise",
            enable_pruning=enable_pruning,
            max_iter=8,
        )
    search.fit(X, y)
    assert search.best_params_ == {"l1": 0.0}
    assert search.best_score_ > 0.6
    assert search.best_estimator_.score(X, y) > 0.8
