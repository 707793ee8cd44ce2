"""The file of ``BackupAndRestore``: damaged, made up, or something else."""

import io
import zipfile

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from skmnist import MnistMLPClassifier
from skmnist.callbacks import BackupAndRestore
from skmnist.callbacks.backup_file import _DIGEST_SIZE, _MAGIC, _checksum


@pytest.fixture(scope="module")
def data():
    X, y = load_digits(return_X_y=True)
    return X[:400].astype(np.uint8), y[:400]


def make(path):
    backup = BackupAndRestore(path, keep=True)
    return MnistMLPClassifier(callbacks=[backup], max_epochs=2, random_state=0)


@pytest.fixture(scope="module")
def backup(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("backup") / "fit.pt"
    make(path).fit(*data)
    return path.read_bytes()


def fit_again(path, data, content):
    path.write_bytes(content)
    return make(path).fit(*data)


def test__whole_file__is_taken(backup, data, tmp_path):
    assert fit_again(tmp_path / "fit.pt", data, backup).n_iter_ == 2


@pytest.mark.parametrize("content", [b"", b"no backup at all", None])
def test__file_of_another_kind__clear_error_and_the_file_stays(content, backup, data, tmp_path):
    path = tmp_path / "fit.pt"
    content = backup[:1000] if content is None else content  # a whole file, cut short
    with pytest.raises(ValueError, match="is no backup of a fit, or a damaged one"):
        fit_again(path, data, content)
    assert path.read_bytes() == content


@pytest.mark.parametrize("place", [0, 0.00001, 0.25, 0.5, 0.75, 0.99999])
def test__one_bit_of_a_backup__clear_error_and_the_file_stays(place, backup, data, tmp_path):
    content = bytearray(backup)
    content[int(place * len(content))] ^= 1
    with pytest.raises(ValueError, match="is no backup of a fit, or a damaged one"):
        fit_again(tmp_path / "fit.pt", data, content)
    assert (tmp_path / "fit.pt").read_bytes() == content


def signed(backup, state):
    """Return a backup of the same fit with another state, as who knows the fit could make it."""
    fit = backup[len(_MAGIC) :][:_DIGEST_SIZE]
    return _MAGIC + fit + _checksum(fit, state) + state


def state_of(backup):
    return backup[len(_MAGIC) + 2 * _DIGEST_SIZE :]


def test__compressed_state_made_up__is_not_unpacked(backup, data, tmp_path):
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(state_of(backup))) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
    with pytest.raises(ValueError, match="is no backup of a fit, or a damaged one"):
        fit_again(tmp_path / "fit.pt", data, signed(backup, packed.getvalue()))


def test__state_of_another_network__clear_error(backup, data, tmp_path):
    state = torch.load(io.BytesIO(state_of(backup)), weights_only=True)
    state["module"].popitem()
    changed = io.BytesIO()
    torch.save(state, changed)
    with pytest.raises(ValueError, match="is no backup of a fit, or a damaged one"):
        fit_again(tmp_path / "fit.pt", data, signed(backup, changed.getvalue()))
