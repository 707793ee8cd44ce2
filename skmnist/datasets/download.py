"""Downloading a file of MNIST from one of several mirrors."""

import contextlib
import os
import time
import uuid
import warnings

from skmnist.datasets.files import (
    ENVIRONMENT_VARIABLE,
    BadContentError,
    DatasetError,
    four_files,
    is_gzip,
    largest_size,
    read,
)

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
)

_CONNECT_TIMEOUT = 10
_READ_TIMEOUT = 30


def download(name, folder, mirrors, n_retries, delay):
    """Download a file from the first mirror that has it.

    Parameters
    ----------
    name : str
    folder : Path
    mirrors : list of str
        A mirror that does not answer is removed from the list, so that nobody waits twice.
    n_retries : int
    delay : float

    Returns
    -------
    path : Path or None
        The verified file. None if no mirror delivered it.
    reasons : dict of str to str
        For each URL that failed, the reason.
    """
    # slow to import, and needed only for a download
    import requests

    reasons = {}
    for attempt in range(n_retries + 1):
        if attempt:
            warnings.warn(
                f"Retry downloading {name}, {attempt} of {n_retries}, in {delay:g} s: no mirror "
                "delivered it.",
                # the caller of fetch_mnist, which is wrapped to have its parameters validated
                stacklevel=4,
            )
            time.sleep(delay)
        for mirror in [*mirrors]:
            url = f"{mirror}{name}.gz"
            started = time.monotonic()
            try:
                return _download_from(url, name, folder), reasons
            except BadContentError as error:
                reasons[url] = f"it served a bad file: {error}"
            except requests.RequestException as error:
                reasons[url] = _root_cause(error)
                unreachable = isinstance(error, (requests.ConnectionError, requests.Timeout))
                # be it that the name server or that the mirror is silent
                if unreachable and time.monotonic() - started > _CONNECT_TIMEOUT / 2:
                    mirrors.remove(mirror)
        if not mirrors:
            break
    return None, reasons


def _root_cause(error):
    """Return a short reason why a request failed."""
    if error.response is not None:
        return f"HTTP {error.response.status_code} {error.response.reason}"
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return reason.splitlines()[0][:120]


def _download_from(url, name, folder):
    """Download a file and verify it. It gets its name only after that."""
    import pooch
    import requests

    # identity: otherwise requests would unpack what some servers send
    downloader = pooch.HTTPDownloader(
        progressbar=True,
        chunk_size=2**16,
        timeout=(_CONNECT_TIMEOUT, _READ_TIMEOUT),
        headers={"Accept-Encoding": "identity"},
    )
    # not of tempfile, whose files no other user may read
    temporary = folder / f"{name}.{uuid.uuid4().hex}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            _fetch(downloader, url, _BoundedFile(file, largest_size(name)))
        read(temporary, name)
        with open(temporary, "rb") as file:
            path = folder / (f"{name}.gz" if is_gzip(file) else name)
        try:
            os.replace(temporary, path)
        except PermissionError:
            # Windows does not replace what another process is reading, which is as good
            if not path.is_file():
                raise
    except requests.RequestException:
        # an OSError as well, but the mirror's
        raise
    except OSError as error:
        raise DatasetError(
            f"The MNIST file {name} is needed, but a download cannot be saved in {folder}: "
            f"{error.strerror or error}. Put the four files {four_files()} there, or give "
            f"another folder as data_home or in the environment variable {ENVIRONMENT_VARIABLE}."
        ) from error
    finally:
        # whatever happens, Ctrl-C included
        with contextlib.suppress(OSError):
            temporary.unlink()
    return path


class _BoundedFile:
    """A file to write to, which a mirror that never ends cannot make as large as the disk."""

    def __init__(self, file, size):
        self.file = file
        self.size = size

    def write(self, chunk):
        if self.file.tell() + len(chunk) > self.size:
            raise BadContentError(f"longer than {self.size:,} bytes")
        return self.file.write(chunk)

    def flush(self):
        self.file.flush()


def _fetch(downloader, url, file):
    """Write what a mirror sends to a file."""
    import requests

    try:
        downloader(url, file, None)
    except requests.RequestException:
        raise
    except (ValueError, ArithmeticError) as error:
        # the length in its headers is made into a number, and that into a progress bar
        raise BadContentError(f"its headers make no sense: {error}") from None
