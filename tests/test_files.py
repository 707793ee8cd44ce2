"""Files are written whole or not at all, and records are kept."""

import os
import signal
import subprocess
import sys

import pytest

from skmnist._files import RecordStore, atomic_path, write_text

WRITE_AND_WAIT = """
import sys
from skmnist._files import atomic_path

with atomic_path(sys.argv[1]) as temporary:
    temporary.write_text("half")
    print("writing", flush=True)
    sys.stdin.read()
"""


def test__atomic_path__failed_block__leaves_the_older_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")

    def write():
        with atomic_path(path) as temporary:
            temporary.write_text("new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    assert path.read_text() == "old"


@pytest.mark.skipif(os.name != "posix", reason="leftovers stay elsewhere")
def test__atomic_path__process_killed_while_writing__next_one_removes_what_it_left(tmp_path):
    path = tmp_path / "file [1]"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE_AND_WAIT, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "writing\n"
    write_text(path, "of another")  # while the process lives, its file is its own
    assert len(list(tmp_path.iterdir())) == 2
    process.send_signal(signal.SIGKILL)
    process.communicate()
    write_text(path, "whole")
    assert [file.name for file in tmp_path.iterdir()] == ["file [1]"]
    assert path.read_text() == "whole"


def test__record_store__added_to_by_two__holds_both(tmp_path):
    first, second = (RecordStore(tmp_path / "store.json", {"what": "test"}) for _ in range(2))
    first.add({"a": 1})
    second.add({"a": 2})
    read = RecordStore(tmp_path / "store.json", {"what": "else"})
    assert read.records == [{"a": 1}, {"a": 2}]
    assert read.stored_head == {"what": "test"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"records": [1]}', '{"records"'])
def test__record_store__damaged__clear_error(tmp_path, text):
    path = tmp_path / "store.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"store.json is damaged, or no file of records"):
        RecordStore(path)
    assert path.read_text() == text
