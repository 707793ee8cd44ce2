"""Memory that one batch frees serves the next."""

import platform
import subprocess
import sys

import pytest

# The blocks of a batch, freed before the next: how many fresh pages do ten batches take?
BATCHES = """
import resource
import numpy as np
from skmnist._engine.memory import keep_freed_memory

def batch():
    blocks = [np.ones(size, dtype=np.uint8) for size in (6 << 20, 6 << 20, 6 << 20)]

def fresh_pages():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

{first}
batch()
before = fresh_pages()
for _ in range(10):
    batch()
print(fresh_pages() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="about the GNU C library")
def test__keep_freed_memory__batches__take_no_fresh_pages(monkeypatch):
    monkeypatch.delenv("MALLOC_TRIM_THRESHOLD_", raising=False)

    def count(first):
        command = [sys.executable, "-c", BATCHES.format(first=first)]
        return int(subprocess.run(command, check=True, capture_output=True).stdout)

    assert count("keep_freed_memory()") < count("") / 20
