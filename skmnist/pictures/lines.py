"""Lines on a map of ink that are no strokes of digits: of ruled paper, underlines, frames."""

import numpy as np
from scipy import ndimage

_EVERYWHERE = np.ones((3, 3), bool)


def without_lines(mask):
    """Leave lines out, but not the strokes that cross them.

    Parameters
    ----------
    mask : ndarray of bool of shape (height, width)
        Where ink is.

    Returns
    -------
    mask : ndarray of bool of shape (height, width)
    """
    return _without_single_lines(_without_rules(mask))


# -- ruled and squared paper


def _without_rules(mask):
    """Remove lines from one border to the other, but not the strokes that cross them."""
    lines = [_rules(mask), _rules(mask.T).T]
    for line in lines:
        if line.any():
            mask = mask & ~line
    return mask


def _rules(mask):
    """Return the pixels of lines that begin near the left border and end near the right one."""
    height, width = mask.shape
    if min(height, width) < 40:
        return np.zeros_like(mask)
    found = np.zeros_like(mask)
    reach = max(1, round(0.05 * width))
    near = max(2, round(0.04 * width))  # a digit may be nearly as tall as its picture
    columns = np.arange(width)
    padded = np.pad(mask, [(reach, reach), (0, 0)])
    rows = np.arange(height)[:, None] + reach
    for drop in range(-reach, reach + 1, max(1, reach // 20)):
        sheared = padded[rows + np.rint(drop * (columns / width - 0.5)).astype(int), columns]
        hits = sheared.mean(axis=1) > 0.7
        hits &= sheared[:, :near].any(axis=1) & sheared[:, -near:].any(axis=1)
        if not hits.any():
            continue
        for place in np.flatnonzero(hits):
            line = place + np.rint(drop * (columns / width - 0.5)).astype(int)
            inside = (line >= 0) & (line < height)
            found[line[inside], columns[inside]] = True
    if not found.any():
        return found
    # of each column only runs that are as thin as the line
    found = ndimage.binary_dilation(found, np.ones((3, 1), bool)) & mask
    runs = _run_lengths(mask)
    thickness = np.median(runs[found])
    if thickness > 0.06 * min(height, width):
        return np.zeros_like(mask)
    thin = mask & (runs <= 1.6 * thickness + 1)
    return thin & ndimage.binary_dilation(found, np.ones((2 * int(thickness) + 3, 1), bool))


def _run_lengths(mask):
    """Return for each pixel how many pixels of ink hang together above and below it."""
    down = np.zeros(mask.shape, int)
    up = np.zeros(mask.shape, int)
    for row in range(len(mask)):
        down[row] = (down[row - 1] + 1 if row else 1) * mask[row]
        up[-row - 1] = (up[-row] + 1 if row else 1) * mask[-row - 1]
    return np.maximum(down + up - 1, 0)


# -- underlines and frames


def _without_single_lines(mask):
    """Leave out what is no digit, but larger than one: underlines, and the frames of tables."""
    labels, n_labels = ndimage.label(mask, _EVERYWHERE)
    if not 1 < n_labels < 200:
        return mask
    boxes = ndimage.find_objects(labels)
    tallest = max(_sides(box)[0] for box in boxes)
    lines = [
        label
        for label, box in enumerate(boxes, 1)
        if _is_underline(box, tallest) or _is_frame(labels[box] == label, box, boxes)
    ]
    return mask & ~np.isin(labels, lines) if lines else mask


def _is_underline(box, tallest):
    height, width = _sides(box)
    return height < 0.3 * tallest and width > 1.2 * tallest


def _is_frame(piece, box, boxes):
    """Tell whether a piece has ink in all of its corners, and other pieces inside."""
    rows, columns = (max(1, round(0.1 * side)) for side in piece.shape)
    corners = [piece[y, x] for y in _ends(rows) for x in _ends(columns)]
    return all(corner.any() for corner in corners) and any(
        _sides(other)[0] >= 0.1 * len(piece) and _is_inside(other, box) for other in boxes
    )


def _is_inside(box, outer):
    return all(
        edge.start < side.start and side.stop < edge.stop
        for side, edge in zip(box, outer, strict=True)
    )


def _sides(box):
    return tuple(side.stop - side.start for side in box)


def _ends(n):
    return slice(None, n), slice(-n, None)
