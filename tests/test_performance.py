"""The benchmarks: what they time does what it says, and the document follows the results."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "examples" / "benchmarks"))

from performance import report, scaling, speed  # noqa: E402
from performance.measure import Clock, repeated  # noqa: E402
from performance.peers import CONTESTANTS  # noqa: E402

BY_NAME = {contestant.name: contestant for contestant in CONTESTANTS}


@pytest.fixture(scope="module")
def blobs():
    """Images of two kinds that everyone tells apart: a bright half at the top or below."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 400)
    X = rng.integers(0, 100, (400, 28, 28), dtype=np.uint8)
    X[y == 0, :14] += 100
    X[y == 1, 14:] += 100
    # ten classes are expected: eight of them are there once
    y[:10] = range(10)
    return X.reshape(400, 784), y


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - {"boosting", "loop-default", "default"}))
def test_contestant__few_images__learns_and_reports(blobs, name):
    if not BY_NAME[name].is_installed():
        pytest.skip(f"{BY_NAME[name].needs} is not installed")
    X, y = blobs
    reported = []
    train = BY_NAME[name].prepare(X, y, 0, "cpu")
    n_parameters, predict = train(lambda predict: reported.append(predict(X[10:]) == y[10:]))
    assert np.mean(predict(X[10:]) == y[10:]) > 0.95
    assert np.mean(reported[-1]) > 0.95
    assert n_parameters is None or n_parameters > 1000


def test_hand_written_loop__same_network_as_the_preset(blobs):
    X, y = blobs
    counts = [
        BY_NAME[name].prepare(X, y, 0, "cpu")(lambda predict: None)[0]
        for name in ("quick", "loop-quick", "skorch-quick")
    ]
    assert len(set(counts)) == 1


def test_clock__paused__does_not_count():
    clock = Clock()
    with clock.paused():
        sum(range(300_000))
        in_pause = Clock()
        sum(range(300_000))
        pause = in_pause()
    assert clock() < pause


def test_repeated__warm_up__is_not_returned():
    calls = []
    assert len(repeated(lambda: calls.append(0), 3, warm_up=2)) == 3
    assert len(calls) == 5


def made_up(contestant, seed, seconds, accuracies):
    return {
        "part": "speed",
        "contestant": contestant,
        "seed": seed,
        "device": "cpu",
        "epochs": [
            {"seconds": seconds * (k + 1), "test_accuracy": accuracy}
            for k, accuracy in enumerate(accuracies)
        ],
        "fit_seconds": seconds * len(accuracies),
        "test_accuracy": accuracies[-1],
        "n_parameters": 1234,
        "peak_memory": 456.7,
        "machine": {"processor": "made up"},
        "versions": {"python": "3.11"},
    }


def test_speed__rows__medians_and_times_to_an_accuracy():
    results = [
        made_up("quick", 0, 2.0, [0.985, 0.991]),
        made_up("quick", 1, 4.0, [0.985, 0.989]),
        made_up("quick", 2, 3.0, [0.991, 0.992]),
    ]
    (row,) = speed.rows(results)
    assert row["fit_seconds"] == 6.0
    assert row[0.98] == 3.0
    # 4, never, 3
    assert row[0.99] == 4.0
    assert row[0.995] is None


def test_scaling__exponent__of_a_power():
    results = [{"n_images": n, "fit_seconds": 3 * n**0.97} for n in (1000, 6000, 60_000, 600_000)]
    results[0]["fit_seconds"] = 1e9  # too small to count
    assert scaling.exponent(results, "fit_seconds") == pytest.approx(0.97)


def test_report__ratios_to_the_reference_and_what_is_missing(tmp_path):
    results = [made_up("quick", 0, 2.0, [0.991]), made_up("keras", 0, 10.0, [0.98, 0.99])]
    report.write(results, tmp_path)
    text = (tmp_path / "performance.md").read_text()
    (line,) = (line for line in text.splitlines() if line.startswith("| skmnist, quick"))
    cells = [cell.strip() for cell in line.split("|")]
    assert "2.0 (0.20)" in cells  # to 98 %
    assert "2.0 (0.10)" in cells  # to 99 %, and in all
    assert "1,234" in cells
    assert "Not measured: skmnist, default" in text
    assert "was not measured: no GPU was at hand" in text


def test_published_document__is_that_of_the_results(tmp_path):
    path = ROOT / "docs" / "results" / "performance.json"
    if not path.is_file():
        pytest.skip("nothing has been published")
    report.write(json.loads(path.read_text()), tmp_path)
    published = (ROOT / "docs" / "performance.md").read_text()
    assert (tmp_path / "performance.md").read_text() == published
