"""
A million images with dask
==========================

Predict a million images that are never in memory together, with dask arrays.

The images here are scikit-learn's digits with noise, made chunk by chunk. To read images from a
disk, use ``dask.array.from_zarr``, or ``from_array`` with a memory map. This needs the
extra ``dask``: ``pip install -c constraints.txt ".[dask]"``.
"""

import dask
import dask.array as da
import numpy as np
from sklearn.datasets import load_digits

from skmnist import MnistMLPClassifier

N_IMAGES, CHUNK = 1_000_000, 20_000

X, y = load_digits(return_X_y=True)
X = X.astype(np.uint8)
clf = MnistMLPClassifier(hidden_layer_sizes=(64,), max_epochs=20, random_state=0)
clf.fit(X, y)


def noisy_digits(rows):
    """Return the digits of some row numbers, each with noise of its own."""
    rng = np.random.default_rng(int(rows[0, 0]))
    noise = rng.integers(0, 4, size=(len(rows), X.shape[1]), dtype=np.uint8)
    return np.minimum(X[rows[:, 0] % len(X)] + noise, 16)


rows = da.arange(N_IMAGES, chunks=CHUNK)[:, None]
images = rows.map_blocks(noisy_digits, dtype=np.uint8, chunks=(rows.chunks[0], (X.shape[1],)))
labels = images.map_blocks(clf.predict, dtype=clf.classes_.dtype, drop_axis=1)
right = (labels == da.asarray(y)[rows[:, 0] % len(y)]).mean()

print(f"{images.nbytes / 1e6:.0f} MB of images, {images.blocks[0].nbytes / 1e6:.1f} MB at a time")
# each thread of dask holds one chunk in memory
with dask.config.set(scheduler="threads", num_workers=2):
    print(f"{right.compute():.2%} of {N_IMAGES:,} noisy images recognised")
