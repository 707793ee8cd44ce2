"""Search on a dask.distributed cluster that may lose a worker.

Here the cluster is two processes of this machine; give ``Client`` the address of a scheduler to
use many machines. Needs ``pip install "skmnist[dask]"``.
"""

from dask.distributed import Client, LocalCluster
from joblib import parallel_config
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from skmnist import MnistCNNClassifier


def main():
    X, y = load_digits(return_X_y=True)
    clf = MnistCNNClassifier.from_preset("quick", random_state=0, n_threads=1)
    grid = {"l1": [0.0, 1e-4], "dropout": [0.0, 0.2]}

    # joblib gives arrays to one worker, and they are lost with it. So the images are sent to
    # all workers at the start, and the folds as lists, which travel with each task.
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
