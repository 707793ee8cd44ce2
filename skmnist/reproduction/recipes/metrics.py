"""The metrics of a run: numbers that tell how well it did."""

from typing import NamedTuple


class Metric(NamedTuple):
    """What there is to know of a metric besides its value.

    Parameters
    ----------
    label : str
        What documents call it.
    split : {"train", "validation", "test"}
        The images that it is measured on.
    is_accuracy : bool
        Whether it is an accuracy. It is a loss otherwise.
    """

    label: str
    split: str
    is_accuracy: bool


#: The metrics that publications report, by the names that results have for them.
METRICS = {
    "test_accuracy": Metric("test accuracy", "test", True),
    "best_test_accuracy": Metric("best epoch's test accuracy", "test", True),
    "validation_accuracy": Metric("validation accuracy", "validation", True),
    "train_accuracy": Metric("training accuracy", "train", True),
    "running_train_accuracy": Metric("training accuracy while training", "train", True),
    "test_loss": Metric("test loss", "test", False),
    "penalized_test_loss": Metric("test loss + penalty", "test", False),
    "validation_loss": Metric("validation loss", "validation", False),
    "penalized_validation_loss": Metric("validation loss + penalty", "validation", False),
}
