"""scikit-learn's own checks, all of them, without a single expected failure."""

import pytest
from sklearn.utils.estimator_checks import (
    check_dataframe_column_names_consistency,
    check_inplace_ensure_writeable,
    check_param_validation,
    parametrize_with_checks,
)

from skmnist import DigitNormalizer, MnistCNNClassifier, MnistMLPClassifier, NumpyMLPClassifier

# Not compact: on two pixels it is at the edge of what check_class_weight_classifiers asks for, and
# the processor decides. tests/test_targets_sklearn_checks.py has it inside another estimator.
ESTIMATORS = {
    "fast": MnistCNNClassifier(),
    "mlp": MnistMLPClassifier(),
    "numpy_mlp": NumpyMLPClassifier(),
    "pictures": DigitNormalizer(),
}
WITH_OTHER_PARAMETERS = {
    "quick": MnistCNNClassifier.from_preset("quick"),
    "regularized": MnistCNNClassifier(dropout=0.1, l1=1e-5, l2=1e-3, class_weight="balanced"),
    "numpy_mlp_regularized": NumpyMLPClassifier(
        dropout=0.1, l1=1e-5, l2=1e-3, class_weight="balanced"
    ),
    "numpy_mlp_squared_error": NumpyMLPClassifier(
        loss="squared_error", optimizer="momentum", learning_rate=0.02
    ),
}


@pytest.mark.numerical
@parametrize_with_checks(list(ESTIMATORS.values()))
def test__sklearn_check(estimator, check):
    check(estimator)


@pytest.mark.slow
@pytest.mark.numerical
@parametrize_with_checks(list(WITH_OTHER_PARAMETERS.values()))
def test__sklearn_check__other_parameters(estimator, check):
    check(estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=ESTIMATORS)
@pytest.mark.parametrize(
    "check",
    [
        check_dataframe_column_names_consistency,
        check_inplace_ensure_writeable,
        check_param_validation,
    ],
)
def test__sklearn_check__not_yielded_by_parametrize(estimator, check):
    check(type(estimator).__name__, estimator)
