"""Files that are damaged in many ways: for tests with hypothesis."""

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# what takes half a minute; more by hand
_MANY = int(os.environ.get("SKMNIST_TEST_FILES", "1000"))

#: A test of so many files: some in the fast tier, many in the slow one.
tiers = pytest.mark.parametrize("n_files", [200, pytest.param(_MANY, marks=pytest.mark.slow)])

_NUMBERS = st.sampled_from([0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 2**31 - 1, 2**32 - 1])


@st.composite
def damaged(draw, contents):
    """Draw a file: one of the good contents with some changes, or random bytes."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=300))
    content = bytearray(draw(st.sampled_from(contents)))
    for _ in range(draw(st.integers(1, 4))):
        # headers are at the beginning, and tables of contents at the end
        length = len(content)
        near = draw(st.integers(0, min(length, 300)))
        place = draw(st.sampled_from([near, length - near, draw(st.integers(0, length))]))
        match draw(st.integers(0, 5)):
            case 0:
                content[place : place + 1] = draw(st.binary(min_size=1, max_size=1))
            case 1:
                del content[place:]
            case 2:
                content[place:place] = draw(st.binary(min_size=1, max_size=40))
            case 3:
                order = draw(st.sampled_from(["little", "big"]))
                content[place : place + 4] = draw(_NUMBERS).to_bytes(4, order)
            case 4:
                del content[place : place + draw(st.integers(1, 20))]
            case 5:
                end = place + draw(st.integers(1, 200))
                content[place:place] = content[place:end]
    return bytes(content)


def try_files(check, files, n_files):
    """Call a check with so many files, the same ones each time; none may take much memory."""

    @settings(
        max_examples=n_files,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(files)
    def run(content):
        with limited_memory(100):
            check(content)

    run()


@contextlib.contextmanager
def limited_memory(megabytes):
    """Fail if the process needs more memory inside the block than before, by so much."""
    # 5 resets the peak
    Path("/proc/self/clear_refs").write_text("5")
    before = _peak()
    yield
    grown = (_peak() - before) / 1024
    assert grown < megabytes, f"{grown:.0f} MB"


def _peak():
    """Return the largest amount of memory that was resident, in kB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise AssertionError("no peak of memory is known")
