"""Scorers of predictions that are a function of the label."""

from sklearn.exceptions import NotFittedError
from sklearn.metrics import check_scoring
from sklearn.metrics._scorer import _BaseScorer
from sklearn.utils import column_or_1d
from sklearn.utils.validation import check_is_fitted

from skmnist.targets.transforming import fit_transformer, transform_target


class _TransformedTargetScorer(_BaseScorer):
    """What `transformed_target_scorer` makes.

    It is one of scikit-learn's own kind, so that searches over several metrics make each
    prediction once, and requests for metadata are as usual.
    """

    def __init__(self, transformer, scoring):
        self._transformer = transformer
        self._scoring = scoring
        self._scorer = scorer = check_scoring(scoring=scoring)
        if isinstance(scorer, _BaseScorer):
            super().__init__(
                score_func=scorer._score_func,
                sign=scorer._sign,
                kwargs=scorer._kwargs,
                response_method=scorer._response_method,
            )
            requests = getattr(scorer, "_metadata_request", None)
        else:
            # its signature says which metadata it takes
            super().__init__(score_func=scorer, sign=1, kwargs={})
            requests = scorer if hasattr(scorer, "get_metadata_routing") else None
        if requests is not None:
            self._metadata_request = requests

    def _score(self, method_caller, estimator, X, y_true, **kwargs):
        y_true = column_or_1d(y_true, input_name="y_true", warn=True)
        transformer = self._transformer
        try:
            check_is_fitted(transformer)
        except NotFittedError:
            transformer = fit_transformer(transformer, y_true)
        y_true = transform_target(transformer, y_true)
        if isinstance(self._scorer, _BaseScorer):
            return self._scorer._score(method_caller, estimator, X, y_true, **kwargs)
        return self._scorer(estimator, X, y_true, **kwargs)

    def __repr__(self):
        scoring = getattr(self._scoring, "__name__", repr(self._scoring))
        return f"transformed_target_scorer({self._transformer!r}, {scoring})"


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
    return _TransformedTargetScorer(transformer, scoring)
