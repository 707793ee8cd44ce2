"""The batches of images that the network is given, made of rows of pixels in memory.

Slicing arrays replaces the per-sample indexing and collation of a ``DataLoader``, which
would cost more than the network. Pixels keep their own dtype until the batch.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from skorch.dataset import Dataset
from torch.nn import functional as F

from skmnist._engine.parts import part_slices

#: Images of each part that are made at a time. More gain little, and leave the processor's cache.
MADE_TOGETHER = 512


@dataclass(frozen=True)
class PixelScaling:
    """How a row of pixels becomes an image on the network's scale.

    Attributes
    ----------
    image_shape : tuple of int
        Height and width of the images.
    mean, scale : float
        Of the training set's pixels, subtracted and divided by.
    """

    image_shape: tuple
    mean: float
    scale: float

    def images(self, rows):
        """Return rows (B, n_features) of any real dtype as raw float32 (B, 1, H, W).

        A row shorter than an image is padded with the mean pixel.
        """
        height, width = self.image_shape
        rows = rows.to(torch.float32)
        missing = height * width - rows.shape[1]
        if missing:
            rows = F.pad(rows, (0, missing), value=self.mean)
        return rows.view(-1, 1, height, width)

    def standardize(self, images, out=None):
        """Standardise a batch: into another tensor, or in place if nobody else holds it."""
        out = images if out is None else out
        return torch.sub(images, self.mean, out=out).mul_(1 / self.scale)


class ImageDataset(Dataset):
    """Pixels, targets and weights, with a batch of any rows at hand.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
        Never copied on the CPU, so that a read-only memory map serves as well.
    scaling : PixelScaling
    y : ndarray of shape (n_rows,), default=None
        Class indices (int64), or 0.0 and 1.0 (float32) for a single logit.
    weights : ndarray of shape (n_rows,), default=None
        Factors of the loss (float32).
    rows : ndarray of int, default=None
        The rows that belong to the set, in their order and as often as they count; by
        default all of them.
    device : str or torch.device, default="cpu"
        Where batches are made; the arrays move there once.
    """

    def __init__(self, X, scaling, y=None, weights=None, rows=None, device="cpu"):
        self.scaling = scaling
        self.device = torch.device(device)
        n_rows = X.shape[0]
        # torch refuses arrays that are read backwards
        self.pixels = X
        if self.device.type != "cpu":
            self.pixels = torch.tensor(np.ascontiguousarray(X), device=device)
        # a row without a target still needs a placeholder that every torch version collates
        self.targets = torch.as_tensor(np.zeros(n_rows) if y is None else y, device=device)
        self.weights = None if weights is None else torch.as_tensor(weights, device=device)
        self.rows = torch.as_tensor(np.arange(n_rows) if rows is None else rows, device=device)

    def __len__(self):
        return len(self.rows)

    @property
    def X(self):
        """The rows of pixels that belong to the set: what skorch's scoring callbacks read."""
        rows = self.rows.cpu().numpy()
        return self.pixels[rows] if self.device.type == "cpu" else self.pixels[rows].cpu().numpy()

    @property
    def y(self):
        """Their targets; see `X`."""
        return self.targets[self.rows].cpu().numpy()

    def __getitem__(self, index):
        """Return one image (1, H, W) and its target, as a torch ``Dataset`` does."""
        x, target = self.batch(self.rows[index : index + 1])
        images = x["images"] if isinstance(x, dict) else x
        return images[0], target[0]

    def batch(self, rows):
        """Return the standardised images of these rows and their targets.

        If there are weights, the images come in a dict of "images" and "weight".
        """
        images = self.scaling.standardize(self.raw_images(rows))
        return self.batch_of(images.to(memory_format=torch.channels_last), rows)

    def raw_images(self, rows):
        """Return the images of these rows as they are, in a new tensor of float32."""
        if self.device.type == "cpu":
            pixels = torch.from_numpy(self.pixels.take(rows.numpy(), axis=0))
        else:
            pixels = self.pixels[rows]
        return self.scaling.images(pixels)

    def batch_of(self, images, rows):
        """Return images as the network's input, and the targets of these rows."""
        if self.weights is None:
            return images, self.targets[rows]
        return {"images": images, "weight": self.weights[rows]}, self.targets[rows]


class TrainBatches:
    """Shuffled batches; a trailing one of at most half the size joins the one before.

    (Batch normalisation learns little from a few rows, and cannot train on a single one,
    which is therefore given twice.)

    Batches are made several at a time if they are small, because an augmentation takes nearly as
    long for a few images as for many. They are made in parts. While a batch is trained on,
    `take_upcoming` gives what makes the parts of the next ones, so that the threads that train can
    do that too.

    Parameters
    ----------
    dataset : ImageDataset
    batch_size : int
    generators : list of torch.Generator
        On the dataset's device, one for each part: the source of its augmentation. The first is
        the source of the shuffles, too.
    augmentation : callable, default=None
        Called as ``augmentation(images, generator)`` with the images of a part of some batches.
    subsample : float, default=1.0
        Share of the rows that each epoch draws.
    """

    def __init__(self, dataset, batch_size, generators, augmentation=None, subsample=1.0):
        self.dataset = dataset
        self.batch_size = batch_size
        self.generators = generators
        self.augmentation = augmentation
        self.subsample = subsample
        self._upcoming = []

    def __len__(self):
        return n_batches(len(self.dataset), self.batch_size, self.subsample)

    def __iter__(self):
        rows = self.dataset.rows
        order = torch.randperm(len(rows), generator=self.generators[0], device=rows.device)
        rows = rows[order[: n_drawn(len(rows), self.subsample)]]
        starts = [index * self.batch_size for index in range(len(self))]
        batches = rows.tensor_split(starts[1:])
        # a row twice has the same gradient, and a variance to normalise by
        batches = [batch.repeat(2) if len(batch) == 1 else batch for batch in batches]
        together = max(1, MADE_TOGETHER * len(self.generators) // self.batch_size)
        groups = [batches[start : start + together] for start in range(0, len(batches), together)]
        upcoming = self._begin(groups[0])
        for following in [*groups[1:], None]:
            for make in self.take_upcoming():
                make()
            group = upcoming
            if following is not None:
                upcoming = self._begin(following)
            yield from group

    def take_upcoming(self):
        """Return what makes the parts of the next batches: callables to be called once each.

        The callables may run in different threads. Whoever takes them must call them before the
        next batch is asked for.
        """
        upcoming, self._upcoming = self._upcoming, []
        return upcoming

    def _begin(self, group):
        """Return batches, given as rows, whose images are still to be made."""
        shape = self.dataset.scaling.image_shape
        outs, parts = [], [[] for _ in self.generators]
        for rows in group:
            images = torch.empty(len(rows), 1, *shape, device=self.dataset.device)
            images = images.to(memory_format=torch.channels_last)
            outs.append(images)
            for part, piece in zip(parts, part_slices(len(rows), len(parts)), strict=True):
                part.append((images[piece], rows[piece]))
        self._upcoming = [
            partial(self._make, *zip(*part, strict=True), generator)
            for part, generator in zip(parts, self.generators, strict=True)
        ]
        return [self.dataset.batch_of(*batch) for batch in zip(outs, group, strict=True)]

    def _make(self, outs, rows, generator):
        """Make one part of several batches."""
        images = self.dataset.raw_images(torch.cat(rows))
        shape = tuple(images.shape)
        if self.augmentation is not None:
            images = self.augmentation(images, generator)
            if tuple(images.shape) != shape:
                raise ValueError(
                    f"augmentation must return images of the shape it is given, "
                    f"{shape}; got {tuple(images.shape)}."
                )
        for out, made in zip(outs, images.split(list(map(len, rows))), strict=True):
            self.dataset.scaling.standardize(made, out=out)


class EvalBatches:
    """Batches in order, all rows, nothing random."""

    def __init__(self, dataset, batch_size):
        self.dataset = dataset
        self.batch_size = batch_size

    def __len__(self):
        return -(-len(self.dataset) // self.batch_size)

    def __iter__(self):
        for rows in self.dataset.rows.split(self.batch_size):
            yield self.dataset.batch(rows)


def n_batches(n_rows, batch_size, subsample=1.0):
    """Return how many batches a pass over ``n_rows`` rows makes (see `TrainBatches`)."""
    return max(1, (n_drawn(n_rows, subsample) + (batch_size - 1) // 2) // batch_size)


def n_drawn(n_rows, subsample):
    """Return how many of ``n_rows`` rows an epoch draws."""
    return max(1, round(subsample * n_rows))
