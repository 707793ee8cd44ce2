"""
Search on a dask cluster
========================

Search on a dask.distributed cluster. The search survives the loss of a worker.

The cluster here is two processes on this machine. To use many machines, give ``Client`` the
address of a scheduler. This needs the extra ``dask``:
``pip install -c constraints.txt ".[dask]"``.
"""

from dask.distributed import Client, LocalCluster
from joblib import parallel_config
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from skmnist import MnistCNNClassifier


def main():
    X, y = load_digits(return_X_y=True)
    clf = MnistCNNClassifier.from_preset("quick", random_state=0)
    grid = {"l1": [0.0, 1e-4], "dropout": [0.0, 0.2]}

    # joblib sends arrays to one worker only, and they are lost with it. So the images are sent
    # to all workers at the start. The folds are lists, because lists are sent with each task.
    folds = [(train.tolist(), test.tolist()) for train, test in StratifiedKFold(3).split(X, y)]
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
        parallel_config(backend="dask", scatter=[X, y]),
    ):
        search = GridSearchCV(clf, grid, cv=folds).fit(X, y)
    print(f"{search.best_score_:.2%} with {search.best_params_}")


if __name__ == "__main__":  # the workers import this file
    main()
