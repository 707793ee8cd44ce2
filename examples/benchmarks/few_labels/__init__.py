"""Accuracy with few labelled images, of this package and of what one would use otherwise."""
