import math
from dataclasses import astuple
from itertools import pairwise

import numpy as np
import pytest
import torch
from scipy import ndimage

from skmnist.augmentation import AUGMENTATIONS, Chain, RandomAffine, RandomBrightnessContrast


def affine(**limits):
    return RandomAffine(**{"rotation": 0, "scale": 0, "shift": 0, "shear": 0, **limits})


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def coordinates(height, width):
    """Each pixel's own x and y as two channels, (0, 0) in the middle of the image."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return torch.stack([x - (width - 1) / 2, y - (height - 1) / 2])


def recover_maps(distorted):
    """Return the 2×3 map from output to input pixels (x, y, 1) of each distorted image.

    Interpolation keeps linear functions, so a distorted image of its own coordinates tells
    where each pixel came from, unless that was cut off at the border.
    """
    height, width = distorted.shape[-2:]
    positions = coordinates(height, width).reshape(2, -1).T.double().numpy()
    positions = np.column_stack([positions, np.ones(len(positions))])
    maps = []
    for image in distorted[:, :2].double().numpy():
        sources = image.reshape(2, -1).T
        limits = (width - 1) / 2 - 0.01, (height - 1) / 2 - 0.01
        inside = np.all(np.abs(sources) < limits, axis=1)
        solution, residual, *_ = np.linalg.lstsq(positions[inside], sources[inside])
        assert residual.max() < 1e-4
        maps.append(solution.T)
    return np.array(maps)


def draw_maps(augment, height=17, width=31, n_images=300):
    images = coordinates(height, width).expand(n_images, -1, -1, -1)
    return recover_maps(augment(images, generator()))


def assert_fills(values, limit):
    """Check that draws look uniform between minus and plus the limit."""
    assert np.abs(values).max() <= limit * 1.0001
    counts, _ = np.histogram(values, bins=4, range=(-limit, limit))
    assert counts.min() > len(values) / 4 * 0.7


@pytest.fixture
def largest_draws(monkeypatch):
    """Let every quantity be drawn at its upper limit."""
    monkeypatch.setattr(torch, "rand", lambda *size, **kwargs: torch.ones(*size))


@pytest.mark.parametrize("shape", [(28, 28), (7, 12), (12, 7), (1, 5), (1, 1)])
def test__random_affine__all_limits_zero__is_the_identity(shape):
    images = torch.rand(3, 2, *shape, generator=generator())
    torch.testing.assert_close(affine()(images, generator()), images, rtol=0, atol=1e-5)


@pytest.mark.parametrize("shape", [(28, 28), (17, 31), (31, 17)])
def test__random_affine__everything_at_once__agrees_with_scipy(shape):
    noise = torch.rand(5, 1, *shape, generator=generator(1))
    images = torch.cat([coordinates(*shape).expand(5, -1, -1, -1), noise], dim=1)
    augment = RandomAffine(rotation=30, scale=0.2, shift=0.1, shear=0.3)
    distorted = augment(images, generator())
    centre = (np.array(shape) - 1) / 2
    for map_xy, before, after in zip(recover_maps(distorted), noise, distorted, strict=True):
        matrix, offset = map_xy[::-1, 1::-1], map_xy[::-1, 2]  # scipy counts rows first
        expected = ndimage.affine_transform(
            before[0].double().numpy(),
            matrix,
            offset=centre + offset - matrix @ centre,
            order=1,
            mode="nearest",
        )
        np.testing.assert_allclose(after[2], expected, atol=1e-3)


def test__random_affine__rotation__turns_pixels_without_distorting_them():
    maps = draw_maps(affine(rotation=25))
    angles = np.degrees(np.arctan2(maps[:, 1, 0], maps[:, 0, 0]))
    assert_fills(angles, 25)
    cos, sin = np.cos(np.radians(angles)), np.sin(np.radians(angles))
    expected = np.array([[cos, -sin, 0 * cos], [sin, cos, 0 * cos]]).transpose(2, 0, 1)
    np.testing.assert_allclose(maps, expected, atol=1e-4)


def test__random_affine__scale__changes_height_and_width_separately():
    maps = draw_maps(affine(scale=0.2))
    sizes = 1 / maps[:, [0, 1], [0, 1]]
    for size in sizes.T:
        assert_fills(size - 1, 0.2)
    assert abs(np.corrcoef(sizes.T)[0, 1]) < 0.2
    maps[:, [0, 1], [0, 1]] = 0
    np.testing.assert_allclose(maps, 0, atol=1e-4)


def test__random_affine__shear__slants_by_a_share_of_the_height():
    maps = draw_maps(affine(shear=0.3))
    slants = maps[:, 0, 1].copy()
    assert_fills(slants, 0.3)
    maps[:, 0, 1] = 0
    np.testing.assert_allclose(maps, np.broadcast_to(np.eye(2, 3), maps.shape), atol=1e-4)


def test__random_affine__shift__moves_by_a_share_of_each_side():
    maps = draw_maps(affine(shift=0.2), height=15, width=30)
    assert_fills(maps[:, 0, 2], 6)
    assert_fills(maps[:, 1, 2], 3)
    assert abs(np.corrcoef(maps[:, :, 2].T)[0, 1]) < 0.2
    np.testing.assert_allclose(maps[:, :, :2] - np.eye(2), 0, atol=1e-4)


def test__random_affine__shift_by_whole_pixels__moves_pixels_and_repeats_the_border(
    largest_draws,
):
    image = torch.randn(8, 12, generator=generator())
    moved = affine(shift=0.25)(image[None, None], None)[0, 0]
    expected = np.pad(image, ((0, 2), (0, 3)), mode="edge")[2:, 3:]
    np.testing.assert_allclose(moved, expected, atol=1e-5)


def test__random_affine__rotation_by_90_degrees__is_rot90(largest_draws):
    image = torch.randn(9, 9, generator=generator())
    turned = affine(rotation=90)(image[None, None], None)[0, 0]
    np.testing.assert_allclose(turned, np.rot90(image), atol=1e-5)


def test__random_affine__generator__alone_decides():
    images = torch.rand(8, 1, 9, 11, generator=generator(1))
    original, global_state = images.clone(), torch.get_rng_state()
    source = generator()
    first, second = RandomAffine()(images, source), RandomAffine()(images, source)
    torch.manual_seed(5)
    assert torch.equal(first, RandomAffine()(images, generator()))
    assert not torch.equal(first, second)
    torch.set_rng_state(global_state)
    RandomAffine()(images, source)
    assert torch.equal(torch.get_rng_state(), global_state)
    assert torch.equal(images, original)


@pytest.mark.parametrize("name", ["rotation", "scale", "shift", "shear"])
@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf])
def test__random_affine__impossible_limit__raises(name, value):
    with pytest.raises(ValueError, match=f"{name} must be finite"):
        RandomAffine(**{name: value})


def test__random_affine__scale_down_to_nothing__raises():
    with pytest.raises(ValueError, match="scale must be less than 1"):
        RandomAffine(scale=1.0)


def test__random_brightness_contrast__limits__hold_for_each_image():
    images = torch.rand(200, 1, 6, 5, generator=torch.Generator().manual_seed(1)) + 0.5
    generator = torch.Generator().manual_seed(0)
    brighter = RandomBrightnessContrast(brightness=0.2, contrast=0)(images, generator)
    factors = (brighter / images).flatten(1)
    assert factors.std(dim=1).max() < 1e-5
    assert 0.8 <= factors.min() < 0.82
    assert 1.18 < factors.max() <= 1.2
    harder = RandomBrightnessContrast(brightness=0, contrast=0.3)(images, generator)
    means = images.mean(dim=(1, 2, 3), keepdim=True)
    torch.testing.assert_close(harder.mean(dim=(1, 2, 3), keepdim=True), means)
    factors = ((harder - means) / (images - means)).flatten(1).median(dim=1).values
    assert 0.7 <= factors.min() < 0.73
    assert 1.27 < factors.max() <= 1.3


@pytest.mark.parametrize("name", ["brightness", "contrast"])
@pytest.mark.parametrize("value", [-0.1, 1.0, float("nan")])
def test__random_brightness_contrast__limit_out_of_range__clear_error(name, value):
    with pytest.raises(ValueError, match=name):
        RandomBrightnessContrast(**{name: value})


def test__chain__steps__in_order():
    def double(images, generator):
        return images * 2

    def add_one(images, generator):
        return images + 1

    images = torch.ones(1, 1, 2, 2)
    assert Chain((double, add_one))(images, None).unique().tolist() == [3]
    assert Chain((add_one, double))(images, None).unique().tolist() == [4]


def test__names__each_distorts_more_than_the_one_before():
    limits = [astuple(AUGMENTATIONS[name]) for name in ("mild", "affine", "strong")]
    for weaker, stronger in pairwise(limits):
        assert all(low < high for low, high in zip(weaker, stronger, strict=True))
