"""Pictures of digits from files, as rows that a classifier was trained on."""

from skmnist.pictures.load import load_image

__all__ = ["load_image"]
