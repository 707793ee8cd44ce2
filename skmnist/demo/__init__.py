"""A fitted classifier as a page to draw on: one HTML file, and the browser does the rest.

The network becomes a list of layers with plain numbers (`layers.py`). JavaScript in the folder
``page`` computes what they do.
"""

from skmnist.demo.write import write_demo

__all__ = ["write_demo"]
