"""What each part of the benchmark measures, and what is computed from it."""

from itertools import count

import numpy as np
import pytest
from benchmarks import made_up_busy, made_up_speed
from performance import (
    busy,
    inference,
    many_cores,
    scaling,
    search_profile,
    speed,
)
from performance import measure as measure_module
from performance.calibration import calibration_error, log_loss
from performance.contestants.contestant import Contestant
from performance.measure import Clock, repeated
from performance.settings import PARTS

import skmnist
from skmnist._engine.batches import ImageDataset


def test__log_loss__certain_and_wrong__is_finite():
    proba = np.array([[0.8, 0.2], [0.0, 1.0]], dtype=np.float32)
    assert log_loss(proba[:1], np.array([0])) == pytest.approx(-np.log(0.8), rel=1e-5)
    assert 10 < log_loss(proba[1:], np.array([0])) < 20


def test__calibration_error__by_hand():
    proba = np.array([[0.9, 0.1]] * 4 + [[0.4, 0.6]] * 2)
    # 3 of 4 right at 0.9, 1 of 2 at 0.6
    y = np.array([0, 0, 0, 1, 1, 0])
    expected = 4 / 6 * (0.9 - 0.75) + 2 / 6 * (0.6 - 0.5)
    assert calibration_error(proba, y) == pytest.approx(expected)
    assert calibration_error(np.eye(2), np.array([0, 1])) == 0


def test__clock__paused__does_not_count(monkeypatch):
    ticks = count()  # a second passes each time that somebody looks
    monkeypatch.setattr(measure_module.time, "perf_counter", lambda: next(ticks))
    clock = Clock()
    assert clock() == 1
    with clock.paused():
        for _ in range(100):
            next(ticks)
    assert clock() < 10


def test__repeated__warm_up__is_not_returned():
    calls = []
    assert len(repeated(lambda: calls.append(0), 3, warm_up=2)) == 3
    assert len(calls) == 5


def test__speed__rows__medians_and_times_to_an_accuracy():
    results = [
        made_up_speed("quick", 0, 2.0, [0.985, 0.991]),
        made_up_speed("quick", 1, 4.0, [0.985, 0.989]),
        made_up_speed("quick", 2, 3.0, [0.991, 0.992]),
    ]
    (row,) = speed.rows(results)
    assert row["fit_seconds"] == 6.0
    assert row[0.98] == 3.0
    # 4, never, 3
    assert row[0.99] == 4.0
    assert row[0.995] is None


def test__scaling__exponent__of_a_power():
    results = [{"n_images": n, "fit_seconds": 3 * n**0.97} for n in (1000, 6000, 60_000, 600_000)]
    results[0]["fit_seconds"] = 1e9  # too small to count
    assert scaling.exponent(results, "fit_seconds") == pytest.approx(0.97)


@pytest.fixture
def contestants(monkeypatch):
    """Three of which one runs ten rounds, one five, and one a single one on the CPU only."""
    made_up = [
        Contestant("fast", "Fast", None, rounds=10),
        Contestant("slow", "Slow", None, rounds=5),
        Contestant("once", "Once", None, devices=("cpu",), rounds=1),
    ]
    monkeypatch.setattr(speed, "CONTESTANTS", made_up)
    return ["fast", "slow", "once"]


def test__speed__tasks__as_often_as_each_needs_and_not_always_in_the_same_order(contestants):
    order = [(task["seed"], task["contestant"]) for task in speed.tasks(20, "cpu", contestants)]
    assert order[:3] == [(0, "fast"), (0, "slow"), (0, "once")]
    assert order[3:5] == [(1, "slow"), (1, "fast")]
    assert order[-1] == (9, "fast")
    assert len(order) == 10 + 5 + 1


def test__speed__tasks__fewer_rounds_names_or_devices__fewer_tasks(contestants):
    assert len(speed.tasks(2, "cpu", contestants)) == 2 + 2 + 1
    assert len(speed.tasks(2, "cpu", ["fast"])) == 2
    assert {task["contestant"] for task in speed.tasks(2, "cuda", contestants)} == {"fast", "slow"}


def test__speed__paired_ratios__only_rounds_that_both_have_run():
    results = [
        made_up_speed("quick", seed, seconds, [0.99]) for seed, seconds in ((0, 3.0), (1, 8.0))
    ]
    results += [
        made_up_speed("keras", seed, seconds, [0.99]) for seed, seconds in ((1, 2.0), (2, 1.0))
    ]
    assert speed.paired_ratios(results, "quick", "keras") == [4.0]
    assert speed.paired_ratios(results, "quick", "svc") == []


def test__busy__rows__all_rounds_and_ratios_to_alone():
    results = [
        made_up_busy("quick", alone=[1.0, 2.0], one=[3.0], two=[]),
        made_up_busy("quick", alone=[2.0], one=[5.0], two=[]),
    ]
    alone, one = busy.rows(results)
    assert (alone["n_fits"], alone["fit"], alone["worst_fit"], alone["ratio"]) == (3, 2.0, 2.0, 1)
    assert (one["busy"], one["fit"], one["ratio"], one["worst_ratio"]) == (1, 4.0, 2.0, 2.5)
    assert one["worst_epoch"] == pytest.approx(4.5)


def records(*spans):
    """Return a fit and a score for each (start, end of the fit, end of the score)."""
    return [
        record
        for start, middle, end in spans
        for record in (
            {"what": "fit", "start": start, "end": middle, "cpu": 1, "steps": 1, "epochs": 1.5},
            {"what": "score", "start": middle, "end": end, "cpu": 0.5},
        )
    ]


def test__search_profile__summary__adds_up_to_all_cores():
    processes = {
        1: records((12, 15, 16), (17, 19, 20), (20, 22, 23)),
        2: records((13, 16, 17), (17, 19, 20)),
        3: [],
    }
    (best_fit, _) = records((24, 28, 28))
    found = search_profile.summary(processes, best_fit, start=10, end=30, n_jobs=2)
    assert sum(found["parts"].values()) == pytest.approx(2 * found["seconds"]) == 40
    assert list(found["parts"].values()) == [6, 3, 7 + 0, 5, 1, 5, 3, 4, 6]
    assert found["first_fit_surplus"] == 2
    assert found["cpu_seconds"] == 6 + 2.5
    assert found["start_seconds"] == 2.5
    assert found["fit_seconds"] == [5, 3, 3, 4, 3]
    assert found["best_fit_seconds"] == 4


@pytest.mark.parametrize(("n_jobs", "seconds"), [(1, 1 + 12 + 3), (2, 1 + 7 + 3), (9, 1 + 5 + 3)])
def test__many_cores__search__next_fit_to_whoever_is_free(n_jobs, seconds):
    result = {"start_seconds": 1, "fit_seconds": [5, 3, 2, 2], "best_fit_seconds": 3}
    assert many_cores.search_seconds(result, n_jobs) == seconds


def test__inference__rounds__their_medians_by_preset():
    figures = dict.fromkeys(("hand_written", "ratio", "one_image", "n_streamed"), 1)
    results = [
        {"preset": name, "whole_set": seconds, "stream_memory": None} | figures
        for name, seconds in (("quick", 3.0), ("best", 9.0), ("quick", 1.0), ("quick", 1.5))
    ]
    quick, best = inference.medians(results)
    assert (quick["preset"], quick["whole_set"]) == ("quick", 1.5)
    assert (best["preset"], best["whole_set"]) == ("best", 9.0)
    assert quick["stream_memory"] is None


# -- parts


@pytest.fixture
def small_mnist(blobs, monkeypatch):
    """The same few images wherever MNIST is fetched."""
    monkeypatch.setattr(skmnist, "fetch_mnist", lambda subset, return_X_y: blobs)


def test__profile__parts__add_up_to_the_whole(small_mnist, monkeypatch):
    monkeypatch.setattr(ImageDataset, "batch", ImageDataset.batch)  # which profiling wraps
    task = {"part": "profile", "preset": "default", "device": "cpu"}
    result = PARTS["profile"].run(task)
    assert result["parts"]["augmentation"] > 0
    assert result["parts"]["convolutions"] > 0
    assert sum(result["parts"].values()) == pytest.approx(result["profiled_seconds"])


def test__inference__few_images__all_figures(small_mnist, blobs, monkeypatch):
    monkeypatch.setattr(inference, "_PAIRS", 2)
    task = {"part": "inference", "preset": "quick", "device": "cpu", "round": 0}
    (figures,) = inference.medians([inference.run(task)])
    n_images = len(blobs[0])
    chunks = (min(10_000, n_images - k * 10_000 % n_images) for k in range(20))
    assert figures["n_streamed"] == sum(chunks)
    assert min(figures[key] for key in ("whole_set", "hand_written", "one_image")) > 0


def test__scaling__more_images_than_there_are__over_and_over(small_mnist):
    task = {"part": "scaling", "n_images": 2000, "threads": 1, "device": "cpu"}
    result = scaling.run(task)
    assert result["data"] == pytest.approx(2000 * 784 / 1e6)
    assert result["fit_seconds"] > 0


def test__busy__processes__run_in_the_block_and_end_with_it(monkeypatch):
    started = []
    popen = busy.subprocess.Popen

    def remembered(*args, **kwargs):
        started.append(popen(*args, **kwargs))
        return started[-1]

    def fail():
        with busy.busy(2):
            assert [process.poll() for process in started] == [None, None]
            raise KeyError

    monkeypatch.setattr(busy.subprocess, "Popen", remembered)
    with pytest.raises(KeyError):
        fail()
    assert all(process.poll() is not None for process in started)


def test__busy__few_images__all_fits(small_mnist, monkeypatch):
    monkeypatch.setattr(busy, "BESIDE", (0, 1))
    monkeypatch.setattr(busy, "N_IMAGES", 256)
    (task,) = (t for t in busy.tasks("cpu", 1, ["quick"]) if t["contestant"] == "quick")
    result = busy.run(task | {"fits": 2})
    assert [fit["busy"] for fit in result["fits"]] == [0, 1, 0, 1]
    assert all(0 < fit["epoch_seconds"] <= fit["fit_seconds"] for fit in result["fits"])
    assert result["n_images"] == 256


@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test__search_profile__few_images__shares_of_all_cores(small_mnist, monkeypatch, n_jobs):
    monkeypatch.setattr(search_profile, "GRID", {"l1": [0.0, 1e-5]})
    monkeypatch.setattr(search_profile, "_N_FOLDS", 2)
    (task,) = search_profile.tasks("cpu", n_images=600)
    with pytest.warns(UserWarning, match="least populated class"):
        result = search_profile.run(task | {"n_jobs": n_jobs})
    parts = result["parts"]
    assert sum(parts.values()) == pytest.approx(n_jobs * result["seconds"])
    assert parts["training steps"] > 0
    assert min(parts.values()) > -0.01 * result["seconds"]


def test__many_cores__few_images__each_number_of_parts(small_mnist, monkeypatch):
    monkeypatch.setattr(many_cores, "N_IMAGES", 256)
    task = many_cores.tasks("cpu", 1)[0]
    seconds = many_cores.run(task)["cpu_seconds"]
    assert list(seconds) == ["1", "2", "4", "8"]
    assert min(seconds.values()) > 0


# -- settings


# -- the command
