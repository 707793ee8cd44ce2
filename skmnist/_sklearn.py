"""All that is private in scikit-learn and relied on: nothing else of it is used elsewhere.

An upgrade of scikit-learn is the work of this file; a test fails by name for what has gone.
Nothing private of skorch is used.
"""

import html
from numbers import Integral

# The declaration of which values a parameter may have: `_parameter_constraints`, read by
# `_fit_context` and `_validate_params`. scikit-learn documents it for its own developers only,
# but its estimator checks expect error messages of just this form.
from sklearn.base import _fit_context as fit_context

# Part of an array, a sparse matrix or any data frame, by a slice of its rows.
from sklearn.utils import _safe_indexing as safe_indexing
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions, validate_params

# Checks the shape and the values of `sample_weight`, with the messages that users know.
from sklearn.utils.validation import _check_sample_weight as check_sample_weight

__all__ = [
    "STORABLE_TYPES",
    "DocumentedMixin",
    "HasMethods",
    "Interval",
    "ShownNetworkMixin",
    "StrOptions",
    "WeightedScorerMixin",
    "callback_context",
    "check_parameters",
    "check_sample_weight",
    "fit_context",
    "safe_indexing",
    "validate_params",
    "written_values",
]

#: What searches, calibration and their scorers are made of, as they are saved with a model.
#: None of these types runs anything when it is restored.
STORABLE_TYPES = frozenset(
    {
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.calibration._TemperatureScaling",
        "sklearn.metrics._scorer._CurveScorer",
        "sklearn.metrics._scorer._PassthroughScorer",
        "sklearn.metrics._scorer._Scorer",
        "sklearn.utils._bunch.Bunch",
        "sklearn.utils._metadata_requests.MetadataRequest",
        "sklearn.utils._metadata_requests.MethodMetadataRequest",
    }
    | {
        f"sklearn.model_selection._split.{name}"
        for name in (
            *("GroupKFold", "GroupShuffleSplit", "KFold", "LeaveOneGroupOut", "LeaveOneOut"),
            *("LeavePGroupsOut", "LeavePOut", "PredefinedSplit", "RepeatedKFold"),
            *("RepeatedStratifiedKFold", "ShuffleSplit", "StratifiedGroupKFold"),
            *("StratifiedKFold", "StratifiedShuffleSplit"),
        )
    }
    | {
        f"sklearn.metrics._classification.{name}"
        for name in (
            *("accuracy_score", "balanced_accuracy_score", "brier_score_loss", "f1_score"),
            *("jaccard_score", "log_loss", "matthews_corrcoef", "precision_score"),
            "recall_score",
        )
    }
    | {
        f"sklearn.metrics._ranking.{name}"
        for name in ("average_precision_score", "roc_auc_score", "top_k_accuracy_score")
    }
)


class WeightedScorerMixin:
    """A scorer that says whether it takes weights, in its attribute ``accepts_weights``.

    A search over several metrics asks each scorer so if ``fit`` is given weights. Of a single
    scorer it reads the signature, so a plain function will do there, but not here.
    """

    def _accept_sample_weight(self):
        return self.accepts_weights


#: The address of the documentation site, with a slash at its end. Empty: there is none yet.
DOCUMENTATION_URL = ""

#: Where the site has the page of an estimator.
ESTIMATOR_PAGE = "generated/skmnist.{estimator_name}.html"


class DocumentedMixin:
    """An estimator whose HTML representation links to this package's documentation site."""

    _doc_link_module = "skmnist"

    @property
    def _doc_link_template(self):
        # scikit-learn takes an empty text for no link
        return DOCUMENTATION_URL and DOCUMENTATION_URL + ESTIMATOR_PAGE


class ShownNetworkMixin:
    """An estimator whose HTML representation shows the layers of its network, if it is fitted.

    Parameters and fitted attributes are scikit-learn's work. Subclasses have ``_layers()``, which
    returns name, output shape and number of parameters of each layer, or None if they are not
    known. It is called before a fit too: scikit-learn shows all that is inside a fitted estimator
    as fitted, also its parameters, which are not.
    """

    def _get_fitted_attr_html(self, doc_link=""):
        attributes = super()._get_fitted_attr_html(doc_link)
        layers = self._layers()
        if layers is not None:
            shown = attributes._repr_html_inner()
            attributes._html_repr = lambda: shown + _layers_html(layers)
        return attributes


def _layers_html(layers):
    """Return a table of layers that looks like scikit-learn's table of parameters."""
    cells = ["<tr><th>Layer</th><th>Output shape</th><th>Parameters</th></tr>"]
    for name, shape, n_parameters in layers:
        size = " × ".join(map(str, shape))
        cells.append(
            f'<tr class="default"><td class="param">{html.escape(name)}</td>'
            f"<td>{size}</td><td>{n_parameters:,}</td></tr>"
        )
    total = sum(n_parameters for _, _, n_parameters in layers)
    return (
        '<div class="estimator-table"><details>'
        f"<summary>Network: {len(layers)} layers, {total:,} parameters</summary>"
        f'<table class="parameters-table"><tbody>{"".join(cells)}</tbody></table></details></div>'
    )


def callback_context(estimator, **kwargs):
    """Return the context in which callbacks are told of a fit, and set them up.

    The method's name is private, but scikit-learn documents it for estimators that support
    callbacks.
    """
    return estimator._init_callback_context(**kwargs)


def check_parameters(estimator):
    """Raise the error that ``fit`` would raise if a parameter has a value that is not allowed."""
    estimator._validate_params()


def written_values(estimator, parameter):
    """Return how the values that a parameter may have are written as text.

    Parameters
    ----------
    estimator : estimator, or its class
    parameter : str

    Returns
    -------
    forms : list of str
        Words as they are, "N" for whole numbers, "X" for others, "X,X,..." for a sequence, "NAME"
        for any text and "none" for None. What cannot be written, such as a function, is not in it.
    """
    forms = []
    for constraint in estimator._parameter_constraints[parameter]:
        if isinstance(constraint, StrOptions):
            forms += sorted(constraint.options)
        elif isinstance(constraint, Interval):
            forms.append("N" if constraint.type is Integral else "X")
        elif constraint in (tuple, list, "array-like"):
            forms.append("X,X,...")
        elif constraint == "random_state":
            forms += ["N", "none"]
        elif constraint in (str, None):
            forms.append("NAME" if constraint is str else "none")
    return list(dict.fromkeys(forms))
