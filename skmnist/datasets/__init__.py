"""MNIST: looked for on this machine, else downloaded; verified in any case."""

from skmnist.datasets.files import DatasetError
from skmnist.datasets.mnist import fetch_mnist, mnist_search_path, mnist_split, verify_mnist

__all__ = ["DatasetError", "fetch_mnist", "mnist_search_path", "mnist_split", "verify_mnist"]
