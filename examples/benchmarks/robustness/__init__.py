"""Accuracy on corrupted images, of this package and of what one would use otherwise."""
