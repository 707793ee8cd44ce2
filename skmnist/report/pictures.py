"""Images of digits as pictures in a page."""

import base64
import io

import numpy as np
from PIL import Image


def data_uri(image):
    """Return an image as a PNG file in a URI: ink is dark, as on paper.

    Parameters
    ----------
    image : ndarray of shape (height, width)
        On any scale; its smallest value is white, its largest black.

    Returns
    -------
    uri : str
    """
    image = np.nan_to_num(np.asarray(image, dtype=np.float64))
    low, high = float(image.min()), float(image.max())
    grey = 255 * (1 - (image - low) / ((high - low) or 1.0))
    stream = io.BytesIO()
    Image.fromarray(np.rint(grey).astype(np.uint8)).save(stream, format="PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"
