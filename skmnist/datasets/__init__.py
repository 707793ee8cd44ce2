"""MNIST, found on this machine or downloaded and always verified; and images in CSV files."""

from skmnist.datasets.csv_file import load_csv
from skmnist.datasets.files import DatasetError
from skmnist.datasets.mnist import fetch_mnist, mnist_search_path, mnist_split, verify_mnist

__all__ = [
    "DatasetError",
    "fetch_mnist",
    "load_csv",
    "mnist_search_path",
    "mnist_split",
    "verify_mnist",
]
