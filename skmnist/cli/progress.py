"""Progress of a search, whatever processes its fits run in."""

import contextlib
import os
import sys
import tempfile
import threading
from pathlib import Path


class FitCounter:
    """Count the fits of a search: a callback of scikit-learn.

    Its copies in other processes add to the same file.

    Parameters
    ----------
    path : path-like
        The file; it need not exist.
    """

    def __init__(self, path):
        self.path = os.fspath(path)

    def count(self):
        """Return how many fits have ended."""
        path = Path(self.path)
        return path.stat().st_size if path.exists() else 0

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        pass

    def on_fit_task_end(self, estimator, context):
        # a fit of a candidate has no parts, as far as the search knows
        if context.max_subtasks == 0:
            with open(self.path, "ab", buffering=0) as file:
                file.write(b".")


@contextlib.contextmanager
def showing_fits(search, n_fits=None):
    """Show on standard error how many fits of a search have ended, while a block runs.

    Parameters
    ----------
    search : GridSearchCV, or another search of scikit-learn
        To be fitted in the block.
    n_fits : int, default=None
        How many there will be, if that is known.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        counter = FitCounter(Path(folder, "fits"))
        search.set_callbacks(counter)
        display = _Display(n_fits)
        stop = threading.Event()

        def watch():
            while not stop.wait(0.2):
                display.show(counter.count())

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            display.show(counter.count())
            display.close()


class _Display:
    def __init__(self, n_fits):
        from tqdm import tqdm

        from skmnist.callbacks.progress import columns, is_terminal

        self.n_fits = n_fits
        self.shown = 0
        self.bar = None
        if is_terminal(sys.stderr):
            self.bar = tqdm(
                total=n_fits,
                desc="fits",
                file=sys.stderr,
                ncols=columns(sys.stderr),
                nrows=20,
                bar_format=None
                if n_fits is None
                else "{desc} {n_fmt}/{total_fmt} |{bar:20}| {elapsed}<{remaining}",
            )

    def show(self, n):
        if self.bar is not None:
            self.bar.update(n - self.bar.n)
        elif n != self.shown:
            total = "" if self.n_fits is None else f"/{self.n_fits}"
            print(f"fit {n}{total}", file=sys.stderr, flush=True)
        self.shown = n

    def close(self):
        if self.bar is not None:
            self.bar.close()
