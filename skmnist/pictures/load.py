"""Pictures from files, as the arrays that a classifier was trained on."""

import contextlib
import os
import warnings

import numpy as np
from numpy.typing import NDArray

# Pillow knows more, and starts another program (Ghostscript) for some of them
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")


def load_image(
    path: str | os.PathLike[str], image_shape: tuple[int, int] = (28, 28)
) -> NDArray[np.uint8]:
    """Read a picture of a digit as a grey image with a dark background, as MNIST has it.

    A picture with a bright border (dark ink on paper) is inverted; transparent parts count
    as paper.

    Parameters
    ----------
    path : path-like
        A file in one of these formats, whatever its name is: PNG, JPEG, BMP, GIF (its first
        frame), TIFF, WebP, PNM (PBM, PGM, PPM).
    image_shape : tuple of int, default=(28, 28)
        Height and width that the picture must have, in pixels. A picture of another size is
        not decoded, so that a small file cannot fill the memory.

    Returns
    -------
    image : ndarray of shape (height, width), uint8
        0 is background, 255 is ink.

    Raises
    ------
    OSError
        If the file cannot be opened: ``FileNotFoundError``, ``IsADirectoryError`` or
        ``PermissionError``.
    ValueError
        If the file is not a picture in one of these formats, is damaged, has 32 bits per
        pixel, or another size.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from skmnist.pictures import load_image
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "digit.png"
    ...     Image.new("L", (28, 28), "white").save(path)
    ...     image = load_image(path)
    >>> image.shape, int(image.max())
    ((28, 28), 0)
    """
    from PIL import Image

    height, width = image_shape
    with open(path, "rb") as stream, contextlib.ExitStack() as stack:
        with _value_errors(path):
            file = stack.enter_context(Image.open(stream, formats=_FORMATS))
        if file.size != (width, height):
            raise ValueError(
                f"{path} is {file.width}×{file.height} pixels, but the model takes pictures of "
                f"{width}×{height}. Crop it to the digit and resize it."
            )
        if file.mode in ("I", "F"):  # nobody knows what its values mean
            raise ValueError(f"{path} has 32 bits per pixel: save it with 8 or 16.")
        with _value_errors(path):
            picture = _to_rgba(file)
    paper = Image.new("RGBA", picture.size, "white")
    image = np.asarray(Image.alpha_composite(paper, picture).convert("L"))
    border = np.concatenate([image[0], image[-1], image[1:-1, 0], image[1:-1, -1]])
    return 255 - image if np.median(border) > 127 else image.copy()


@contextlib.contextmanager
def _value_errors(path):
    """Turn whatever Pillow raises into a ValueError that names the file."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except UnidentifiedImageError as error:
        raise ValueError(
            f"{path} is not a picture that can be read. Save it as PNG, JPEG, BMP, GIF, TIFF, "
            "WebP or PNM."
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(f"{path} is far too large for a digit: {error}") from error
    except Exception as error:  # each format has its own
        raise ValueError(f"{path} is damaged, or cannot be read: {error}.") from error


def _to_rgba(file):
    """Return a picture with 8 bits per channel."""
    from PIL import Image

    if file.mode.startswith("I;16"):
        # Pillow would clip to 255 what goes up to 65,535
        file = Image.fromarray((np.asarray(file) // 257).astype(np.uint8))
    return file.convert("RGBA")
