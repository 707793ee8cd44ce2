"""The digits on a map of ink: found, put together from their pieces, and ordered."""

import numpy as np
from scipy import ndimage

from skmnist.pictures.lines import without_lines

# a digit has ink of at least this strength somewhere, and what belongs to it at least the second
_STRONG, _WEAK = 0.5, 0.25

# what is smaller than this share of the largest digit's height is a speck, or a piece of one
_SPECK = 0.4

# more than this is no picture of digits
_MOST_DIGITS = 200

_EVERYWHERE = np.ones((3, 3), bool)


def separate_digits(ink, noise):
    """Find the digits of a map of ink.

    Parameters
    ----------
    ink : ndarray of shape (height, width)
        0 for paper, about 1 for ink.
    noise : float
        The standard deviation of the paper.

    Returns
    -------
    masks : list of pair of (slices, ndarray of bool)
        For each digit its box in the map, and which pixels of the box are its ink. From left to
        right, and line by line from the top.
    """
    mask = _ink_mask(ink, noise)
    mask = without_lines(mask)
    labels, n_labels = _bridged(mask)
    if not n_labels:
        return []
    boxes = [_Box(label, part) for label, part in enumerate(ndimage.find_objects(labels), 1)]
    groups = _grouped(boxes, ink.shape)
    parts = []
    for group in groups:
        parts += _divided(*_cut_out(labels, group))
    if len(parts) > 1:
        tallest = max(_height(part) for part in parts)
        parts = [part for part in parts if _height(part) >= _SPECK * tallest]
        # what is pale all over, beside a digit, is the edge of a shadow
        parts = [part for part in parts if np.quantile(ink[part[0]][part[1]], 0.95) >= _STRONG]
    return _in_reading_order(parts)[:_MOST_DIGITS]


class _Box:
    """A piece of ink that hangs together: its label, and where it is."""

    def __init__(self, label, slices):
        self.labels = [label]
        self.top, self.bottom = slices[0].start, slices[0].stop
        self.left, self.right = slices[1].start, slices[1].stop

    height = property(lambda self: self.bottom - self.top)
    width = property(lambda self: self.right - self.left)
    extent = property(lambda self: max(self.height, self.width))

    def take_over(self, other):
        self.labels += other.labels
        self.top, self.bottom = min(self.top, other.top), max(self.bottom, other.bottom)
        self.left, self.right = min(self.left, other.left), max(self.right, other.right)


def _ink_mask(ink, noise):
    """Return where ink is: weak ink only if it hangs together with strong ink."""
    weak = ink > max(_WEAK, min(4 * noise, 0.45))
    labels, _ = ndimage.label(weak, _EVERYWHERE)
    strong = np.unique(labels[ink > max(_STRONG, min(6 * noise, 0.6))])
    return np.isin(labels, strong[strong > 0])


def _bridged(mask):
    """Return a label for each piece of ink; a gap that is short beside the piece is none."""
    labels, n_labels = ndimage.label(mask, _EVERYWHERE)
    if not 1 < n_labels < 200:
        return labels, n_labels
    extents = [max(part.stop - part.start for part in box) for box in ndimage.find_objects(labels)]
    reach = round(0.025 * min(max(extents), 0.7 * max(mask.shape)))
    if reach:
        wide = ndimage.binary_dilation(mask, _EVERYWHERE, iterations=reach)
        labels, n_labels = ndimage.label(wide, _EVERYWHERE)
        labels = labels * mask
    return labels, n_labels


def _grouped(boxes, shape):
    """Return the boxes of digits, each put together from its pieces."""
    least = max(2, 0.02 * max(shape))
    boxes = [box for box in boxes if box.extent >= least] or boxes
    if len(boxes) > 4000:
        return []
    largest = max(box.extent for box in boxes)
    # dust, and the full stop after a number
    boxes = [
        box
        for box in boxes
        if box.extent >= (0.5 if _is_at_border(box, shape) else 0.12) * largest
    ]
    boxes.sort(key=lambda box: -box.extent)
    tallest = max(box.height for box in boxes)
    groups = []
    for box in boxes:
        near = [group for group in groups if _belongs(box, group, tallest)]
        if near:
            min(near, key=lambda group: _distance(box, group)).take_over(box)
        else:
            groups.append(box)
    return groups


def _is_at_border(box, shape, margin=3):
    """Tell whether a box is at the border: what is small there is an edge of something else."""
    return (
        min(box.top, box.left) <= margin
        or box.bottom >= shape[0] - margin
        or box.right >= shape[1] - margin
    )


def _belongs(piece, digit, tallest):
    """Tell whether a piece is part of a digit: the bar of a 5, or a stroke that is broken.

    ``tallest`` is the height of the tallest piece in the picture.
    """
    tall = max(digit.height, 0.5 * digit.width)
    overlap = min(piece.right, digit.right) - max(piece.left, digit.left)
    gap_y = max(piece.top, digit.top) - min(piece.bottom, digit.bottom)
    if overlap >= 0.5 * min(piece.width, digit.width):
        # above or below: two digits below each other are about as tall as each other, and together
        # taller than any digit beside them
        joined = max(piece.bottom, digit.bottom) - min(piece.top, digit.top)
        small = (
            piece.height < 0.6 * digit.height
            or joined < 1.25 * max(digit.width, digit.height)
            or joined < 1.1 * tallest
        )
        return gap_y < (0.2 if small else 0.06) * tall
    # beside: only the small pieces, and only if they nearly touch
    return -overlap < 0.12 * tall and gap_y < 0.12 * tall and piece.height < 0.45 * digit.height


def _distance(piece, digit):
    across = max(piece.left, digit.left) - min(piece.right, digit.right)
    down = max(piece.top, digit.top) - min(piece.bottom, digit.bottom)
    return max(across, 0) + max(down, 0)


def _cut_out(labels, box):
    slices = slice(box.top, box.bottom), slice(box.left, box.right)
    return slices, np.isin(labels[slices], box.labels)


def _height(part):
    return part[1].shape[0]


# -- digits that touch


def _divided(slices, mask):
    """Return the parts of a piece of ink that is too wide for a digit, or the piece itself.

    It is cut where there is least ink across, if that is little, and if both parts are as tall
    as a digit.
    """
    height, width = mask.shape
    if width < 1.5 * height:
        return [(slices, mask)]
    stroke = stroke_width(mask)
    if 1.8 * stroke > 0.7 * height:  # a bar is no row of digits
        return [(slices, mask)]
    across = ndimage.uniform_filter1d(mask.sum(axis=0).astype(float), max(1, height // 20))
    near, far = round(0.3 * height), width - round(0.3 * height)
    for column in near + np.argsort(across[near:far], kind="stable"):
        if across[column] > 1.8 * stroke:
            break
        halves = [_tight(slices, mask, 0, column), _tight(slices, mask, column, width)]
        if all(_height(half) > 0.7 * height for half in halves):
            return _divided(*halves[0]) + _divided(*halves[1])
    return [(slices, mask)]


def _tight(slices, mask, start, stop):
    """Return some columns of a mask, cut to the ink that they hold."""
    part = mask[:, start:stop]
    rows, columns = (np.flatnonzero(part.any(axis=axis)) for axis in (1, 0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    place = (
        slice(slices[0].start + top, slices[0].start + bottom),
        slice(slices[1].start + start + left, slices[1].start + start + right),
    )
    return place, part[top:bottom, left:right]


def stroke_width(mask):
    """Return how wide the strokes are, from the distances to the paper in their middle."""
    distance = ndimage.distance_transform_edt(np.pad(mask, 1))
    ridge = (distance == ndimage.maximum_filter(distance, 3)) & (distance > 0)
    return 2 * float(np.median(distance[ridge])) - 0.5 if ridge.any() else 1.0


# -- order


def _in_reading_order(parts):
    """Order parts by lines from the top, and in a line from left to right.

    A line may rise or fall: a digit belongs to the line whose last digit is at its height.
    """
    lines = []
    for part in sorted(parts, key=lambda part: part[0][1].start):
        beside = [line for line in lines if _is_beside(part, line[-1])]
        if beside:
            max(beside, key=lambda line: _shared_height(part, line[-1])).append(part)
        else:
            lines.append([part])
    lines.sort(key=lambda line: np.mean([rows.start + rows.stop for (rows, _), _ in line]))
    return [part for line in lines for part in line]


def _is_beside(part, other):
    return _shared_height(part, other) >= 0.5 * min(_height(part), _height(other))


def _shared_height(part, other):
    (rows, _), (others, _) = part[0], other[0]
    return min(rows.stop, others.stop) - max(rows.start, others.start)
