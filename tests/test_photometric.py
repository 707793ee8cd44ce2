"""The augmentations that change what a picture looks like, each alone and all together."""

import pickle

import pytest
import torch

from skmnist._storable import full_name, is_storable
from skmnist.augmentation import (
    AUGMENTATIONS,
    Chain,
    RandomAffine,
    RandomBackground,
    RandomBlur,
    RandomChoice,
    RandomContour,
    RandomElastic,
    RandomGlassBlur,
    RandomInversion,
    RandomLevels,
    RandomNoise,
    RandomOcclusion,
    RandomOutline,
    RandomPhotometric,
    RandomResolution,
    RandomSpots,
    RandomStripes,
    RandomStrokes,
    RandomThickness,
)
from skmnist.augmentation.photometric import PARTS

SHAPES = [(28, 28), (8, 8), (25, 25), (12, 19), (1, 1)]


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def digits(n=6, shape=(28, 28)):
    """Light rings on a dark ground, on no scale in particular."""
    y, x = torch.meshgrid(*(torch.linspace(-1, 1, side) for side in shape), indexing="ij")
    radius = torch.linspace(0.3, 0.8, n)[:, None, None]
    return (1 - 4 * (torch.hypot(x, y) - radius).abs()).clamp(min=0)[:, None]


def name_of(part):
    return type(part).__name__


each_part = pytest.mark.parametrize("part", PARTS, ids=name_of)


@each_part
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n_images", [1, 5])
def test__part__any_shape__keeps_shape_and_dtype_and_is_finite(part, shape, n_images):
    images = torch.rand(n_images, 1, *shape, generator=generator(1)) * 255
    for seed in range(3):
        changed = part(images, generator(seed))
        assert changed.shape == images.shape
        assert changed.dtype == images.dtype
        assert changed.isfinite().all()
        # float32 rounds
        assert changed.min() >= images.min() - 0.01
        assert changed.max() <= images.max() + 0.01


@each_part
def test__part__digits__changes_them_by_the_generator_alone(part):
    images, global_state = digits(), torch.get_rng_state()
    original, source = images.clone(), generator()
    first, second = part(images, source), part(images, source)
    torch.manual_seed(5)
    assert torch.equal(first, part(images, generator()))
    assert not torch.equal(first, second)
    assert not torch.equal(first, images)
    torch.set_rng_state(global_state)
    part(images, source)
    assert torch.equal(torch.get_rng_state(), global_state)
    assert torch.equal(images, original)


@each_part
@pytest.mark.parametrize("seed", range(3))
def test__part__another_scale_of_pixels__same_change(part, seed):
    images = digits()
    changed = part(images, generator(seed))
    rescaled = (part(255 * images + 10, generator(seed)) - 10) / 255
    differences = (rescaled - changed).abs()
    # a pixel on the edge of a grey level may be rounded to the other side
    assert (differences > 1e-3).float().mean() < 0.01


@each_part
def test__part__images_of_one_grey_level__stay_as_they_are(part):
    images = torch.full((4, 1, 9, 9), 7.0)
    torch.testing.assert_close(part(images, generator()), images)


@each_part
def test__part__pickled__is_the_same(part):
    assert pickle.loads(pickle.dumps(part)) == part
    assert is_storable(full_name(type(part)))


@pytest.mark.parametrize(
    ("cls", "name", "value"),
    [
        (RandomBackground, "strength", 1.5),
        (RandomLevels, "contrast", -0.1),
        (RandomLevels, "inversion", 2),
        (RandomLevels, "bend", float("inf")),
        (RandomBlur, "radius", -1),
        (RandomGlassBlur, "shift", float("nan")),
        (RandomNoise, "strength", -0.1),
        (RandomNoise, "lost", 1.1),
        (RandomStripes, "width", float("nan")),
        (RandomStrokes, "width", -0.1),
        (RandomSpots, "cover", 1.2),
        (RandomOcclusion, "size", -0.5),
        (RandomThickness, "strength", 1.1),
        (RandomContour, "level", 1.1),
        (RandomInversion, "band", -0.1),
        (RandomOutline, "strength", float("nan")),
        (RandomResolution, "shrinking", 1),
        (RandomElastic, "shift", -0.1),
        (RandomPhotometric, "share", 1.1),
    ],
)
def test__parameter__out_of_range__raises(cls, name, value):
    with pytest.raises(ValueError, match=f"{name} must be"):
        cls(**{name: value})


# -- what some of them do


def test__random_background__ink__is_never_darker_than_the_ground():
    images = digits(50)
    changed = RandomBackground()(images, generator())
    assert (changed >= images - 1e-5).all()


def test__random_levels__contrast_and_inversion__as_stated():
    images = digits(400)
    changed = RandomLevels(contrast=0.5, inversion=0.25, bend=0)(images, generator())
    spans = changed.flatten(1).amax(dim=1) - changed.flatten(1).amin(dim=1)
    full = images.flatten(1).amax(dim=1) - images.flatten(1).amin(dim=1)
    assert 0.499 < (spans / full).min() < 0.52
    inverted = changed[:, 0, 0, 0] > changed.flatten(1).amin(dim=1) + 0.1
    assert 0.2 < inverted.float().mean() < 0.3


def test__random_inversion__pixels__are_kept_or_inverted_and_both_occur():
    images = digits(100)
    changed = RandomInversion()(images, generator())
    low, high = (f(images.flatten(1), dim=1) for f in (torch.amin, torch.amax))
    inverted = (low + high)[:, None, None, None] - images
    kept = (changed - images).abs() < 1e-5
    assert (kept | ((changed - inverted).abs() < 1e-5)).all()
    shares = kept.flatten(1).float().mean(dim=1)
    assert 0.3 < shares.mean() < 0.8
    assert (shares < 0.95).float().mean() > 0.9


def test__random_contour__ring__is_a_thin_closed_line():
    images = digits(40)
    changed = RandomContour()(images, generator())
    lines = (changed[:, 0] > 0).float()
    # one grey level on the ground
    assert torch.allclose(changed[:, 0], lines * changed.amax(dim=(2, 3))[..., None])
    # each pixel of a line has another beside it, and no block of 3x3 is full
    full = torch.nn.functional.avg_pool2d(lines[:, None], 3, 1)
    assert full.amax() < 0.99
    beside = torch.nn.functional.max_pool2d(lines[:, None], 3, 1, 1)
    assert beside.mean() > 1.5 * lines.mean()
    assert (lines.flatten(1).sum(dim=1) > 10).all()


def test__random_blur__sum_of_pixels__is_kept():
    images = digits(20) - digits(20).amin()
    blurred = RandomBlur(radius=0.1)(images, generator())
    inside = images[:8], blurred[:8]  # small rings, far from the border
    sums = [part.sum(dim=(1, 2, 3)) for part in inside]
    torch.testing.assert_close(*sums, rtol=0.02, atol=0)
    assert (blurred.amax(dim=(1, 2, 3)) <= images.amax(dim=(1, 2, 3)) + 1e-5).all()


def test__random_occlusion__changed_pixels__form_a_rectangle_of_the_stated_size():
    images = torch.linspace(0.1, 0.4, 20 * 30).reshape(1, 1, 20, 30).expand(60, -1, -1, -1)
    changed = RandomOcclusion(size=0.5)(images, generator()) - images
    for mask in (changed.abs() > 1e-4)[:, 0]:
        rows, columns = mask.any(dim=1).nonzero(), mask.any(dim=0).nonzero()
        if len(rows) == 0:
            continue
        height, width = rows.max() - rows.min() + 1, columns.max() - columns.min() + 1
        assert height <= 10
        assert width <= 15
        # a few pixels may have the rectangle's level already
        assert mask.sum() >= 0.8 * height * width


def test__random_thickness__strokes__become_thicker_or_thinner():
    images = digits(40)
    ink = images.sum(dim=(1, 2, 3))
    ratios = RandomThickness()(images, generator()).sum(dim=(1, 2, 3)) / ink
    assert ratios.min() < 0.8
    assert ratios.max() > 1.2


def test__random_outline__middle_of_a_thick_stroke__becomes_dark():
    images = torch.zeros(10, 1, 28, 28)
    images[..., 8:20, 8:20] = 1
    changed = RandomOutline()(images, generator())
    assert changed[..., 12:16, 12:16].max() < 0.6
    assert (changed.amax(dim=(1, 2, 3)) > 0.4).all()


# -- a random choice


def test__random_choice__others__are_the_same_to_the_bit():
    images = digits(100)
    changed = RandomPhotometric(share=0.2)(images, generator())
    rows = (changed != images).flatten(1).any(dim=1)
    assert 15 <= rows.sum() <= 20
    assert torch.equal(changed[~rows], images[~rows])


def test__random_choice__share_of_few_images__is_right_on_average():
    augmentation = RandomChoice((lambda images, generator: images + 1,), share=0.3)
    source = generator()
    images = torch.zeros(2, 1, 2, 2)
    share = torch.stack([augmentation(images, source) for _ in range(500)]).mean()
    assert 0.25 < share < 0.35


def test__random_choice__rows_and_choices__all_have_their_turn():
    def add(amount):
        return lambda images, generator: images + amount

    augmentation = RandomChoice(tuple(add(k) for k in range(1, 6)), share=0.5, n_kinds=2)
    source = generator()
    counts = torch.zeros(20, 6)
    for _ in range(200):
        changed = augmentation(torch.zeros(20, 1, 1, 1), source).flatten().long()
        assert len(changed.unique()) == 3  # two kinds, and those that are left alone
        counts[torch.arange(20), changed] += 1
    assert (counts.sum(dim=0)[1:] > 250).all()  # 400 each on average
    assert (counts[:, 0] > 60).all()  # 100 on average


def test__random_choice__no_share__returns_the_images():
    images = digits()
    assert torch.equal(RandomPhotometric(share=0)(images, generator()), images)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"choices": ()}, "at least one"),
        ({"share": -0.1}, "share must be"),
        ({"n_kinds": 0}, "n_kinds must be"),
    ],
)
def test__random_choice__impossible__raises(params, message):
    with pytest.raises(ValueError, match=message):
        RandomChoice(**{"choices": (RandomNoise(),), **params})


def test__chain__photometric_and_affine__pickled__same_images():
    chain = Chain((RandomAffine(), RandomPhotometric(0.5), RandomChoice((RandomBlur(),), 0.5)))
    restored = pickle.loads(pickle.dumps(chain))
    images = digits()
    assert torch.equal(chain(images, generator()), restored(images, generator()))


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test__name__single_image__is_augmented(name):
    assert AUGMENTATIONS[name](digits(1), generator()).shape == (1, 1, 28, 28)


def test__random_blur__drawn_for_each_image__widths_differ():
    images = torch.zeros(12, 1, 28, 28)
    images[:, :, 14, 14] = 1
    peaks = RandomBlur()(images, generator()).amax(dim=(1, 2, 3))
    assert len(peaks.unique()) == 12
    assert peaks.max() < 0.9
