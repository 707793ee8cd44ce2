import warnings
from itertools import chain

import numpy as np
import pytest
import torch

from skmnist._engine.batches import (
    EvalBatches,
    ImageDataset,
    PixelScaling,
    TrainBatches,
    n_batches,
)

RAW = PixelScaling((2, 3), mean=0.0, scale=1.0)


def numbered(n_rows, dtype=np.float32, scaling=RAW, **kwargs):
    """A dataset whose images hold their own row number in every pixel."""
    X = np.repeat(np.arange(n_rows, dtype=dtype)[:, None], 6, axis=1)
    return ImageDataset(X, scaling, y=np.arange(n_rows), **kwargs)


def sources(*seeds):
    """The generators of as many parts."""
    return [torch.Generator().manual_seed(seed) for seed in seeds]


def batches_of(n_rows, batch_size, seed=0, **kwargs):
    return TrainBatches(numbered(n_rows), batch_size, sources(seed), **kwargs)


def flat(lists):
    return list(chain.from_iterable(lists))


def rows_of(batches):
    return [images[:, 0, 0, 0].int().tolist() for images, _ in batches]


# -- PixelScaling


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32, torch.float64, torch.int64])
def test__pixel_scaling__rows_of_any_dtype__become_images_row_by_row(dtype):
    images = RAW.images(torch.arange(12).reshape(2, 6).to(dtype))
    assert images.dtype == torch.float32
    assert images.tolist() == [[[[0, 1, 2], [3, 4, 5]]], [[[6, 7, 8], [9, 10, 11]]]]


def test__pixel_scaling__short_rows__are_padded_with_what_becomes_zero():
    scaling = PixelScaling((2, 3), mean=7.5, scale=2.0)
    images = scaling.images(torch.tensor([[7.5, 9.5, 5.5, 3.5]]))
    assert images.flatten().tolist() == [7.5, 9.5, 5.5, 3.5, 7.5, 7.5]
    assert scaling.standardize(images).flatten().tolist() == [0, 1, -1, -2, 0, 0]


# -- ImageDataset


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test__image_dataset__read_only_pixels__are_not_written_to(dtype):
    X = np.arange(30, dtype=dtype).reshape(5, 6)
    original = X.copy()
    X.flags.writeable = False
    dataset = ImageDataset(X, PixelScaling((2, 3), mean=14.5, scale=3.0), y=np.arange(5))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ((images, target),) = TrainBatches(dataset, 5, sources(0, 1), lambda x, _: x.mul_(1))
        list(EvalBatches(dataset, 2))
        dataset[0]
    np.testing.assert_array_equal(X, original)
    expected = (original[target] - 14.5) / 3
    np.testing.assert_allclose(images.reshape(5, 6), expected, rtol=1e-6)


def test__image_dataset__rows__says_which_rows_and_how_often():
    dataset = numbered(5, rows=np.array([4, 1, 1]))
    assert len(dataset) == 3
    assert rows_of(EvalBatches(dataset, 2)) == [[4, 1], [1]]


def test__image_dataset__index__is_an_image_and_its_target():
    dataset = numbered(5, rows=np.array([4, 1, 2]))
    image, target = dataset[1]
    assert image.tolist() == [[[1, 1, 1], [1, 1, 1]]]
    assert target == 1
    with pytest.raises(IndexError):
        dataset[3]


def test__image_dataset__weights__go_with_the_images():
    weights = np.array([0.5, 1.5, 2.5], np.float32)
    dataset = numbered(3, weights=weights, rows=np.array([2, 0]))
    ((x, target),) = EvalBatches(dataset, 5)
    assert target.tolist() == [2, 0]
    assert x["weight"].tolist() == [2.5, 0.5]
    assert x["images"].shape[0] == 2


# -- TrainBatches


@pytest.mark.parametrize("n_rows", [2, 3, 7, 8, 9, 11, 12, 13, 16, 20, 64])
@pytest.mark.parametrize("batch_size", [2, 3, 8])
def test__train_batches__epoch__holds_every_row_once_in_batches_of_fair_size(n_rows, batch_size):
    batches = batches_of(n_rows, batch_size)
    rows = rows_of(batches)
    assert sorted(flat(rows)) == list(range(n_rows))
    assert len(rows) == len(batches) == n_batches(n_rows, batch_size)
    sizes = list(map(len, rows))
    assert set(sizes[:-1]) <= {batch_size}
    if n_rows >= batch_size:
        assert batch_size / 2 < sizes[-1] <= batch_size * 1.5


@pytest.mark.parametrize(
    ("n_rows", "sizes"),
    [(3, [3]), (8, [8]), (19, [8, 11]), (20, [8, 12]), (21, [8, 8, 5]), (24, [8, 8, 8])],
)
def test__train_batches__remainder__joins_the_batch_before_if_at_most_half(n_rows, sizes):
    assert list(map(len, rows_of(batches_of(n_rows, 8)))) == sizes


def test__train_batches__batches_of_one__each_row_comes_twice():
    rows = rows_of(batches_of(5, 1))
    assert sorted(rows) == [[row, row] for row in range(5)]


@pytest.mark.parametrize("batch_size", [1, 2, 8])
def test__train_batches__single_row__comes_twice(batch_size):
    batches = batches_of(1, batch_size)
    assert rows_of(batches) == [[0, 0]]
    assert len(batches) == 1


def test__train_batches__targets__belong_to_their_images():
    for images, target in batches_of(50, 8):
        assert torch.equal(images[:, 0, 1, 2].long(), target)


def test__train_batches__repeated_rows__come_as_often_as_they_count():
    dataset = numbered(4, rows=np.array([0, 2, 2, 2, 3]))
    rows = rows_of(TrainBatches(dataset, 2, sources(0)))
    assert sorted(flat(rows)) == [0, 2, 2, 2, 3]


def test__train_batches__epochs__differ_and_repeat_with_the_seed():
    global_state = torch.get_rng_state()
    batches = batches_of(50, 8)
    epochs = [rows_of(batches) for _ in range(3)]
    again = batches_of(50, 8)
    assert epochs == [rows_of(again) for _ in range(3)]
    assert epochs[0] != epochs[1] != epochs[2] != epochs[0]
    assert epochs[0] != rows_of(batches_of(50, 8, seed=1))
    assert torch.equal(torch.get_rng_state(), global_state)


@pytest.mark.parametrize(("subsample", "sizes"), [(1.0, [8, 8, 9]), (0.6, [8, 7]), (0.3, [8])])
def test__train_batches__subsample__draws_a_share_of_the_rows_anew(subsample, sizes):
    batches = batches_of(25, 8, subsample=subsample)
    first, second = rows_of(batches), rows_of(batches)
    assert list(map(len, first)) == list(map(len, second)) == sizes
    assert len(batches) == n_batches(25, 8, subsample) == len(sizes)
    assert len(set(flat(first))) == sum(sizes)
    assert set(flat(first)) != set(flat(second)) or subsample == 1


def test__train_batches__subsample_of_less_than_a_row__draws_one():
    assert len(set(flat(rows_of(batches_of(25, 8, subsample=0.01))))) == 1


@pytest.mark.parametrize("n_parts", [1, 2])
def test__train_batches__augmentation__gets_raw_pixels_and_the_generator_of_the_part(n_parts):
    generators = sources(*range(n_parts))
    seen, used = [], []

    def negate(images, generator):
        seen.append(images.clone())
        used.append(generator)
        return -images

    scaling = PixelScaling((2, 3), mean=1.0, scale=2.0)
    dataset = numbered(12, np.uint8, scaling)
    batches = list(TrainBatches(dataset, 4, generators, negate))
    # all batches are made together
    assert [len(images) for images in seen] == [12 // n_parts] * n_parts
    assert used == generators
    assert sorted(torch.cat(seen)[:, 0, 0, 0].tolist()) == list(range(12))
    for images, target in batches:
        assert torch.equal(images[:, 0, 1, 1], (-target - 1.0) / 2)


def test__train_batches__parts__change_neither_order_nor_pixels():
    whole, parts = (TrainBatches(numbered(50), 8, sources(*s)) for s in [(0,), (0, 1, 2)])
    for ours, theirs in zip(parts, whole, strict=True):
        assert all(map(torch.equal, ours, theirs))


@pytest.mark.parametrize(("n_parts", "together"), [(1, 8), (2, 8), (2, 10), (2, 1)])
def test__train_batches__small_ones__are_made_together(n_parts, together, monkeypatch):
    monkeypatch.setattr("skmnist._engine.batches.MADE_TOGETHER", together)
    sizes = []

    def count(images, generator):
        sizes.append(len(images))
        return images

    whole = list(batches_of(22, 4))  # of 4, 4, 4, 4 and 6 rows
    batches = TrainBatches(numbered(22), 4, sources(0, *range(1, n_parts)), count)
    for ours, theirs in zip(batches, whole, strict=True):
        assert all(map(torch.equal, ours, theirs))
    each = max(1, together * n_parts // 4)
    rows = [sum([4, 4, 4, 4, 6][start : start + each]) for start in range(0, 5, each)]
    assert sizes == [n // n_parts for n in rows for _ in range(n_parts)]


def test__train_batches__taken_upcoming__is_the_next_batches(monkeypatch):
    monkeypatch.setattr("skmnist._engine.batches.MADE_TOGETHER", 8)
    expected = list(batches_of(20, 4))
    batches, found = batches_of(20, 4), []
    for batch in batches:
        found.append(batch)
        for make in batches.take_upcoming():
            make()
        assert batches.take_upcoming() == []
    for ours, theirs in zip(found, expected, strict=True):
        assert all(map(torch.equal, ours, theirs))


@pytest.mark.parametrize("change", [lambda x: x[:1], lambda x: x[:, :, :, :1], lambda x: x[:, 0]])
def test__train_batches__augmentation_to_another_shape__clear_error(change):
    batches = TrainBatches(numbered(8), 4, sources(0, 1), lambda x, _: change(x))
    with pytest.raises(ValueError, match="augmentation must return images of the shape"):
        next(iter(batches))


# -- EvalBatches


@pytest.mark.parametrize(("n_rows", "sizes"), [(1, [1]), (8, [8]), (9, [8, 1]), (20, [8, 8, 4])])
def test__eval_batches__any_number_of_rows__come_all_and_in_order(n_rows, sizes):
    global_state = torch.get_rng_state()
    batches = EvalBatches(numbered(n_rows), 8)
    rows = rows_of(batches)
    assert list(map(len, rows)) == sizes
    assert len(batches) == len(sizes)
    assert flat(rows) == list(range(n_rows))
    assert torch.equal(torch.get_rng_state(), global_state)
