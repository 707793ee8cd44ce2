"""MNIST: found on this machine or downloaded, and always verified."""

from skmnist.datasets.files import DatasetError
from skmnist.datasets.mnist import fetch_mnist, mnist_search_path, mnist_split, verify_mnist

__all__ = ["DatasetError", "fetch_mnist", "mnist_search_path", "mnist_split", "verify_mnist"]
