"""Scorers for predictions that are a function of the label."""

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
    """A scorer that transforms y and calls another scorer; see `transformed_target_scorer`.

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
            It predicts transformed labels.
        X : array-like
        y : array-like of shape (n_samples,)
            Raw labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Passed on if it is not None.
        **kwargs : dict
            Passed on.

        Returns
        -------
        score : float
            The result of the other scorer for the transformed labels.
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
        """Set which metadata the scorer requests, as with scikit-learn's own scorers.

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

    With such a scorer, a search over `TransformedTargetClassifier` can use any metric, while y
    holds the labels as they are in the data. The classifier may also be the last step of a
    pipeline.

    Parameters
    ----------
    transformer : transformer object
        Transforms y. If it is not fitted, each call fits a clone on its y. If the transformer
        learns something from y, pass a fitted one.
    scoring : str or callable
        A name that `sklearn.metrics.get_scorer` knows, a scorer from
        `sklearn.metrics.make_scorer`, or another callable ``scorer(estimator, X, y)``. It gets
        transformed labels as y. It must not call ``estimator.score``, which takes raw labels.

    Returns
    -------
    scorer : callable
        It is called as ``scorer(estimator, X, y, sample_weight=None, **kwargs)`` with raw y,
        and returns what ``scoring`` returns. Use it wherever scikit-learn takes ``scoring``,
        also in a dict of several scorers. With metadata routing it requests what ``scoring``
        requests, and has ``set_score_request``.

    Raises
    ------
    TypeError
        If ``transformer`` is no transformer object, or ``scoring`` means several metrics.
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
