"""A classifier that is trained on a function of the label."""

import warnings

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.utils import column_or_1d, get_tags
from sklearn.utils.metadata_routing import (
    UNUSED,
    MetadataRouter,
    MethodMapping,
    process_routing,
)
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skmnist._sklearn import (
    DocumentedMixin,
    HasMethods,
    ShownNetworkMixin,
    callback_context,
    fit_context,
)
from skmnist._storable import storable
from skmnist.targets._transforming import fit_transformer, transform_target

_CLASSIFIER_METHODS = ("fit", "partial_fit", "score")


def _classifier_has(method):
    """Return a check for ``available_if``: whether the classifier has the method."""

    def check(self):
        getattr(getattr(self, "classifier_", self.classifier), method)
        return True

    return check


@storable
class TransformedTargetClassifier(
    ShownNetworkMixin,
    DocumentedMixin,
    CallbackSupportMixin,
    ClassifierMixin,
    MetaEstimatorMixin,
    BaseEstimator,
):
    """Train a classifier on a transformed target, and predict transformed labels.

    All methods take *raw* labels `y`: labels as they are in the data. ``fit`` computes
    ``classifier.fit(X, transformer.transform(y))``. All predictions are transformed labels.
    This differs from `sklearn.compose.TransformedTargetRegressor`, because a transformer such
    as `SquareDigitTransformer` has no inverse. ``score`` takes raw labels and transforms them,
    so searches and cross-validation work on raw labels.

    Parameters
    ----------
    classifier : estimator object
        A classifier. It is cloned before it is fitted. If it has a ``class_weight``, this is
        about transformed labels.
    transformer : transformer object, default=None
        Transforms y. It is cloned before it is fitted. It may be made for targets, such as
        `SquareDigitTransformer` and `sklearn.preprocessing.LabelEncoder`, or for inputs, such
        as `sklearn.preprocessing.Binarizer`. A transformer for inputs gets y as a single
        column. With None the labels stay as they are.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The transformed labels, sorted.
    classifier_ : estimator object
        The fitted classifier.
    feature_names_in_ : ndarray of shape (``n_features_in_``,)
        Names of the features, if the classifier has seen names.
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
    Some tools compare predictions with y themselves. Both must then be raw, or both
    transformed:

    - A scorer of scikit-learn ("accuracy", "roc_auc") would compare transformed predictions
      with raw labels. Make a scorer with `transformed_target_scorer` instead. A search without
      ``scoring`` uses ``score``, which is right too.
    - Some meta-estimators relate ``classes_`` to y, such as
      `sklearn.calibration.CalibratedClassifierCV` and
      `sklearn.model_selection.TunedThresholdClassifierCV`. Put them inside:
      ``TransformedTargetClassifier(CalibratedClassifierCV(classifier), transformer)``. The
      other way round, `sklearn.calibration.CalibratedClassifierCV` gives wrong results without
      an error.
    - Metrics and displays need ``transformer.transform(y)``.
    - `sklearn.model_selection.cross_val_predict` with ``method="predict_proba"`` numbers the
      labels of y before it fits. Give it the inner classifier and ``transformer.transform(y)``.

    With metadata routing, ``fit``, ``partial_fit`` and ``score`` route to the classifier's
    methods of the same name. Nothing is routed to the transformer.

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

    A search reaches the parameters of the classifier through the prefix ``classifier__``:

    >>> search = GridSearchCV(clf, {"classifier__C": [0.01, 1.0]}, cv=3).fit(X_train, y_train)
    >>> search.best_params_
    {'classifier__C': 1.0}
    """

    _parameter_constraints = {
        "classifier": [HasMethods(["fit", "predict"])],
        "transformer": [HasMethods(["fit", "transform"]), None],
    }

    # passed on to the classifier, which has its own requests
    __metadata_request__fit = {"sample_weight": UNUSED}
    __metadata_request__partial_fit = {"classes": UNUSED}
    __metadata_request__score = {"sample_weight": UNUSED}

    def __init__(self, classifier, transformer=None):
        self.classifier = classifier
        self.transformer = transformer

    # -- fitting

    @fit_context(prefer_skip_nested_validation=False)
    @with_callbacks
    def fit(self, X, y, sample_weight=None, **fit_params):
        """Fit the transformer on y, and the classifier on X and the transformed y.

        Parameters
        ----------
        X : array-like
            Whatever the classifier takes.
        y : array-like of shape (n_samples,)
            Raw labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Given to the classifier's ``fit`` if it is not None.
        **fit_params : dict
            Given to the classifier's ``fit``. If ``y_val`` is among them (in a pipeline:
            ``<step>__y_val``), it holds raw labels and is transformed. Nothing else is.

        Returns
        -------
        self : object
            The fitted classifier.

        Raises
        ------
        ValueError
            If the transformer or the classifier does not take the data.
        """
        # if this fit fails or is interrupted, nothing may pass for its result
        for name in ("classifier_", "transformer_"):
            vars(self).pop(name, None)
        y = self._check_y(y)
        transformer = fit_transformer(self.transformer, y)
        transformed = transform_target(transformer, y)
        self._warn_of_single_class(y, transformed)
        fit_params["sample_weight"] = sample_weight
        params = self._params_for("fit", transformer, fit_params)
        classifier = clone(self.classifier)
        data = {"X": X, "y": y}
        if sample_weight is not None:
            data["metadata"] = {"sample_weight": sample_weight}
        whole = callback_context(self, max_subtasks=1)
        whole.call_on_fit_task_begin(estimator=self, **data)
        part = whole.subcontext(task_name="fit-classifier")
        with part.propagate_callback_context(classifier):
            part.call_on_fit_task_begin(estimator=self, **data)
            classifier.fit(X, transformed, **params)
            part.call_on_fit_task_end(estimator=self, **data)
        self.classifier_, self.transformer_ = classifier, transformer
        whole.call_on_fit_task_end(estimator=self, **data, reconstruction_attributes={})
        return self

    @available_if(_classifier_has("partial_fit"))
    @fit_context(prefer_skip_nested_validation=False)
    def partial_fit(self, X, y, classes=None, **partial_fit_params):
        """Train the classifier a little more, on X and the transformed y.

        Parameters
        ----------
        X : array-like
            Whatever the classifier takes.
        y : array-like of shape (n_samples,)
            Raw labels.
        classes : array-like of shape (n_classes,), default=None
            All raw labels that will ever occur. Most classifiers need them in the first call,
            unless ``fit`` was called before. The first call also fits the transformer: on these
            labels, or on y without them.
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
            transformer = fit_transformer(self.transformer, y if classes is None else classes)
        params = self._params_for("partial_fit", transformer, partial_fit_params)
        if classes is not None:
            params["classes"] = np.unique(transform_target(transformer, classes))
        classifier.partial_fit(X, transform_target(transformer, y), **params)
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
                params[name] = transform_target(transformer, value)
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
            Transformed labels. All of them are in ``classes_``.
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
            With two classes it is usually a single column, positive for ``classes_[1]``.
        """
        check_is_fitted(self)
        return self.classifier_.decision_function(X)

    @available_if(_classifier_has("score"))
    def score(self, X, y, sample_weight=None, **score_params):
        """Transform y, and return the classifier's score, which is usually its accuracy.

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
            The result of ``classifier_.score`` for X and the transformed y.
        """
        check_is_fitted(self)
        score_params["sample_weight"] = sample_weight
        params = self._params_for("score", self.transformer_, score_params)
        y = self._transform_target(self._check_y(y))
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
        """Names of the features, if the classifier has seen names."""
        return self.classifier_.feature_names_in_

    def _layers(self):
        # it is called before a fit, too
        layers = getattr(getattr(self, "classifier_", None), "_layers", None)
        return None if layers is None else layers()

    def get_metadata_routing(self):
        """Return which metadata goes where.

        Returns
        -------
        routing : MetadataRouter
            From ``fit``, ``partial_fit`` and ``score`` to the classifier's methods of the same
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

    def _transform_target(self, y):
        """Return labels as the inner classifier has them."""
        return transform_target(self.transformer_, y)
