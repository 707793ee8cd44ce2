"""Any picture (a file, a Pillow image, an array) as the same kind of array."""

import contextlib
import os
import warnings

import numpy as np

from skmnist._warnings import own_filters

#: The most pixels that a picture may have. Decoded, one has up to four bytes: 260 MB.
MAX_PIXELS = 64_000_000

# Pillow knows more, and starts another program (Ghostscript) for some of them
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")

# digits of a larger picture are found as well in a smaller copy, and faster
_WORKING_SIDE = 1200

# the share of a picture's box that ink leaves free, and a sheet of paper does not
_SHEET_SHARE = 0.6


def read_picture(picture):
    """Return a picture as an array of opaque pixels.

    Parameters
    ----------
    picture : path-like, PIL.Image.Image or array
        A file in one of these formats, whatever its name is: PNG, JPEG, BMP, GIF (its first
        frame), TIFF, WebP, PNM (PBM, PGM, PPM). An array has the shape (height, width), or
        (height, width, channels) with 1 to 4 channels: grey, grey and alpha, RGB, RGB and alpha.

    Returns
    -------
    pixels : ndarray of shape (height, width, 1 or 3), float32
        From 0 to 1: whole numbers are divided by the largest number of as many bits as the
        picture uses, so that 12 bits in 16 are 12 bits. A large picture is reduced, so that its
        longer side has at most 1,200 pixels. Transparency is resolved; see `_without_alpha`.

    Raises
    ------
    OSError
        If a file cannot be opened: ``FileNotFoundError``, ``IsADirectoryError`` or
        ``PermissionError``.
    ValueError
        If a file is not a picture in one of these formats, is damaged, or has more than 50
        million pixels (found out before it is decoded), or if an array has another shape, or
        holds anything but finite real numbers.
    TypeError
        If it is something else.
    """
    from PIL import Image

    if isinstance(picture, str | os.PathLike):
        return _read_file(picture)
    if isinstance(picture, Image.Image):
        _check_size("The picture", picture)
        with _value_errors("The picture"):
            return _finished(_decoded(picture))
    if isinstance(picture, np.ndarray):
        return _finished(_checked_array(picture))
    raise TypeError(
        "A picture must be a path, a PIL image or an array, "
        f"but one is of type {type(picture).__name__}."
    )


def _read_file(path):
    from PIL import Image

    with open(path, "rb") as stream, contextlib.ExitStack() as stack:
        with _value_errors(path):
            file = stack.enter_context(Image.open(stream, formats=_FORMATS))
        _check_size(path, file)
        with _value_errors(path):
            # a JPEG file need not be decoded to more pixels than are kept
            file.draft(None, (_WORKING_SIDE, _WORKING_SIDE))
            return _finished(_decoded(file))


def _check_size(name, image):
    if image.width * image.height > MAX_PIXELS:
        raise ValueError(
            f"{name} is {image.width}×{image.height} pixels: more than {MAX_PIXELS:,} are not "
            "read. Crop it to the digits, or make it smaller."
        )


@contextlib.contextmanager
def _value_errors(name):
    """Turn whatever Pillow raises into a ValueError that names the picture."""
    from PIL import Image, UnidentifiedImageError

    try:
        with own_filters():
            # what Pillow has to say of odd metadata does not help anybody here
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except UnidentifiedImageError as error:
        raise ValueError(
            f"{name} is not a picture that can be read. Save it as PNG, JPEG, BMP, GIF, TIFF, "
            "WebP or PNM."
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(f"{name} has far too many pixels: {error}") from error
    except Exception as error:  # each format has its own
        raise ValueError(f"{name} is damaged, or cannot be read: {error}.") from error


def _decoded(image):
    """Return the pixels of a Pillow image, turned as its EXIF data say, with all channels."""
    image.load()
    orientation = image.getexif().get(_ORIENTATION, 1)
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        array = np.asarray(image)
    else:
        # strips, because colours take four times as much memory as a palette's numbers
        factor = _factor(image.size)
        height = factor * max(1, 1_000_000 // image.width // factor)
        array = np.concatenate(
            [
                np.asarray(
                    _with_channels(image.crop((0, top, image.width, bottom))).reduce(factor)
                )
                for top in range(0, image.height, height)
                for bottom in [min(top + height, image.height)]
            ]
        )
    return _checked_array(_TURNS.get(orientation, _TURNS[1])(array))


def _with_channels(image):
    """Return a picture of bytes, one for each channel."""
    has_alpha = "transparency" in image.info or image.mode in ("PA", "La", "RGBa")
    if image.mode in ("1", "L"):
        return image.convert("LA" if has_alpha else "L")
    if image.mode in ("LA", "RGBA"):
        return image
    return image.convert("RGBA" if has_alpha else "RGB")


# the EXIF tag, and what each of its values asks for
_ORIENTATION = 0x0112
_TURNS = {
    1: lambda array: array,
    2: lambda array: array[:, ::-1],
    3: lambda array: array[::-1, ::-1],
    4: lambda array: array[::-1],
    5: lambda array: array.swapaxes(0, 1),
    6: lambda array: np.rot90(array, -1),
    7: lambda array: array[::-1, ::-1].swapaxes(0, 1),
    8: np.rot90,
}


def _factor(size):
    return max(1, -(-max(size) // _WORKING_SIDE))


def _checked_array(array):
    """Return an array of three dimensions, with one to four channels of real numbers."""
    if array.dtype.kind not in "buif":
        raise ValueError(f"A picture must hold real numbers, got an array of {array.dtype}.")
    array = array[..., None] if array.ndim == 2 else array
    if array.ndim != 3 or not 1 <= array.shape[2] <= 4 or 0 in array.shape:
        raise ValueError(
            "A picture must have the shape (height, width) or (height, width, channels) with 1 "
            f"to 4 channels, got {array.shape}."
        )
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError("A picture must hold finite numbers, but there is NaN or infinity.")
    return array


def _finished(array):
    """Return an array of pixels as `read_picture` does."""
    if array.shape[2] not in (2, 4):
        return _scaled(array)
    return _without_alpha(_scaled(array[..., :-1]), _scaled(array[..., -1:]))


def _scaled(values):
    """Return numbers from 0 to 1, and means of blocks if there are many; see `read_picture`."""
    low, high = _range(values)
    # halves, because the difference of two numbers may be too large for a float
    width = (high / 2 - low / 2) or 1.0
    factor = _factor(values.shape[:2])
    # strips, because floats take eight times as much memory as bytes
    height = factor * max(1, 100_000 // values.shape[1] // factor)
    strips = [
        _reduced(((strip / 2.0 - low / 2) / width).astype(np.float32), factor)
        for strip in np.split(values, range(height, len(values), height))
    ]
    return np.concatenate(strips)


def _range(values):
    """Return the numbers that become 0 and 1."""
    low, high = float(values.min()), float(values.max())
    if low < 0:
        return low, high
    if values.dtype.kind == "f":
        return 0.0, max(high, 1.0)
    return 0.0, float((1 << int(high).bit_length()) - 1)


def _reduced(values, factor):
    """Return the means of blocks, channel by channel."""
    from PIL import Image

    if factor == 1:
        return values
    channels = [
        np.asarray(Image.fromarray(np.ascontiguousarray(values[..., channel])).reduce(factor))
        for channel in range(values.shape[2])
    ]
    return np.stack(channels, axis=-1)


def _without_alpha(colours, alpha):
    """Return an opaque picture.

    Ink of one colour on a transparent ground is drawn dark on white, whatever its colour is:
    its shape is that of the alpha channel. A sheet of paper with ink on it is put on a ground of
    the paper's own colour.
    """
    if alpha.min() > 0.98 or alpha.max() - alpha.min() < 0.05:
        return colours
    opaque = alpha[..., 0] > 0.5 * alpha.max()
    rows, columns = (np.flatnonzero(opaque.any(axis=axis)) for axis in (1, 0))
    box = opaque[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    solid = colours[opaque]
    paper = np.median(solid, axis=0)
    is_sheet = box.mean() > _SHEET_SHARE and np.abs(solid - paper).max() > 0.2
    if is_sheet:
        return colours * alpha + paper * (1 - alpha)
    return 1 - alpha / alpha.max()
