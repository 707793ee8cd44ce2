"""Pictures of digits as people have them, made from MNIST's digits: a function for each kind."""

import io

import numpy as np
from PIL import Image
from scipy import ndimage

#: What a kind's function is called with: a digit of MNIST, and a generator.
KINDS = {}


def kind(function):
    KINDS[function.__name__.replace("_", " ")] = function
    return function


# -- ink


def strokes(digit, height, sharp=True):
    """Return a digit of MNIST as if drawn with a pen: 0 for paper, 1 for ink."""
    rows, columns = (np.flatnonzero(digit.any(axis=axis)) for axis in (1, 0))
    part = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / 255
    part = np.pad(part, 1)
    zoomed = ndimage.zoom(part, height / part.shape[0], order=3, mode="constant")
    if not sharp:
        return np.clip(zoomed, 0, 1)
    steep = height / part.shape[0]  # an edge of a pixel or so
    return 1 / (1 + np.exp(-np.clip((zoomed - 0.45) * 4 * steep, -30, 30)))


def page(shape, *placed):
    """Return a page with ink on it, each at its (top, left)."""
    ink = np.zeros(shape)
    for (top, left), part in placed:
        target = ink[top : top + part.shape[0], left : left + part.shape[1]]
        np.maximum(target, part[: target.shape[0], : target.shape[1]], out=target)
    return ink


def in_the_middle(digit, side=200, height=120):
    part = strokes(digit, height)
    top, left = (side - part.shape[0]) // 2, (side - part.shape[1]) // 2
    return page((side, side), ((top, max(left, 0)), part))


def painted(ink, paper, colour, light=1.0):
    """Return ink of one colour on paper of another, as an RGB picture."""
    paper, colour = np.array(paper, float), np.array(colour, float)
    rgb = paper + ink[..., None] * (colour - paper)
    rgb = rgb * (light if np.isscalar(light) else light[..., None])
    return Image.fromarray(np.clip(np.rint(rgb), 0, 255).astype(np.uint8))


def grey(ink, paper, colour, light=1.0):
    return painted(ink, [paper] * 3, [colour] * 3, light).convert("L")


# -- the kinds


@kind
def dark_on_white(digit, rng):
    return grey(in_the_middle(digit), 255, 20)


@kind
def light_on_dark(digit, rng):
    return grey(in_the_middle(digit), 15, 235)


@kind
def grey_paper(digit, rng):
    return grey(in_the_middle(digit), rng.choice([240, 230, 220, 180]), rng.integers(0, 70))


@kind
def pencil(digit, rng):
    ink = in_the_middle(digit)
    return grey(ink * rng.uniform(0.7, 1, ink.shape), 235, 150)


@kind
def grey_paper_of_mnists_size(digit, rng):
    # ink as MNIST has it
    return grey(digit / 255, rng.choice([240, 230, 220, 180]), 0)


@kind
def red_on_green(digit, rng):
    return painted(in_the_middle(digit), (40, 150, 60), (220, 62, 60))


@kind
def blue_on_white(digit, rng):
    return painted(in_the_middle(digit), (250, 250, 245), (60, 70, 200))


@kind
def yellow_on_black(digit, rng):
    return painted(in_the_middle(digit), (0, 0, 0), (240, 230, 40))


@kind
def two_colours_on_white(digit, rng):
    ink = in_the_middle(digit)
    top = painted(ink, (255, 255, 255), (200, 40, 40))
    bottom = painted(ink, (255, 255, 255), (40, 60, 200))
    top.paste(bottom.crop((0, 100, 200, 200)), (0, 100))
    return top


def _transparent(ink, colour):
    rgba = np.zeros((*ink.shape, 4), np.uint8)
    rgba[..., :3] = colour
    rgba[..., 3] = np.rint(255 * ink)
    return Image.fromarray(rgba)


@kind
def white_on_transparent(digit, rng):
    return _transparent(in_the_middle(digit), (255, 255, 255))


@kind
def black_on_transparent(digit, rng):
    return _transparent(in_the_middle(digit), (0, 0, 0))


@kind
def sheet_with_transparent_corners(digit, rng):
    picture = grey(in_the_middle(digit), 250, 30).convert("RGBA")
    y, x = np.mgrid[:200, :200]
    picture.putalpha(Image.fromarray((np.hypot(x - 99.5, y - 99.5) < 125).astype(np.uint8) * 255))
    return picture


@kind
def exif_orientation(digit, rng):
    turned = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    orientation = int(rng.integers(1, 9))
    picture = grey(in_the_middle(digit), 245, 30)
    if turned[orientation] is not None:
        picture = picture.transpose(turned[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    return _saved(picture, "jpeg", exif=exif)


@kind
def sixteen_bits(digit, rng):
    ink = in_the_middle(digit)
    return Image.fromarray((60000 - 50000 * ink).astype(np.uint16))


@kind
def twelve_bits_in_sixteen(digit, rng):
    ink = in_the_middle(digit)
    noise = rng.normal(0, 30, ink.shape)
    return Image.fromarray(np.clip(3600 - 3000 * ink + noise, 0, 4095).astype(np.uint16))


def _xy(shape):
    y, x = np.mgrid[: shape[0], : shape[1]]
    return x / shape[1], y / shape[0]


@kind
def gradient_of_light(digit, rng):
    ink = in_the_middle(digit)
    x, y = _xy(ink.shape)
    angle = rng.uniform(0, 2 * np.pi)
    light = 0.65 + 0.35 * ((x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)) / 0.71
    return _noisy(grey(ink, 240, 50, light), rng, 3)


@kind
def vignette(digit, rng):
    ink = in_the_middle(digit)
    x, y = _xy(ink.shape)
    return _noisy(grey(ink, 235, 50, 1 - 1.1 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)), rng, 3)


@kind
def edge_of_a_shadow(digit, rng):
    ink = in_the_middle(digit, side=int(rng.integers(200, 400)))
    x, y = _xy(ink.shape)
    angle = rng.uniform(0, 2 * np.pi)
    across = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle) + rng.uniform(-0.2, 0.2)
    light = 1 - rng.uniform(0.3, 0.55) / (1 + np.exp(-across * rng.choice([15, 60, 200])))
    return _noisy(grey(ink, 240, 40, light), rng, 3)


@kind
def photo(digit, rng):
    """A sheet on a table, seen by a phone: shadow, blur, noise, JPEG."""
    height = int(rng.integers(90, 220))
    part = strokes(digit, height)
    top, left = rng.integers(20, 460 - height), rng.integers(20, 620 - part.shape[1])
    ink = page((480, 640), ((top, left), part))
    x, y = _xy(ink.shape)
    light = 0.95 - 0.4 * x - 0.15 * y
    light = light * (1 - 0.35 / (1 + np.exp(-(x + 0.4 * y - rng.uniform(0.3, 1.1)) * 40)))
    rgb = painted(ink, (228, 224, 212), (40, 45, 110), light)
    rgb = np.asarray(rgb, float)
    rgb = ndimage.gaussian_filter(rgb, (1.2, 1.2, 0)) + rng.normal(0, 5, rgb.shape)
    return _saved(Image.fromarray(np.clip(rgb, 0, 255).astype(np.uint8)), "jpeg", quality=70)


@kind
def off_centre(digit, rng):
    part = strokes(digit, int(rng.integers(50, 100)))
    top, left = rng.integers(0, 300 - part.shape[0]), rng.integers(0, 400 - part.shape[1])
    return grey(page((300, 400), ((top, left), part)), 255, 0)


@kind
def off_centre_of_mnists_size(digit, rng):
    down, right = rng.choice([-4, -3, 3, 4], 2)
    return Image.fromarray(np.roll(digit, (down, right), (0, 1)))


@kind
def at_the_border(digit, rng):
    part = strokes(digit, 100)
    return grey(part, 255, 10)


def _noisy(picture, rng, deviation):
    values = np.asarray(picture, float)
    noisy = values + rng.normal(0, deviation, values.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


@kind
def noisy(digit, rng):
    return _noisy(grey(in_the_middle(digit), 200, 60), rng, 30)


@kind
def salt_and_pepper(digit, rng):
    values = np.array(grey(in_the_middle(digit), 240, 20))
    hit = rng.random(values.shape)
    values[hit < 0.03] = 0
    values[hit > 0.97] = 255
    return Image.fromarray(values)


@kind
def coarse_jpeg(digit, rng):
    return _saved(grey(in_the_middle(digit, 120, 80), 250, 20), "jpeg", quality=12)


@kind
def large(digit, rng):
    part = strokes(digit, 400)
    top, left = rng.integers(0, 1500 - 450), rng.integers(0, 2000 - 600)
    small = grey(page((1500, 2000), ((top, left), part)), 245, 30)
    return _saved(small.resize((4000, 3000)), "jpeg")


@kind
def small_on_a_large_page(digit, rng):
    part = strokes(digit, 70)
    top, left = rng.integers(50, 800), rng.integers(50, 1000)
    return _saved(_noisy(grey(page((960, 1280), ((top, left), part)), 235, 40), rng, 4), "jpeg")


@kind
def tiny(digit, rng):
    side = int(rng.choice([12, 16, 20]))
    return Image.fromarray(255 - digit).resize((side, side), Image.Resampling.LANCZOS)


@kind
def eight_pixels(digit, rng):
    rows, columns = (np.flatnonzero(digit.any(axis=axis)) for axis in (1, 0))
    part = Image.fromarray(digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    shape = (max(1, round(8 * part.width / part.height)), 8)
    small = np.asarray(part.resize(shape, Image.Resampling.BOX))
    left = max(0, (8 - small.shape[1]) // 2)
    image = np.zeros((8, max(8, small.shape[1])), np.uint8)
    image[:, left : left + small.shape[1]] = small
    return Image.fromarray(image)


@kind
def thin_strokes(digit, rng):
    fat = strokes(digit, 200) > 0.5
    thin = _thinned(fat)
    ink = ndimage.gaussian_filter(ndimage.binary_dilation(thin, iterations=1).astype(float), 0.7)
    return grey(page((300, 300), ((50, max(0, (300 - ink.shape[1]) // 2)), ink)), 255, 20)


def _thinned(mask):
    """Return the middle of strokes, a pixel wide: Zhang and Suen's thinning."""
    mask = np.pad(mask, 1)
    changed = True
    while changed:
        changed = False
        for first in (True, False):
            ring = [
                np.roll(mask, (down, right), (0, 1))
                for down, right in [
                    (1, 0),
                    (1, -1),
                    (0, -1),
                    (-1, -1),
                    (-1, 0),
                    (-1, 1),
                    (0, 1),
                    (1, 1),
                ]
            ]
            n_ink = sum(part.astype(int) for part in ring)
            steps = sum(
                (~a & b).astype(int) for a, b in zip(ring, ring[1:] + ring[:1], strict=True)
            )
            north, east, south, west = ring[0], ring[2], ring[4], ring[6]
            if first:
                free = ~(north & east & south) & ~(east & south & west)
            else:
                free = ~(north & east & west) & ~(north & south & west)
            gone = mask & (n_ink >= 2) & (n_ink <= 6) & (steps == 1) & free
            mask = mask & ~gone
            changed |= gone.any()
    return mask[1:-1, 1:-1]


@kind
def thick_strokes(digit, rng):
    ink = ndimage.grey_dilation(in_the_middle(digit), 9)
    return grey(ink, 255, 20)


@kind
def ruled_paper(digit, rng):
    ink = in_the_middle(digit, 300, 130)
    rgb = np.array(painted(ink, (250, 250, 250), (30, 30, 60)))
    start = int(rng.integers(5, 40))
    lines = np.full((300, 300), False)
    for row in range(start, 300, 42):
        lines[row : row + 2] = True
    rgb[lines & (ink < 0.5)] = (150, 170, 220)
    return Image.fromarray(rgb)


@kind
def squared_paper(digit, rng):
    ink = in_the_middle(digit, 300, 130)
    values = np.array(grey(ink, 250, 40))
    start = int(rng.integers(3, 20))
    lines = np.full((300, 300), False)
    lines[start::25] = lines[:, start::25] = True
    values[lines & (ink < 0.5)] = 170
    return Image.fromarray(values)


def row_of(digits, rng, height=80, gap=(12, 40)):
    """Return ink of several digits in a row, a little up and down."""
    parts, left = [], 25
    for digit in digits:
        part = strokes(digit, height)
        parts.append(((30 + int(rng.integers(-8, 9)), left), part))
        left += part.shape[1] + int(rng.integers(*gap))
    return page((height + 60, left + 20), *parts)


def _saved(picture, suffix, **options):
    """Return a picture as it is after a file of it has been read."""
    stream = io.BytesIO()
    picture.save(stream, suffix, **options)
    return Image.open(stream)


# -- what is no digit


def blank(rng):
    x, _ = _xy((240, 320))
    page = 200 + 40 * rng.uniform(-1, 1) + 30 * (x - 0.5) * rng.uniform(-1, 1)
    return _noisy(Image.fromarray(page.astype(np.uint8)), rng, rng.choice([0, 2, 6]))


def noise(rng):
    side = int(rng.choice([28, 100, 240]))
    values = rng.integers(0, 256, (side, side)).astype(np.uint8)
    return Image.fromarray(values)


def glyph(character, rng, font_size=120, font="DejaVu Sans"):
    from matplotlib import font_manager
    from PIL import ImageDraw, ImageFont

    path = font_manager.findfont(font, fallback_to_default=False)
    picture = Image.new("L", (220, 220), 255)
    drawing = ImageDraw.Draw(picture)
    where = (110 + int(rng.integers(-20, 20)), 110 + int(rng.integers(-20, 20)))
    drawing.text(where, character, fill=10, font=ImageFont.truetype(path, font_size), anchor="mm")
    return picture
