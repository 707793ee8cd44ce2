"""Classifying by a function of the label: its transformer, and a classifier and scorers for it."""

import functools
import inspect
import types
import warnings

import numpy as np
from sklearn import get_config
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    MetaEstimatorMixin,
    TransformerMixin,
    _fit_context,
    clone,
)
from sklearn.exceptions import NotFittedError
from sklearn.metrics import check_scoring
from sklearn.metrics._scorer import _BaseScorer
from sklearn.utils import column_or_1d, get_tags
from sklearn.utils._param_validation import HasMethods
from sklearn.utils.metadata_routing import (
    UNUSED,
    MetadataRouter,
    MethodMapping,
    process_routing,
)
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, has_fit_parameter

_IS_SQUARE = {
    label: int(digit in (0, 1, 4, 9)) for digit in range(10) for label in (digit, str(digit))
}
_LABEL_TYPES = (str, int, float, np.integer, np.floating)
_MAX_NAMED_LABELS = 5

_CLASSIFIER_METHODS = ("fit", "partial_fit", "score")


# -- on a target


def _fit_transformer(transformer, y):
    """Return a clone of the transformer, fitted on a 1-D y; None if there is none."""
    if transformer is None:
        return None
    return clone(transformer).fit(_as_input(transformer, y))


def _transform(transformer, y):
    """Return a 1-D y transformed, 1-D again; as it is if there is no transformer."""
    if transformer is None:
        return y
    transformed = np.asarray(transformer.transform(_as_input(transformer, y)))
    if transformed.shape not in (y.shape, (*y.shape, 1)):
        raise ValueError(
            f"{type(transformer).__name__} must give one label per sample: it made an output of "
            f"shape {transformed.shape} from {len(y)} labels."
        )
    return transformed.reshape(-1)


def _as_input(transformer, y):
    # those made for X, a Binarizer for instance, want a column
    return y.reshape(-1, 1) if get_tags(transformer).input_tags.two_d_array else y


class SquareDigitTransformer(TransformerMixin, BaseEstimator):
    """Turn digits into 1 where they are square numbers (0, 1, 4, 9), else 0.

    It transforms a target `y`, not the input `X`. There is nothing to learn from data, so
    ``transform`` works without ``fit``.

    See Also
    --------
    TransformedTargetClassifier : Trains a classifier on a transformed target.
    sklearn.preprocessing.LabelEncoder : Numbers the labels of a target.

    Examples
    --------
    >>> from skmnist.targets import SquareDigitTransformer
    >>> SquareDigitTransformer().fit_transform([0, 1, 2, 3, 4, 9])
    array([1, 1, 0, 0, 1, 1])
    >>> SquareDigitTransformer().transform(["4", "5"])
    array([1, 0])
    """

    def fit(self, y):
        """Check the labels; there is nothing to learn from them.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
            Digits, see ``transform``.

        Returns
        -------
        self : object
            The transformer.

        Raises
        ------
        ValueError
            If y holds anything but digits.
        """
        self.transform(y)
        return self

    def fit_transform(self, y):
        """Say which digits are square numbers.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
            Digits, see ``transform``.

        Returns
        -------
        is_square : ndarray of int of shape (n_samples,)
            1 for 0, 1, 4 and 9, else 0.
        """
        return self.transform(y)

    def transform(self, y):
        """Say which digits are square numbers.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
            Digits 0 to 9: whole numbers of any integer or floating dtype, or the strings
            "0" to "9".

        Returns
        -------
        is_square : ndarray of int of shape (n_samples,)
            1 for 0, 1, 4 and 9, else 0.

        Raises
        ------
        ValueError
            If y holds anything else. Booleans count as such: they are no digits, but most
            likely transformed already.
        """
        labels = column_or_1d(y, warn=True).tolist()
        is_square = [
            _IS_SQUARE.get(label)
            if isinstance(label, _LABEL_TYPES) and not isinstance(label, bool)
            else None
            for label in labels
        ]
        if None in is_square:
            pairs = zip(labels, is_square, strict=True)
            wrong = list(dict.fromkeys(repr(label) for label, known in pairs if known is None))
            more = len(wrong) - _MAX_NAMED_LABELS
            raise ValueError(
                f"{type(self).__name__} needs digits, the numbers 0 to 9 or the strings '0' to "
                f"'9', but the labels hold {', '.join(wrong[:_MAX_NAMED_LABELS])}"
                f"{f' and {more} more' if more > 0 else ''}."
            )
        return np.array(is_square, dtype=int)

    @property
    def inverse_transform(self):
        """Not there: several digits share a value, so none can be told from it."""
        raise AttributeError(
            f"{type(self).__name__} has no inverse_transform: 0, 1, 4 and 9 all become 1, so "
            "that the digit cannot be told from it. Keep y itself where you need the digits."
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.target_tags.one_d_labels = True
        tags.transformer_tags.preserves_dtype = []
        return tags


# -- the classifier


def _classifier_has(method):
    """Return a check for ``available_if``: whether the classifier has the method."""

    def check(self):
        getattr(getattr(self, "classifier_", self.classifier), method)
        return True

    return check


class _FitLikeTheClassifier:
    """Descriptor of a ``fit`` that shows ``sample_weight`` if the classifier's does.

    For scikit-learn the signature says whether an estimator takes weights.
    """

    def __init__(self, fit):
        self._fit = fit
        # a copy, since a wrapper would add a frame to what warnings count
        weighted = types.FunctionType(
            fit.__code__, fit.__globals__, closure=fit.__closure__, argdefs=fit.__defaults__
        )
        self._weighted_fit = functools.update_wrapper(weighted, fit)
        signature = inspect.signature(fit)
        *named, others = signature.parameters.values()
        weights = inspect.Parameter("sample_weight", inspect.Parameter.KEYWORD_ONLY, default=None)
        weighted.__signature__ = signature.replace(parameters=[*named, weights, others])

    def __get__(self, estimator, owner=None):
        if estimator is None:
            return self._fit
        inner = estimator.classifier
        weighted = hasattr(inner, "fit") and has_fit_parameter(inner, "sample_weight")
        return types.MethodType(self._weighted_fit if weighted else self._fit, estimator)


class TransformedTargetClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Train a classifier on a transformed target, and predict transformed labels.

    All methods take labels `y` as they are in the data, *raw* in what follows; ``fit`` computes
    ``classifier.fit(X, transformer.transform(y))``. All predictions are transformed labels,
    unlike those of `sklearn.compose.TransformedTargetRegressor`, since a transformer such as
    `SquareDigitTransformer` has no inverse. ``score`` takes raw labels and transforms them, so
    searches and cross-validation work on raw labels.

    Parameters
    ----------
    classifier : estimator object
        A classifier, cloned before it is fitted. Its ``class_weight``, if it has one, is about
        transformed labels.
    transformer : transformer object, default=None
        Transforms y; cloned before it is fitted. It may be made for targets, as
        `SquareDigitTransformer` and `sklearn.preprocessing.LabelEncoder` are, or for inputs, as
        `sklearn.preprocessing.Binarizer` is, which gets y as a single column. None leaves
        labels as they are.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The transformed labels, sorted.
    classifier_ : estimator object
        The fitted classifier.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where the classifier has seen names.
    n_features_in_ : int
        Number of features that the classifier has seen.
    transformer_ : transformer object or None
        The fitted transformer.

    See Also
    --------
    SquareDigitTransformer : Tells square digits from others.
    transformed_target_scorer : Scorers that transform y.
    sklearn.compose.TransformedTargetRegressor : The same for regression.

    Notes
    -----
    Everything that compares predictions with y by itself needs both to be of one kind:

    - A scorer of scikit-learn ("accuracy", "roc_auc") compares transformed predictions with raw
      labels. Without one, searches use ``score``; `transformed_target_scorer` makes others.
    - Meta-estimators that relate ``classes_`` to y, such as
      `sklearn.calibration.CalibratedClassifierCV` and
      `sklearn.model_selection.TunedThresholdClassifierCV`, go inside:
      ``TransformedTargetClassifier(CalibratedClassifierCV(classifier), transformer)``. The
      other way round, the first gives nonsense without an error.
    - Metrics and displays need ``transformer.transform(y)``. So does
      `sklearn.model_selection.cross_val_predict` with ``method="predict_proba"``, which then
      takes the classifier itself, since it numbers the labels of y before it fits.

    With metadata routing, ``fit``, ``partial_fit`` and ``score`` route to the classifier's
    methods of the same name; nothing is routed to the transformer.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.model_selection import GridSearchCV, train_test_split
    >>> from sklearn.svm import SVC
    >>> from skmnist.targets import SquareDigitTransformer, TransformedTargetClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
    >>> clf = TransformedTargetClassifier(SVC(), SquareDigitTransformer())
    >>> clf.fit(X_train, y_train).classes_
    array([0, 1])
    >>> y_test[:5], clf.predict(X_test[:5])
    (array([2, 0, 4, 9, 4]), array([0, 1, 1, 1, 1]))
    >>> bool(clf.score(X_test, y_test) > 0.97)
    True

    Parameters of the classifier are nested:

    >>> search = GridSearchCV(clf, {"classifier__C": [0.01, 1.0]}, cv=3).fit(X_train, y_train)
    >>> search.best_params_
    {'classifier__C': 1.0}
    """

    _parameter_constraints = {
        "classifier": [HasMethods(["fit", "predict"])],
        "transformer": [HasMethods(["fit", "transform"]), None],
    }

    # passed on to the classifier, which has its own requests
    __metadata_request__partial_fit = {"classes": UNUSED}
    __metadata_request__score = {"sample_weight": UNUSED}

    def __init__(self, classifier, transformer=None):
        self.classifier = classifier
        self.transformer = transformer

    # -- fitting

    @_FitLikeTheClassifier
    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, **fit_params):
        """Fit the transformer on y, and the classifier on X and the transformed y.

        Parameters
        ----------
        X : array-like
            Whatever the classifier takes.
        y : array-like of shape (n_samples,)
            Raw labels.
        **fit_params : dict
            Given to the classifier's ``fit``, such as ``sample_weight``. Of these, ``y_val``
            (also within a pipeline: ``<step>__y_val``) holds raw labels, and is transformed;
            nothing else is.

        Returns
        -------
        self : object
            The fitted classifier.

        Raises
        ------
        ValueError
            If the transformer or the classifier does not take the data.
        """
        # should this fit fail or be interrupted, nothing may pass for its result
        for name in ("classifier_", "transformer_"):
            vars(self).pop(name, None)
        y = self._check_y(y)
        transformer = _fit_transformer(self.transformer, y)
        transformed = _transform(transformer, y)
        self._warn_of_single_class(y, transformed)
        params = self._params_for("fit", transformer, fit_params)
        classifier = clone(self.classifier).fit(X, transformed, **params)
        self.classifier_, self.transformer_ = classifier, transformer
        return self

    @available_if(_classifier_has("partial_fit"))
    @_fit_context(prefer_skip_nested_validation=False)
    def partial_fit(self, X, y, classes=None, **partial_fit_params):
        """Fit the classifier a bit more, on X and the transformed y.

        Parameters
        ----------
        X : array-like
            Whatever the classifier takes.
        y : array-like of shape (n_samples,)
            Raw labels.
        classes : array-like of shape (n_classes,), default=None
            All raw labels that will ever occur: needed in the first call, unless after
            ``fit``, if the classifier needs it. The transformer is fitted in the first call, on
            these, or else on y.
        **partial_fit_params : dict
            Given to the classifier's ``partial_fit``, such as ``sample_weight``.

        Returns
        -------
        self : object
            The classifier.

        Raises
        ------
        ValueError
            If the transformer or the classifier does not take the data.
        """
        y = self._check_y(y)
        if classes is not None:
            classes = column_or_1d(classes, input_name="classes")
        if hasattr(self, "classifier_"):
            classifier, transformer = self.classifier_, self.transformer_
        else:
            classifier = clone(self.classifier)
            transformer = _fit_transformer(self.transformer, y if classes is None else classes)
        params = self._params_for("partial_fit", transformer, partial_fit_params)
        if classes is not None:
            params["classes"] = np.unique(_transform(transformer, classes))
        classifier.partial_fit(X, _transform(transformer, y), **params)
        self.classifier_, self.transformer_ = classifier, transformer
        return self

    def _check_y(self, y):
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None."
            )
        return column_or_1d(y, warn=True)

    def _params_for(self, method, transformer, params):
        """Return what to give to the classifier's method besides X and y."""
        if params.get("sample_weight") is None:
            params.pop("sample_weight", None)  # the classifier may not know of weights
        if get_config()["enable_metadata_routing"]:
            params = process_routing(self, method, **params)["classifier"][method]
        params = dict(params)
        for name, value in params.items():
            if name.split("__")[-1] == "y_val" and value is not None:
                value = column_or_1d(value, input_name=name, warn=True)
                params[name] = _transform(transformer, value)
        return params

    def _warn_of_single_class(self, y, transformed):
        if len(y) == 0 or np.any(transformed != transformed[0]):
            return
        n_labels = len(set(y.tolist()))
        if n_labels > 1:
            warnings.warn(
                f"{type(self.transformer).__name__} turns all {n_labels} labels of y into one "
                f"class, {transformed.tolist()[0]!r}. If y is transformed already, pass raw "
                f"labels: {type(self).__name__} transforms them itself.",
                stacklevel=4,
            )

    # -- predicting

    def predict(self, X):
        """Predict transformed labels.

        Parameters
        ----------
        X : array-like
            Whatever the classifier takes.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            Transformed labels, of those in ``classes_``.
        """
        check_is_fitted(self)
        return self.classifier_.predict(X)

    @available_if(_classifier_has("predict_proba"))
    def predict_proba(self, X):
        """Return the probability of each transformed label.

        Parameters
        ----------
        X : array-like
            Whatever the classifier takes.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
            Columns in the order of ``classes_``.
        """
        check_is_fitted(self)
        return self.classifier_.predict_proba(X)

    @available_if(_classifier_has("predict_log_proba"))
    def predict_log_proba(self, X):
        """Return the logarithm of each transformed label's probability.

        Parameters
        ----------
        X : array-like
            Whatever the classifier takes.

        Returns
        -------
        log_proba : ndarray of shape (n_samples, n_classes)
            Columns in the order of ``classes_``.
        """
        check_is_fitted(self)
        return self.classifier_.predict_log_proba(X)

    @available_if(_classifier_has("decision_function"))
    def decision_function(self, X):
        """Return the classifier's confidence in each transformed label.

        Parameters
        ----------
        X : array-like
            Whatever the classifier takes.

        Returns
        -------
        decision : ndarray of shape (n_samples, n_classes) or (n_samples,)
            With two classes usually a single column, positive for ``classes_[1]``.
        """
        check_is_fitted(self)
        return self.classifier_.decision_function(X)

    @available_if(_classifier_has("score"))
    def score(self, X, y, sample_weight=None, **score_params):
        """Transform y, and return the classifier's score: its accuracy, as a rule.

        Parameters
        ----------
        X : array-like
            Whatever the classifier takes.
        y : array-like of shape (n_samples,)
            Raw labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Given to the classifier if it is not None.
        **score_params : dict
            Given to the classifier's ``score``.

        Returns
        -------
        score : float
            What ``classifier_.score`` returns for X and the transformed y.
        """
        check_is_fitted(self)
        score_params["sample_weight"] = sample_weight
        params = self._params_for("score", self.transformer_, score_params)
        y = _transform(self.transformer_, self._check_y(y))
        return self.classifier_.score(X, y, **params)

    # -- what scikit-learn asks about

    @property
    def classes_(self):
        """The transformed labels, sorted."""
        return self.classifier_.classes_

    @property
    def n_features_in_(self):
        """Number of features that the classifier has seen."""
        return self.classifier_.n_features_in_

    @property
    def feature_names_in_(self):
        """Names of the features, where the classifier has seen names."""
        return self.classifier_.feature_names_in_

    def get_metadata_routing(self):
        """Return which metadata goes where.

        Returns
        -------
        routing : MetadataRouter
            Of ``fit``, ``partial_fit`` and ``score`` to the classifier's methods of the same
            name.
        """
        mapping = MethodMapping()
        for method in _CLASSIFIER_METHODS:
            mapping.add(caller=method, callee=method)
        return MetadataRouter(owner=self).add(classifier=self.classifier, method_mapping=mapping)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inner = get_tags(self.classifier)
        tags.input_tags = inner.input_tags
        tags.no_validation = inner.no_validation
        tags.non_deterministic = inner.non_deterministic
        if inner.classifier_tags is not None:
            tags.classifier_tags.poor_score = inner.classifier_tags.poor_score
            # a transformer may well make two classes of many
            if self.transformer is None:
                tags.classifier_tags.multi_class = inner.classifier_tags.multi_class
        return tags


# -- scorers


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
            transformer = _fit_transformer(transformer, y_true)
        y_true = _transform(transformer, y_true)
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
