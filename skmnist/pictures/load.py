"""Pictures from files, as the arrays that a classifier was trained on."""

import numpy as np


def load_image(path, image_shape=(28, 28)):
    """Read a picture of a digit as a grey image with a dark background, as MNIST has it.

    A picture with a bright border (dark ink on paper) is inverted; transparent parts count
    as paper.

    Parameters
    ----------
    path : path-like
        A file of any format that Pillow reads.
    image_shape : tuple of int, default=(28, 28)
        Height and width that the picture must have, in pixels.

    Returns
    -------
    image : ndarray of shape (height, width), uint8
        0 is background, 255 is ink.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not a picture, is damaged, has 32 bits per pixel, or another size.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as file:
            picture = _to_rgba(file)
    except FileNotFoundError:
        raise
    except UnidentifiedImageError as error:
        raise ValueError(f"{path} is not a picture that can be read.") from error
    except OSError as error:
        raise ValueError(f"{path} is damaged, or cannot be read: {error}.") from error
    if picture is None:
        raise ValueError(f"{path} has 32 bits per pixel: save it with 8 or 16.")
    height, width = image_shape
    if picture.size != (width, height):
        raise ValueError(
            f"{path} is {picture.width}×{picture.height} pixels, but the model takes pictures of "
            f"{width}×{height}. Crop it to the digit and resize it."
        )
    paper = Image.new("RGBA", picture.size, "white")
    image = np.asarray(Image.alpha_composite(paper, picture).convert("L"))
    border = np.concatenate([image[0], image[-1], image[1:-1, 0], image[1:-1, -1]])
    return 255 - image if np.median(border) > 127 else image.copy()


def _to_rgba(file):
    """Return a picture with 8 bits per channel; None if nobody knows what its values mean."""
    from PIL import Image

    if file.mode in ("I", "F"):
        return None
    if file.mode.startswith("I;16"):
        # Pillow would clip to 255 what goes up to 65,535
        file = Image.fromarray((np.asarray(file) // 257).astype(np.uint8))
    return file.convert("RGBA")
