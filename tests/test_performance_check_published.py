"""``examples/benchmarks/check_published.py``, of the performance results."""

import check_published
import pytest
from performance.settings import settings

from skmnist._files import RecordStore


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Two results of one preset, made with today's settings, where the script looks for them."""
    monkeypatch.setattr(check_published, "ROOT", tmp_path)
    tasks = [
        {"part": "speed", "contestant": "quick", "seed": 0},
        {"part": "inference", "preset": "quick", "round": 0},
    ]
    store = RecordStore(tmp_path / "docs" / "results" / "performance.json")
    store.write([task | {"settings": settings(task)} for task in tasks])
    return store


def shown(capsys):
    check_published.main([check_published.performance])
    return capsys.readouterr().out.splitlines()


def test__check_published__performance_of_today__belongs(store, capsys):
    assert shown(capsys) == ["all belong to today's settings"]


def test__check_published__other_preset_then__part_preset_and_change_are_named(store, capsys):
    for result in store.records:
        result["settings"]["batch_size"] = "7"
    store.write(store.records)
    inference, speed = shown(capsys)
    assert inference.startswith("performance, inference, quick: batch_size=7 then, ")
    assert speed.startswith("performance, speed, skmnist, quick: batch_size=7 then, ")
