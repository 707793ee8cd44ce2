"""How many CPU threads torch may use, for the length of a block."""

import contextlib
import multiprocessing
import os
import threading
import warnings

import torch

# torch's number is the thread's own, but also what new threads start with
_LOCK = threading.Lock()
_outside = None  # the number before the first of the blocks that are running
_n_running = 0
_inside = threading.local()
_is_forked = False


def _note_fork():
    global _is_forked
    _is_forked = True


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_note_fork)


@contextlib.contextmanager
def thread_limit(n_threads=None):
    """Let torch use ``n_threads`` CPU threads inside the block, then as many as before.

    With None, torch's own number is left alone, which in a process of joblib's loky backend
    is already the worker's share. Where the block does not run in the main thread, or runs
    in a daemonic process, something else spreads the work over the cores (joblib's threading
    and multiprocessing backends, dask), and one thread is used: threads of several fits that
    wait for each other's cores can make each of them fifty times slower. In a forked process
    one thread is used whatever the number, because OpenMP's threads are not forked: waiting for
    them would take for ever.
    """
    global _outside, _n_running
    with _LOCK:
        if _n_running == 0:
            _outside = torch.get_num_threads()
        _n_running += 1
        # a block of another thread must not pass on its limit
        before = getattr(_inside, "n_threads", _outside)
    if n_threads is None:
        n_threads = 1 if _is_forked or _inside_parallel_work() else before
    elif n_threads > 1 and _is_forked:
        warnings.warn(
            f"n_threads={n_threads} is ignored: a forked process can use one thread only. Start "
            "processes with 'spawn', or through joblib's loky backend, to use more.",
            stacklevel=4,
        )
        n_threads = 1
    _use(int(n_threads))
    nested = hasattr(_inside, "n_threads")
    _inside.n_threads = n_threads
    try:
        yield
    finally:
        with _LOCK:
            _n_running -= 1
            _use(before)
        if nested:
            _inside.n_threads = before
        else:
            del _inside.n_threads


def _use(n_threads):
    # even without a change, it makes oneDNN forget what it has prepared: a tenth of a prediction
    if torch.get_num_threads() != n_threads:
        torch.set_num_threads(n_threads)


def _inside_parallel_work():
    return (
        threading.current_thread() is not threading.main_thread()
        or multiprocessing.current_process().daemon
    )
