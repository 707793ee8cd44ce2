"""Lines beside digits and digits in lines: what is taken for a digit, and in which order."""

import numpy as np
import pytest

from skmnist.pictures import find_digits

HEIGHT, WIDTH = 300, 900


def page(*boxes, shape=(HEIGHT, WIDTH)):
    """Return dark boxes (top, bottom, left, right) on white."""
    picture = np.full(shape, 255, np.uint8)
    for top, bottom, left, right in boxes:
        picture[top:bottom, left:right] = 0
    return picture


def frame(top, bottom, left, right, width=4):
    return (
        (top, top + width, left, right),
        (bottom - width, bottom, left, right),
        (top, bottom, left, left + width),
        (top, bottom, right - width, right),
    )


def lefts(picture):
    """Return where digits begin, in their order."""
    return [digit.box[0] for digit in find_digits(picture)]


ONES = ((60, 160, 200, 215), (60, 160, 400, 415))


@pytest.mark.parametrize("shape", [(120, 300), (120, 110), (100, 500)])
def test__one__nearly_as_tall_as_its_picture__is_a_digit(shape):
    height, width = shape
    one = (round(0.1 * height), round(0.9 * height), width // 2, width // 2 + 8)
    assert len(find_digits(page(one, shape=shape))) == 1


def test__stem_and_bar__nearly_as_large_as_their_picture__stay():
    seven = page((10, 20, 20, 100), (10, 110, 92, 100), shape=(120, 120))
    [digit] = find_digits(seven)
    assert digit.n_ink == 10 * 80 + 90 * 8  # the bar is there


@pytest.mark.parametrize("line", [(175, 180, 150, 650), (175, 179, 150, 460), (20, 26, 190, 640)])
def test__line_above_or_below__two_digits_without_it(line):
    for with_line, alone in zip(
        find_digits(page(*ONES, line)), find_digits(page(*ONES)), strict=True
    ):
        np.testing.assert_allclose(with_line.image, alone.image, atol=3)


def test__frame__digits_inside_of_it_only():
    assert len(find_digits(page(*ONES, *frame(20, 200, 100, 500)))) == 2


def test__cells_of_a_table__a_digit_in_each():
    cells = (*frame(20, 200, 100, 300), *frame(20, 200, 296, 500))
    assert len(find_digits(page(*ONES, *cells))) == 2


def test__zero_with_a_dot_inside__stays_a_digit():
    rows, columns = np.ogrid[-100:100, -100:100]
    radius = np.hypot(rows, columns * 1.4)
    zero = np.where((np.abs(radius - 70) < 6) | (radius < 12), 0, 255).astype(np.uint8)
    assert len(find_digits(zero)) == 1


@pytest.mark.parametrize("rise", [7, -7, 0])
def test__line_that_rises_or_falls__from_left_to_right(rise):
    boxes = [(110 - rise * i, 170 - rise * i, 60 + 48 * i, 70 + 48 * i) for i in range(10)]
    found = lefts(page(*boxes, shape=(300, 600)))
    assert len(found) == 10
    assert found == sorted(found)


def test__two_lines_that_rise__one_after_the_other():
    first = [(110 - 7 * i, 170 - 7 * i, 60 + 48 * i, 70 + 48 * i) for i in range(10)]
    second = [(top + 100, bottom + 100, left, right) for top, bottom, left, right in first]
    found = lefts(page(*first, *second, shape=(400, 600)))
    assert found[:10] == found[10:] == sorted(found[:10])
