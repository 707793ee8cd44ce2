"""
Successive halving
==================

Train bad candidates for a few epochs only: HalvingGridSearchCV over max_epochs.

All candidates train for one epoch. The best third of them train for three epochs, and the best
ninth for nine.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingGridSearchCV

from skmnist import MnistCNNClassifier

X, y = load_digits(return_X_y=True)
clf = MnistCNNClassifier.from_preset("quick", random_state=0)
grid = {"l1": [0.0, 1e-4, 1e-2], "dropout": [0.0, 0.1, 0.5]}
search = HalvingGridSearchCV(
    clf,
    grid,
    resource="max_epochs",
    min_resources=1,
    max_resources=9,
    cv=3,
    n_jobs=2,
    random_state=0,
    return_train_score=False,  # otherwise each fit also predicts its training images
).fit(X, y)

# %%
# Each round has fewer candidates and more epochs.

for round_, (n_candidates, n_epochs) in enumerate(
    zip(search.n_candidates_, search.n_resources_, strict=True)
):
    of_round = search.cv_results_["iter"] == round_
    best = search.cv_results_["mean_test_score"][of_round].max()
    print(f"candidates: {n_candidates}, epochs of each: {n_epochs}, the best: {best:.2%}")
print(f"the winner: {search.best_params_}")

# %%
# The score of each candidate in its last round: the bad ones end early.

figure, ax = plt.subplots(layout="constrained")
scores = {}
for params, n_epochs, score in zip(
    search.cv_results_["params"],
    search.cv_results_["n_resources"],
    search.cv_results_["mean_test_score"],
    strict=True,
):
    scores.setdefault((params["l1"], params["dropout"]), []).append((n_epochs, score))
for (l1, dropout), points in scores.items():
    ax.plot(*zip(*points, strict=True), marker="o", label=f"l1={l1:g}, dropout={dropout:g}")
ax.set(xlabel="epochs", ylabel="accuracy in cross-validation")
ax.legend(fontsize="small")
figure.savefig("halving.png")
