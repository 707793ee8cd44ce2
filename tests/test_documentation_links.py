"""The link in the HTML representation of an estimator."""

import pytest

from skmnist import (
    DigitNormalizer,
    MnistCNNClassifier,
    MnistMLPClassifier,
    NumpyMLPClassifier,
    SquareDigitTransformer,
    TransformedTargetClassifier,
)
from skmnist._sklearn import DOCUMENTATION_URL

ESTIMATORS = [
    MnistCNNClassifier(),
    MnistMLPClassifier(),
    NumpyMLPClassifier(),
    SquareDigitTransformer(),
    DigitNormalizer(),
    TransformedTargetClassifier(MnistCNNClassifier(), SquareDigitTransformer()),
]


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda estimator: type(estimator).__name__)
def test__html__links_to_our_documentation(estimator):
    name = type(estimator).__name__
    link = DOCUMENTATION_URL.format(estimator_name=name)
    assert link.startswith("https://skmnist.readthedocs.io/")
    assert link.endswith(f"/skmnist.{name}.html")
    assert f'href="{link}"' in estimator._repr_html_()


def test__html__of_a_users_subclass__has_no_link():
    class Own(MnistCNNClassifier):
        pass

    assert "readthedocs" not in Own()._repr_html_()
