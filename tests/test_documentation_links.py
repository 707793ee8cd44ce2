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

ESTIMATORS = [
    MnistCNNClassifier(),
    MnistMLPClassifier(),
    NumpyMLPClassifier(),
    SquareDigitTransformer(),
    DigitNormalizer(),
    TransformedTargetClassifier(MnistCNNClassifier(), SquareDigitTransformer()),
]


SITE = "https://docs.example.org/"


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda estimator: type(estimator).__name__)
def test__html__with_a_site__links_to_the_estimators_page(estimator, monkeypatch):
    monkeypatch.setattr("skmnist._sklearn.DOCUMENTATION_URL", SITE)
    link = f"{SITE}generated/skmnist.{type(estimator).__name__}.html"
    assert f'href="{link}"' in estimator._repr_html_()


@pytest.mark.parametrize("estimator", ESTIMATORS[:-1], ids=lambda one: type(one).__name__)
def test__html__without_a_site__has_no_link(estimator, monkeypatch):
    monkeypatch.setattr("skmnist._sklearn.DOCUMENTATION_URL", "")
    assert "href=" not in estimator._repr_html_()


def test__html__of_a_users_subclass__has_no_link(monkeypatch):
    monkeypatch.setattr("skmnist._sklearn.DOCUMENTATION_URL", SITE)

    class Own(MnistCNNClassifier):
        pass

    assert SITE not in Own()._repr_html_()
