"""Any picture of digits, as rows that a classifier was trained on."""

from skmnist.pictures.find import Digit, find_digits, load_image
from skmnist.pictures.normalize import DigitNormalizer

__all__ = ["Digit", "DigitNormalizer", "find_digits", "load_image"]
