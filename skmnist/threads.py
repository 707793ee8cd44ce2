"""How many CPU threads torch may use, for the length of a block."""

import contextlib
import multiprocessing
import threading

import torch


@contextlib.contextmanager
def thread_limit(n_threads=None):
    """Let torch use ``n_threads`` CPU threads inside the block, then as many as before.

    With None, torch's own number is left alone, which in a process of joblib's loky backend
    is already the worker's share. Where the block does not run in the main thread, or runs
    in a daemonic process, something else spreads the work over the cores (joblib's threading
    and multiprocessing backends, dask), and one thread is used: threads of several fits that
    wait for each other's cores can make each of them fifty times slower.
    """
    before = torch.get_num_threads()
    if n_threads is None:
        n_threads = 1 if _inside_parallel_work() else before
    torch.set_num_threads(n_threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _inside_parallel_work():
    return (
        threading.current_thread() is not threading.main_thread()
        or multiprocessing.current_process().daemon
    )
