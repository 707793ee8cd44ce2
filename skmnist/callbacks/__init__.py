"""What ``callbacks=`` takes, besides any callback of skorch."""

from skmnist.callbacks.backup import BackupAndRestore
from skmnist.callbacks.progress import ProgressBar
from skmnist.callbacks.stop import StopTraining

__all__ = ["BackupAndRestore", "ProgressBar", "StopTraining"]
