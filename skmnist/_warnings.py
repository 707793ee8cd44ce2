"""Filters for the warnings of libraries."""

import contextlib
import threading
import warnings

# what a block of one thread has saved would otherwise be put back while another is in its own
_LOCK = threading.RLock()


@contextlib.contextmanager
def own_filters():
    """Keep changes of the filters within the block, which one thread at a time is in."""
    with _LOCK, warnings.catch_warnings():
        yield
