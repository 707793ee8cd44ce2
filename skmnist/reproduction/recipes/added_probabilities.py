"""Answer a question about digits with a network that tells the ten digits apart."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone

from skmnist._storable import storable


@storable
class AddedProbabilitiesClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Train on the labels themselves, and add up the probabilities of those that mean the same.

    `TransformedTargetClassifier` does it the other way round: it trains on the transformed labels.

    Parameters
    ----------
    classifier : estimator object
        It is cloned.
    transformer : transformer of labels
        Such as `SquareDigitTransformer`. It is cloned.

    Attributes
    ----------
    fitted_ : estimator object
        The fitted classifier. Its attributes are those of this estimator too.
    transformer_ : transformer of labels
    classes_ : ndarray
        The transformed labels.
    """

    def __init__(self, classifier, transformer):
        self.classifier = classifier
        self.transformer = transformer

    def fit(self, X, y, **fit_params):
        """Fit the classifier to the labels.

        Parameters
        ----------
        X : array-like
            Images.
        y : array-like of shape (n_samples,)
            Labels.
        **fit_params : dict
            Passed to the classifier's ``fit``.

        Returns
        -------
        self : object
        """
        self.transformer_ = clone(self.transformer).fit(y)
        self.fitted_ = clone(self.classifier).fit(X, y, **fit_params)
        self.classes_ = np.unique(self.transformer_.transform(self.fitted_.classes_))
        return self

    def predict_proba(self, X):
        """Return the added probabilities, an ndarray of shape (n_samples, n_classes).

        Parameters
        ----------
        X : array-like
            Images.
        """
        meaning = self.transformer_.transform(self.fitted_.classes_)
        sums = self.fitted_.predict_proba(X) @ (meaning[:, None] == self.classes_)
        # single precision adds up to a little over 1, which metrics refuse
        return sums.clip(max=1)

    def predict(self, X):
        """Return the more probable of the transformed labels, an ndarray of shape (n_samples,).

        Parameters
        ----------
        X : array-like
            Images.
        """
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def __getattr__(self, name):
        if name.startswith("__") or "fitted_" not in vars(self):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}.")
        return getattr(self.fitted_, name)
