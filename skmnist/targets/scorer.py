"""Scorers of predictions that are a function of the label."""

from inspect import signature

from sklearn.exceptions import NotFittedError
from sklearn.metrics import check_scoring
from sklearn.utils import column_or_1d
from sklearn.utils.metadata_routing import MetadataRequest, get_routing_for_object
from sklearn.utils.validation import check_is_fitted

from skmnist._sklearn import WeightedScorerMixin
from skmnist._storable import storable
from skmnist.targets._transforming import fit_transformer, transform_target


@storable
class TransformedTargetScorer(WeightedScorerMixin):
    """What `transformed_target_scorer` makes: a callable around another scorer.

    Parameters
    ----------
    transformer : transformer object
    scoring : str or callable

    Raises
    ------
    ValueError
        If there is no such scoring.
    """

    def __init__(self, transformer, scoring):
        self.transformer = transformer
        self.scoring = scoring
        self.scorer = check_scoring(scoring=scoring)
        self.accepts_weights = "sample_weight" in signature(self.scorer).parameters
        # those of the given scorer, but this one's own
        self.requests = {"sample_weight": None} if self.accepts_weights else {}
        if hasattr(self.scorer, "get_metadata_routing"):
            self.requests |= get_routing_for_object(self.scorer).score.requests

    def __call__(self, estimator, X, y, sample_weight=None, **kwargs):
        """Return the score of an estimator's predictions for raw labels.

        Parameters
        ----------
        estimator : fitted estimator
            Predicts transformed labels.
        X : array-like
        y : array-like of shape (n_samples,)
            Raw labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Passed on if it is not None.
        **kwargs : dict
            Passed on.
        """
        y = column_or_1d(y, input_name="y_true", warn=True)
        transformer = self.transformer
        try:
            check_is_fitted(transformer)
        except NotFittedError:
            transformer = fit_transformer(transformer, y)
        if sample_weight is not None:
            kwargs["sample_weight"] = sample_weight
        return self.scorer(estimator, X, transform_target(transformer, y), **kwargs)

    def get_metadata_routing(self):
        """Return the metadata that the scorer requests.

        Returns
        -------
        routing : MetadataRequest
        """
        routing = MetadataRequest(owner=self)
        for name, alias in self.requests.items():
            routing.score.add_request(param=name, alias=alias)
        return routing

    def set_score_request(self, **requests):
        """Say which metadata the scorer requests, as with scikit-learn's own scorers.

        Parameters
        ----------
        **requests : dict of str to bool, str or None

        Returns
        -------
        self : object
        """
        self.requests = self.requests | requests
        return self

    def __repr__(self):
        scoring = getattr(self.scoring, "__name__", repr(self.scoring))
        return f"transformed_target_scorer({self.transformer!r}, {scoring})"


def transformed_target_scorer(transformer, scoring):
    """Make a scorer that transforms y, for estimators that predict transformed labels.

    So a search over `TransformedTargetClassifier`, alone or as a pipeline's last step, can use
    any metric while its y holds labels as they are in the data.

    Parameters
    ----------
    transformer : transformer object
        Transforms y. If it is not fitted, a clone is fitted on the y of each call, so pass a
        fitted one if it learns anything from y.
    scoring : str or callable
        A name that `sklearn.metrics.get_scorer` knows, a scorer from
        `sklearn.metrics.make_scorer`, or another callable ``scorer(estimator, X, y)``. It gets
        transformed labels as y, so it may not call ``estimator.score``, which takes raw ones.

    Returns
    -------
    scorer : callable
        ``scorer(estimator, X, y, sample_weight=None, **kwargs)`` for raw y, to be used wherever
        scikit-learn takes ``scoring``, also within a dict of several; what it returns is what
        ``scoring`` returns. With metadata routing, it requests what ``scoring`` requests, and
        has ``set_score_request``.

    Raises
    ------
    TypeError
        If the transformer is not one, or scoring stands for several metrics.
    ValueError
        If there is no such scoring.

    See Also
    --------
    TransformedTargetClassifier : Its ``score`` transforms y by itself.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.model_selection import cross_validate
    >>> from sklearn.svm import SVC
    >>> from skmnist.targets import (
    ...     SquareDigitTransformer,
    ...     TransformedTargetClassifier,
    ...     transformed_target_scorer,
    ... )
    >>> X, y = load_digits(return_X_y=True)
    >>> square = SquareDigitTransformer()
    >>> transformed_target_scorer(square, "roc_auc")
    transformed_target_scorer(SquareDigitTransformer(), 'roc_auc')
    >>> scoring = {name: transformed_target_scorer(square, name) for name in ["roc_auc", "f1"]}
    >>> clf = TransformedTargetClassifier(SVC(), square)
    >>> results = cross_validate(clf, X, y, scoring=scoring, cv=3)
    >>> bool(results["test_roc_auc"].mean() > 0.98), bool(results["test_f1"].mean() > 0.94)
    (True, True)
    """
    if isinstance(transformer, type) or not hasattr(transformer, "transform"):
        raise TypeError(
            "transformer must be a transformer object, such as SquareDigitTransformer(); got "
            f"{transformer!r}."
        )
    if not isinstance(scoring, str) and not callable(scoring):
        raise TypeError(
            "scoring must be one scorer, a name or a callable; got "
            f"{scoring!r}. For several metrics pass a dict of scorers to the search: "
            "{name: transformed_target_scorer(transformer, name) for name in names}."
        )
    return TransformedTargetScorer(transformer, scoring)
