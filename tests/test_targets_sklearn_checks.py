"""scikit-learn's own checks of what transforms targets."""

import warnings

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import BernoulliNB, GaussianNB
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks as checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from skmnist import MnistCNNClassifier
from skmnist.targets import SquareDigitTransformer, TransformedTargetClassifier

SQUARE = SquareDigitTransformer()

ESTIMATORS = [
    TransformedTargetClassifier(LogisticRegression()),
    TransformedTargetClassifier(BernoulliNB()),
    TransformedTargetClassifier(GaussianNB()),
    TransformedTargetClassifier(LogisticRegression(), FunctionTransformer()),
    TransformedTargetClassifier(
        MnistCNNClassifier(
            architecture="compact",
            max_epochs=12,
            learning_rate_schedule="constant",
            random_state=0,
        )
    ),
]


def _checks():
    with warnings.catch_warnings():
        # the transformer takes no X, so only the first check is for it
        warnings.filterwarnings("ignore", "Can't test estimator SquareDigitTransformer")
        return parametrize_with_checks([SQUARE, *ESTIMATORS])


@_checks()
def test__sklearn_check(estimator, check):
    check(estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS[:1])
@pytest.mark.parametrize(
    "check",
    [
        checks.check_dataframe_column_names_consistency,
        checks.check_param_validation,
        checks.check_inplace_ensure_writeable,
    ],
)
def test__sklearn_check__not_yielded_by_parametrize(estimator, check):
    check(type(estimator).__name__, estimator)


@pytest.mark.parametrize(
    "check",
    [
        checks.check_estimator_tags_renamed,
        checks.check_valid_tag_types,
        checks.check_estimator_repr,
        checks.check_no_attributes_set_in_init,
        checks.check_do_not_raise_errors_in_init_or_set_params,
        checks.check_mixin_order,
        checks.check_parameters_default_constructible,
        checks.check_get_params_invariance,
        checks.check_set_params,
    ],
)
def test__sklearn_check__that_needs_no_X__passes_for_transformer(check):
    check("SquareDigitTransformer", SquareDigitTransformer())
