"""The file of a backup: the digest of a fit, a checksum, and the state as torch saves it."""

import hashlib
import hmac
import io
import zipfile

import torch

from skmnist._files import atomic_path

_MAGIC = b"skmnist backup 3\n"
_DIGEST_SIZE = hashlib.sha256().digest_size


class OtherFitError(ValueError):
    """The backup is a good one, but of another fit."""


def write_backup(path, fit, state):
    """Write a backup, whole or not at all.

    Parameters
    ----------
    path : pathlib.Path
        Its folder is made if need be.
    fit : bytes of length 32
        What the fit can be told from others by.
    state : dict
        Of plain values and tensors.
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        file.write(_MAGIC + fit + _checksum(fit, buffer.getbuffer()))
        file.write(buffer.getbuffer())


def read_backup(path, fit, device):
    """Return the state in a backup.

    Parameters
    ----------
    path : pathlib.Path
    fit : bytes of length 32
    device : str or torch.device
        Where tensors go.

    Returns
    -------
    state : dict

    Raises
    ------
    OSError
        If the file cannot be read.
    OtherFitError
        If it is the backup of another fit.
    Exception
        Of whatever type, if it is no backup or not as it was written.
    """
    content = path.read_bytes()
    start = len(_MAGIC) + _DIGEST_SIZE
    magic, stored_fit = content[: len(_MAGIC)], content[len(_MAGIC) : start]
    checksum, state = content[start:][:_DIGEST_SIZE], content[start + _DIGEST_SIZE :]
    if magic != _MAGIC or not hmac.compare_digest(checksum, _checksum(stored_fit, state)):
        raise ValueError("the checksum differs")
    # before the state is read: nobody can make up this number without the data and the settings
    if stored_fit != fit:
        raise OtherFitError
    with zipfile.ZipFile(io.BytesIO(state)) as archive:
        if any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist()):
            raise ValueError("torch compresses nothing")
    # plain values and tensors only: nothing in the file is run
    return torch.load(io.BytesIO(state), map_location=device, weights_only=True)


def _checksum(fit, state):
    return hmac.digest(fit, state, "sha256")
