"""How many CPU threads may be used, for the length of a block."""

import contextlib
import multiprocessing
import os
import threading

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
    """Let each operation of torch use one thread inside the block, then as many as before.

    What takes longer is shared out among threads in larger pieces instead (`Workers`). The block
    is told how many: ``n_threads``. With None that is torch's own number, which in a process of
    joblib's loky backend is already the worker's share. If the block does not run in the main
    thread, or if it runs in a daemonic or a forked process, something else spreads the work over
    the cores (joblib's threading and multiprocessing backends, dask), and the number is 1.

    Operations of one thread also work in a forked process, where those of several would wait for
    ever for threads that are not there.

    Yields
    ------
    n_threads : int
    """
    global _outside, _n_running
    with _LOCK:
        if _n_running == 0:
            _outside = torch.get_num_threads()
        _n_running += 1
        # torch's number belongs to the thread, but new threads start with the latest
        before = torch.get_num_threads() if hasattr(_inside, "n_threads") else _outside
    outer = getattr(_inside, "n_threads", None)
    if n_threads is None:
        n_threads = outer or (1 if _is_forked or _inside_parallel_work() else before)
    _inside.n_threads = n_threads
    _use(1)
    try:
        yield n_threads
    finally:
        with _LOCK:
            _n_running -= 1
            _use(before)
        if outer is None:
            del _inside.n_threads
        else:
            _inside.n_threads = outer


def _use(n_threads):
    # even without a change, it makes oneDNN forget what it has prepared: a tenth of a prediction
    if torch.get_num_threads() != n_threads:
        torch.set_num_threads(n_threads)


def _inside_parallel_work():
    return (
        threading.current_thread() is not threading.main_thread()
        or multiprocessing.current_process().daemon
    )
