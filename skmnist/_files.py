"""Writing files whole or not at all, and keeping records as they are made."""

import contextlib
import glob
import json
import os
import platform
import secrets
from pathlib import Path


@contextlib.contextmanager
def atomic_path(path):
    """Give a temporary path to write to; it gets the name when the block ends well.

    If the block fails or is interrupted, an older file stays as it was, and the temporary one
    is removed. If the process is killed, the next one that writes this file removes it.

    Parameters
    ----------
    path : path-like
        The file to write. Its folder must exist.

    Yields
    ------
    temporary : pathlib.Path
        An empty file in the same folder.
    """
    path = Path(path)
    beginning = f".{path.name}.{platform.node()}-"
    _remove_leftovers(path.parent, beginning)
    temporary = path.parent / f"{beginning}{os.getpid()}-{secrets.token_hex(8)}.tmp"
    # not by tempfile, which lets nobody else read the file
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        yield temporary
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _remove_leftovers(folder, beginning):
    """Remove what processes of this machine have left that were killed while they wrote."""
    if os.name != "posix":  # elsewhere there is no harmless way to ask for a process
        return
    for path in folder.glob(f"{glob.escape(beginning)}*.tmp"):
        pid = path.name.removeprefix(beginning).partition("-")[0]
        try:
            os.kill(int(pid), 0)  # sends nothing
        except ProcessLookupError:
            path.unlink(missing_ok=True)
        except (ValueError, PermissionError):
            continue  # none of ours, or the process of another user


def write_text(path, text):
    """Write a text file, whole or not at all; its folder is made if need be."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


class RecordStore:
    """Records of a long piece of work in a JSON file, one a line, kept as they are made.

    Work that was interrupted goes on where it stopped: what is in the file is not done again.

    Parameters
    ----------
    path : path-like
        The file; it need not exist.
    head : dict, default={}
        What the file says of all records.

    Attributes
    ----------
    head : dict
        What is to be written; that of the file is in ``stored_head``.
    stored_head : dict or None
        None if there is no file.
    records : list of dict

    Raises
    ------
    ValueError
        If the file is damaged, or none of this kind.
    """

    def __init__(self, path, head=None):
        self.path = Path(path)
        self.head = head or {}
        self.read()

    def read(self):
        """Take over what the file holds now: another process may have added to it."""
        self.stored_head, self.records = None, []
        if not self.path.is_file():
            return
        try:
            stored = json.loads(self.path.read_text(encoding="utf-8"))
            self.records = [dict(record) for record in stored.pop("records")]
            self.stored_head = stored
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f"{self.path} is damaged, or no file of records ({type(error).__name__}: {error})."
                " Move it away, or choose another folder."
            ) from error

    def add(self, record):
        """Add a record to those in the file."""
        self.read()
        self.write([*self.records, record])

    def write(self, records):
        """Put records in the place of those in the file."""
        self.records = records
        head = json.dumps(self.head, indent=1, ensure_ascii=False)
        start = "{" if not self.head else f"{head.removesuffix('}').rstrip()},"
        lines = ",\n  ".join(json.dumps(record, allow_nan=False) for record in records)
        write_text(self.path, f'{start}\n "records": [\n  {lines}\n ]\n}}\n')
