"""
Tune with Optuna
================

Tune with Optuna, and stop weak trials early.

This needs the extra ``optuna``: ``pip install -c constraints.txt ".[optuna]"``.
"""

import matplotlib.pyplot as plt
import optuna
from optuna_integration import SkorchPruningCallback
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from skmnist import MnistCNNClassifier

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
X_train, X_val, y_train, y_val = train_test_split(
    X_train, y_train, stratify=y_train, random_state=0
)


def objective(trial):
    clf = MnistCNNClassifier.from_preset(
        "quick",
        l1=trial.suggest_float("l1", 1e-6, 1e-2, log=True),
        l2=trial.suggest_float("l2", 1e-6, 1e-2, log=True),
        dropout=trial.suggest_float("dropout", 0.0, 0.5),
        max_epochs=6,
        callbacks=[SkorchPruningCallback(trial, "valid_loss")],
        random_state=0,
    )
    clf.fit(X_train, y_train, X_val=X_val, y_val=y_val)
    return clf.history_[-1]["valid_loss"]


optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(
    sampler=optuna.samplers.TPESampler(seed=0),
    pruner=optuna.pruners.MedianPruner(n_startup_trials=4),
)
study.optimize(objective, n_trials=15)

n_pruned = sum(trial.state == optuna.trial.TrialState.PRUNED for trial in study.trials)
print(f"{n_pruned} of {len(study.trials)} trials were ended early")
print(f"the best: {study.best_params}")
clf = MnistCNNClassifier.from_preset("quick", **study.best_params, random_state=0)
print(f"test accuracy: {clf.fit(X_train, y_train).score(X_test, y_test):.2%}")

# %%
# The validation loss of each trial. Those that were ended early are shorter.

figure, ax = plt.subplots(layout="constrained")
for trial in study.trials:
    losses = trial.intermediate_values
    ax.plot(losses.keys(), losses.values(), marker=".", color="C0", alpha=0.5)
ax.set(xlabel="epoch", ylabel="validation loss", yscale="log")
figure.savefig("optuna.png")
