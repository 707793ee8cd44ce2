"""Threads that compute side by side, each of them with operations of one thread."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait

import torch


class Workers:
    """The calling thread and some others, which share out tasks among themselves.

    Torch's own threads wait for each other in every operation. If another process takes a core,
    each of these waits lasts until the system gives it back. Here threads wait for each other
    once for all tasks, and whoever is free takes the next one.

    Use it as a context manager, or call `close`.

    Parameters
    ----------
    n_threads : int
        At least 1, the calling thread included.
    """

    def __init__(self, n_threads=1):
        self.n_threads = n_threads
        self._pool = None
        if n_threads > 1:
            self._pool = ThreadPoolExecutor(n_threads - 1, "skmnist", initializer=_prepare)

    def run(self, tasks):
        """Return the results of callables without arguments, as a list in their order.

        If one raises an error, those that have not begun are left out, and the error is raised
        when the others have ended.
        """
        waiting = deque(enumerate(tasks))
        results = [None] * len(waiting)

        def work():
            while waiting:
                try:
                    index, task = waiting.popleft()
                except IndexError:  # another thread was faster
                    return
                try:
                    results[index] = task()
                except BaseException:
                    waiting.clear()
                    raise

        n_others = min(self.n_threads, len(waiting)) - 1
        others = [self._pool.submit(work) for _ in range(n_others)]
        try:
            work()
        finally:
            wait(others)
        for other in others:
            other.result()
        return results

    def close(self):
        """End the other threads."""
        if self._pool is not None:
            self._pool.shutdown()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()


def _prepare():
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # as `neutral_state` has it in the calling thread
