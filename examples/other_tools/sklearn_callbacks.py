"""
scikit-learn's callbacks
========================

Watch a search with scikit-learn's callbacks: scores of every epoch of every fit.
"""

import matplotlib.pyplot as plt
from sklearn.callback import ScoringMonitor
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV

from skmnist import MnistMLPClassifier

X, y = load_digits(return_X_y=True)

monitor = ScoringMonitor(scoring="accuracy")
clf = MnistMLPClassifier(max_epochs=5, random_state=0).set_callbacks(monitor)
search = GridSearchCV(clf, {"l2": [1e-5, 1e-2]}, cv=2).fit(X, y)

rows = [row for row in monitor.get_logs().data if row["task_name"] == "epoch"]
for row in rows[:5]:
    print(f"fit {row['parent_task_id_path']}, epoch {row['task_id'] + 1}: {row['accuracy']:.2%}")
print(f"{len(rows)} epochs in all; best {search.best_params_}")

# %%
# One line for each fit of the search.

figure, ax = plt.subplots(layout="constrained")
for fit in dict.fromkeys(str(row["parent_task_id_path"]) for row in rows):
    ax.plot(
        [row["accuracy"] for row in rows if str(row["parent_task_id_path"]) == fit], marker="o"
    )
ax.set(xlabel="epoch", ylabel="accuracy")
figure.savefig("callbacks.png")
