"""scikit-learn's classifiers."""

import numpy as np

from performance.contestants.contestant import WARM_UP, Trained, warm_up


def dense(X, y, seed, device):
    """``MLPClassifier`` with two layers of 256, an epoch per ``partial_fit``."""
    from sklearn.neural_network import MLPClassifier

    def train(on_epoch_end, X=X, y=y, n_epochs=20):
        # an integer would give every epoch the same shuffle
        classifier = MLPClassifier((256, 256), random_state=np.random.RandomState(seed))
        images = X / np.float32(255)

        def predict(X):
            return classifier.predict(X / np.float32(255))

        for _ in range(n_epochs):
            classifier.partial_fit(images, y, classes=np.arange(10))
            on_epoch_end(predict)
        sizes = [array.size for array in (*classifier.coefs_, *classifier.intercepts_)]
        return Trained(
            sum(sizes), predict, lambda X: classifier.predict_proba(X / np.float32(255))
        )

    warm_up(train, X, y)
    return train


def whole(X, y, seed, device, *, make):
    """An estimator without epochs to speak of."""

    def train(on_epoch_end, X=X, y=y):
        classifier = make(seed).fit(X / np.float32(255), y)

        def predict(X):
            return classifier.predict(X / np.float32(255))

        def predict_proba(X):
            return classifier.predict_proba(X / np.float32(255))

        on_epoch_end(predict)
        has_probabilities = hasattr(classifier, "predict_proba")
        return Trained(None, predict, predict_proba if has_probabilities else None)

    train(lambda predict: predict(X[WARM_UP][:100]), X[WARM_UP], y[WARM_UP])
    return train


def svc(seed):
    from sklearn.svm import SVC

    return SVC(C=5, gamma=0.05)


def boosting(seed):
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(random_state=seed)
