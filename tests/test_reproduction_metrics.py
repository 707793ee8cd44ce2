"""Metrics and times as text."""

import pytest

from skmnist.reproduction.documents.metrics import format_metric, format_seconds


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("test_accuracy", 0.99314), "99.31"),
        (("test_accuracy", 0.99314, 0.00046), "99.31 ± 0.05"),
        (("test_loss", 0.10094, 0.002), "0.1009 ± 0.0020"),
        (("test_loss", 0.000133333), "0.000133"),
        (("test_loss", 125.74), "125.7400"),
        (("test_loss", 0.0), "0.0000"),
        (("test_loss", None, None), "–"),
    ],
)
def test__format_metric(arguments, text):
    assert format_metric(*arguments) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(8.2, "8 s"), (89, "89 s"), (1500, "25 min"), (9000, "2.5 h")]
)
def test__format_seconds__unit_that_suits(seconds, text):
    assert format_seconds(seconds) == text
