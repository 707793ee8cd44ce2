"""Any picture of digits, as rows that a classifier was trained on."""

from skmnist.pictures.find import Digit, find_digits, load_image

__all__ = ["Digit", "find_digits", "load_image"]
