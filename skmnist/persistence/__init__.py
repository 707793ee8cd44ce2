"""Saving a fitted estimator to one file, and loading it without running what is in it."""

from skmnist.persistence.models import load_model, save_model

__all__ = ["load_model", "save_model"]
