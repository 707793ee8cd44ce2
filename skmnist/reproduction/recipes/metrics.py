"""The metrics of a run: numbers that tell how well it did."""

from typing import NamedTuple


class Metric(NamedTuple):
    """What there is to know of a metric besides its value.

    Parameters
    ----------
    label : str
        What documents call it.
    split : {"train", "validation", "test", "watched"}
        The images that it is measured on. "watched" are those that the recipe watches.
    is_accuracy : bool
        Whether it is an accuracy. It is a loss otherwise.
    digits : int or None, default=4
        Decimal places that are published. None if publications print another unit, so that no
        digits can be compared.
    """

    label: str
    split: str
    is_accuracy: bool
    digits: int | None = 4


#: The metrics that publications report, by the names that results have for them.
METRICS = {
    "test_accuracy": Metric("test accuracy", "test", True),
    "best_test_accuracy": Metric("best epoch's test accuracy", "test", True),
    "validation_accuracy": Metric("validation accuracy", "validation", True),
    "train_accuracy": Metric("training accuracy", "train", True),
    "running_train_accuracy": Metric("training accuracy while training", "train", True),
    "lowest_train_loss": Metric("lowest training loss of an epoch", "train", False, digits=2),
    "test_loss": Metric("test loss", "test", False),
    "penalized_test_loss": Metric("test loss + penalty", "test", False),
    "validation_loss": Metric("validation loss", "validation", False),
    "penalized_validation_loss": Metric("validation loss + penalty", "validation", False),
    "test_error": Metric("test error (squared distance)", "test", False, digits=3),
    "train_error": Metric("training error (squared distance)", "train", False, digits=3),
    "running_train_error": Metric("training error while training", "train", False, digits=3),
    "printed_train_error": Metric("printed training error", "train", False, digits=3),
    "printed_train_accuracy": Metric("printed training accuracy", "train", True, digits=3),
    "printed_train_loss": Metric("printed training loss", "train", False, digits=3),
    "earlier_epochs": Metric("epochs before the published log", "train", False, digits=0),
    "log_difference": Metric("difference from the published log", "train", False),
    "counted_test_accuracy": Metric("hits of ten passes ÷ images", "test", True),
    "stale_test_accuracy": Metric("test accuracy of a constant output", "test", True),
}

#: The metrics that are read off a run's history.
OF_HISTORY = {"lowest_train_loss": lambda history: min(history["train_loss"])}

#: The columns of a run's history that publications report, by their names there.
COLUMNS = {
    "train_loss": Metric("training loss while training", "train", False, digits=None),
    "train_accuracy": Metric("training accuracy while training", "train", True),
    "valid_loss": Metric("loss of the watched images", "watched", False),
    "valid_accuracy": Metric("accuracy on the watched images", "watched", True),
}
