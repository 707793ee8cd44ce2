"""The benchmarks: what they time does what it says, and the document follows the results."""

import json
import sys
from itertools import count
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "examples" / "benchmarks"))

import performance.__main__ as main  # noqa: E402
from performance import (  # noqa: E402
    busy,
    inference,
    many_cores,
    report,
    scaling,
    search,
    search_profile,
    speed,
)
from performance import measure as measure_module  # noqa: E402
from performance.calibration import calibration_error, log_loss  # noqa: E402
from performance.measure import Clock, repeated  # noqa: E402
from performance.peers import CONTESTANTS, Contestant  # noqa: E402
from performance.settings import PARTS, changed, settings  # noqa: E402

import skmnist  # noqa: E402
from skmnist import MnistCNNClassifier  # noqa: E402
from skmnist._engine.batches import ImageDataset  # noqa: E402

BY_NAME = {contestant.name: contestant for contestant in CONTESTANTS}


@pytest.fixture(scope="module")
def blobs():
    """Images of two kinds that everyone tells apart: a bright half at the top or below."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 800)
    X = rng.integers(0, 100, (800, 28, 28), dtype=np.uint8)
    X[y == 0, :14] += 100
    X[y == 1, 14:] += 100
    # ten classes are expected: eight of them are there once
    y[:10] = range(10)
    return X.reshape(800, 784), y


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow) if name in ("torch-example", "svc") else name
        for name in sorted(set(BY_NAME) - {"boosting", "loop-default", "default", "best"})
    ],
)
def test__contestant__few_images__learns_and_reports(blobs, name):
    if not BY_NAME[name].is_installed():
        pytest.skip(f"{BY_NAME[name].needs} is not installed")
    X, y = blobs
    reported = []
    train = BY_NAME[name].prepare(X, y, 0, "cpu")
    trained = train(lambda predict: reported.append(predict(X[10:]) == y[10:]))
    assert np.mean(trained.predict(X[10:]) == y[10:]) > 0.95
    assert np.mean(reported[-1]) > 0.95
    assert trained.n_parameters is None or trained.n_parameters > 1000
    if name == "svc":
        assert trained.predict_proba is None
    else:
        proba = trained.predict_proba(X[10:])
        np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)
        np.testing.assert_array_equal(proba.argmax(axis=1), trained.predict(X[10:]))


def test__hand_written_loop__same_network_as_the_preset(blobs):
    X, y = blobs
    counts = [
        BY_NAME[name].prepare(X, y, 0, "cpu")(lambda predict: None).n_parameters
        for name in ("quick", "loop-quick", "skorch-quick")
    ]
    assert len(set(counts)) == 1


def test__contestant__number_of_epochs__in_place_of_its_own(blobs):
    X, y = blobs
    ends = []
    BY_NAME["quick"].prepare(X, y, 0, "cpu")(lambda predict: ends.append(1), n_epochs=3)
    assert len(ends) == 3


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
        "test_log_loss": 0.0123,
        "test_calibration_error": 0.0045,
        "n_parameters": 1234,
        "peak_memory": 456.7,
        "machine": {"processor": "made up"},
        "versions": {"python": "3.11"},
    }


def test__speed__rows__medians_and_times_to_an_accuracy():
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
    results = [made_up("quick", seed, seconds, [0.99]) for seed, seconds in ((0, 3.0), (1, 8.0))]
    results += [made_up("keras", seed, seconds, [0.99]) for seed, seconds in ((1, 2.0), (2, 1.0))]
    assert speed.paired_ratios(results, "quick", "keras") == [4.0]
    assert speed.paired_ratios(results, "quick", "svc") == []


def test__report__ratios_to_the_reference_and_what_is_missing(tmp_path):
    results = [made_up("quick", 0, 2.0, [0.991]), made_up("keras", 0, 10.0, [0.98, 0.99])]
    results.append(made_up("loop-quick", 0, 1.6, [0.991]))
    report.write(results, tmp_path)
    text = (tmp_path / "performance.md").read_text()
    (line,) = (line for line in text.splitlines() if line.startswith("| skmnist, quick"))
    cells = [cell.strip() for cell in line.split("|")]
    assert "2.0 (0.20)" in cells  # to 98 %
    assert "2.0 (0.10)" in cells  # to 99 %, and in all
    assert "1,234" in cells
    assert cells[-4:-2] == ["0.0123", "0.45"]
    assert "- skmnist, quick: 1.25 (1.25 to 1.25) of the time of a hand-written loop" in text
    assert "Not measured: skmnist, quick in float32; plain skorch" in text.replace("\n", " ")
    assert '`device="cuda"` was not measured' in text


def test__report__results_without_probabilities__a_dash(tmp_path):
    result = made_up("quick", 0, 2.0, [0.991])
    del result["test_log_loss"], result["test_calibration_error"]
    report.write([result], tmp_path)
    text = (tmp_path / "performance.md").read_text()
    (line,) = (line for line in text.splitlines() if line.startswith("| skmnist, quick"))
    assert [cell.strip() for cell in line.split("|")][-4:-2] == ["–", "–"]


def made_up_busy(contestant, **seconds):
    """Return a result of a contestant's fits beside 0, 1 and 2 processes."""
    fits = [
        {"busy": n_busy, "epoch_seconds": 0.9 * s, "fit_seconds": s}
        for n_busy, name in enumerate(("alone", "one", "two"))
        for s in seconds[name]
    ]
    return {"part": "busy", "contestant": contestant, "fits": fits, "n_images": 20_000}


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


def test__report__one_result_of_each_part__all_chapters(tmp_path):
    where = {"device": "cpu", "machine": {}, "versions": {}}
    seconds = {"fit_seconds": 2.0, "predict_seconds": 0.5}
    results = [
        made_up("quick", 0, 2.0, [0.991]),
        {"part": "startup", "seconds": {"import skmnist": 0.123}},
        {"part": "profile", "preset": "quick", "profiled_seconds": 4.0, "parts": {"loss": 1.0}},
        {"part": "scaling", "n_images": 6000, "threads": 1, "data": 5.0, "peak_memory": 9.0}
        | seconds,
        {
            "part": "inference",
            "preset": "quick",
            "whole_set": 0.2,
            "hand_written": 0.1,
            "ratio": 2.0,
        }
        | {"one_image": 0.0005, "n_streamed": 10, "stream_memory": None},
        {"part": "search", "what": "grid", "n_jobs": 2, "params": {}, "seconds": 130.0}
        | {"candidates": [{"l1": 0.0}, {"l1": 1e-5}], "scores": [[0.99, 0.991], [0.99, 0.993]]},
        made_up_busy("quick", alone=[1.0], one=[3.0], two=[4.0]),
        {"part": "search_profile", "n_images": 3000, "n_jobs": 2, "seconds": 10.0}
        | {"parts": {"steps": 18.0, "everything else": 2.0}}
        | {"cpu_seconds": 19.0, "first_fit_surplus": 0.5, "start_seconds": 1.0}
        | {"fit_seconds": [2.0] * 6, "best_fit_seconds": 1.5},
        {"part": "many_cores", "preset": "quick", "n_images": 200}
        | {"cpu_seconds": {"1": 2.0, "2": 2.2, "4": 3.0}},
        {"part": "search", "what": "plain skorch", "n_jobs": 1, "params": {}, "seconds": 10.0},
        {"part": "candidates", "preset": "quick", "changes": {"momentum": 0.8}}
        | {"fits": [{"errors": e, "log_loss": e / 2e4, "cpu_seconds": 3.0} for e in (90, 92)]},
    ]
    report.write([result | where for result in results], tmp_path)
    text = (tmp_path / "performance.md").read_text()
    for title in (
        "Beside other work",
        "Where a search goes",
        "Training",
        "Where an epoch goes",
        "Predicting",
        "More images",
        "Starting",
    ):
        assert f"## {title} (cpu)" in text
    words = " ".join(text.split())
    for cell in ("| 25 % |", "| 0.12 |", "| 0.50 ms |", "| 6,000 |"):
        assert cell in words
    assert "| grid | 2 | 1 | 130 | l1=1e-05 | 99.20 ± 0.14 |" in words
    assert "| plain skorch, one fit times 81 | 1 | 1 | 810 |" in words
    assert "| skmnist, quick | 1 | 1 | 2.7 | 2.7 | 3.0 | 3.0 | 3.00 | 3.00 |" in words
    assert "Not measured: hand-written torch loop, quick;" in words
    assert "| steps | 18.0 | 90.0 % |" in words
    assert "| 2 | 8 | | 4 | 6 | | 8 | 4 |" in words
    assert "| quick | 4 | 3.0 | 1.50 | 0.750 |" in words
    assert "| quick | momentum=0.8 | 2 | 91.0 ± 1.4 | 0.0046 ± 0.0001 | 3.0 |" in words
    assert (tmp_path / "figures" / "performance-scaling-cpu.png").is_file()


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


SPEED = {"part": "speed", "contestant": "quick-float32", "device": "cpu"}


def other_default(monkeypatch, name, value):
    """Change the default of a parameter, or add it."""
    before = MnistCNNClassifier.get_params
    monkeypatch.setattr(
        MnistCNNClassifier, "get_params", lambda self, deep=True: {**before(self), name: value}
    )


def test__settings__speed__those_of_the_contestants_classifier():
    params = MnistCNNClassifier.from_preset("quick", precision="float32").get_params()
    assert settings(SPEED) == {name: repr(value) for name, value in params.items()}


@pytest.mark.parametrize(
    "task",
    [
        {"part": "speed", "contestant": "svc"},
        {"part": "speed", "contestant": "not there any more"},
        {"part": "startup"},
    ],
)
def test__settings__no_preset__none(task):
    assert settings(task) is None


@pytest.mark.parametrize("part", sorted(set(PARTS) - {"startup"}))
def test__settings__every_task_that_fits_a_preset__are_text(part):
    arguments = {"speed": (1, "cpu", ["quick"]), "inference": ("cpu", 1), "scaling": ("cpu", 1)}
    arguments |= {"busy": ("cpu", 1, ["quick"]), "many_cores": ("cpu", 1)}
    tasks = PARTS[part].tasks(*arguments.get(part, ("cpu",)))
    assert tasks
    for task in tasks:
        assert all(isinstance(value, str) for value in settings(task).values())


def test__settings__search__searched_values_in_place_of_defaults():
    task = {"part": "search", "what": "grid", "params": {"max_epochs": 6}}
    assert settings(task)["l2"] == repr(search.GRID["l2"])
    assert settings(task)["max_epochs"] == "6"


def test__changed__same_settings__nothing():
    assert changed(SPEED | {"settings": settings(SPEED)}) == []
    assert changed({"part": "startup", "device": "cpu"}) == []


def test__changed__other_default__says_both(monkeypatch):
    result = SPEED | {"settings": settings(SPEED)}
    other_default(monkeypatch, "l2", 0.25)
    assert changed(result) == [f"l2={result['settings']['l2']} then, 0.25 now"]


def test__changed__new_parameter__only_if_it_has_not_its_default(monkeypatch):
    result = SPEED | {"settings": settings(SPEED)}
    del result["settings"]["l1"], result["settings"]["precision"]
    # the contestant sets its precision
    assert changed(result) == ["precision='auto' then, 'float32' now"]


def test__changed__parameter_that_is_no_more__is_said():
    result = SPEED | {"settings": settings(SPEED) | {"warmth": "3"}}
    assert changed(result) == ["warmth=3 then, no such parameter now"]


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (SPEED, "no settings are known"),
        (SPEED | {"contestant": "gone", "settings": {}}, "not measured any more"),
        ({"part": "profile", "preset": "gone", "settings": {}}, "no preset 'gone'"),
        ({"part": "candidates", "preset": "quick", "changes": {"warmth": 3}}, "warmth"),
    ],
)
def test__changed__cannot_be_made_today__says_why(result, words):
    (change,) = changed(result)
    assert words in change


def test__report__other_settings_than_today__are_named_once(tmp_path, monkeypatch):
    results = [made_up("quick", seed, 2.0, [0.991]) for seed in (0, 1)]
    results = [result | {"settings": settings(result)} for result in results]
    report.write(results, tmp_path)
    assert "other settings" not in (tmp_path / "performance.md").read_text()
    other_default(monkeypatch, "batch_size", 7)
    report.write(results, tmp_path)
    text = (tmp_path / "performance.md").read_text()
    then = results[0]["settings"]["batch_size"]
    assert text.count(f"- skmnist, quick: batch_size={then} then, 7 now\n") == 1


def test__report__parts_of_two_machines__says_which_is_whose(tmp_path):
    results = [made_up("quick", 0, 2.0, [0.991])]
    results.append({"part": "startup", "seconds": {}, "device": "cpu"})
    results[1] |= {"machine": {"processor": "another"}, "versions": results[0]["versions"]}
    report.write(results, tmp_path)
    text = (tmp_path / "performance.md").read_text()
    assert "- Machine (speed): processor made up\n" in text
    assert "- Machine (startup): processor another\n" in text
    assert "- Versions: python 3.11\n" in text


# -- the command


@pytest.fixture
def command(tmp_path, monkeypatch):
    """A function that runs the command, and returns which contestants it measured."""
    ran = []

    def run(task):
        ran.append(task["contestant"])
        if run.fails == ran[-1]:
            raise main.TaskError("out of luck")
        result = made_up(task["contestant"], task["seed"], 1.0, [0.9]) | main._environment()
        return result | {"settings": settings(task)} if settings(task) else result

    def call(*arguments, fails=None):
        ran.clear()
        run.fails = fails
        code = main.main([*arguments, "--output", str(tmp_path)])
        assert code == (1 if fails else 0)
        return list(ran)

    monkeypatch.setattr(main, "in_own_process", run)
    return call


def stored(tmp_path):
    return json.loads((tmp_path / "results" / "performance.json").read_text())["records"]


def measure(*contestants, rounds=1):
    return ["--parts", "speed", "--rounds", str(rounds), "--contestants", *contestants]


def test__command__interrupted__runs_what_is_missing(command, tmp_path, capsys):
    assert command(*measure("quick", "mlp"), fails="mlp") == ["quick", "mlp"]
    assert "out of luck" in capsys.readouterr().err
    assert command(*measure("quick", "mlp")) == ["mlp"]
    assert command(*measure("quick", "mlp")) == []
    assert len(stored(tmp_path)) == 2


def test__command__other_versions__measures_the_part_anew(command, tmp_path, monkeypatch):
    command(*measure("quick", "mlp"))
    path = tmp_path / "results" / "performance.json"
    startup = {"part": "startup", "device": "cpu", "seconds": {}} | main._environment()
    main.RecordStore(path).add(startup)
    monkeypatch.setattr(main.environment, "versions", lambda: {"python": "4"})
    assert command(*measure("quick", "mlp")) == ["quick", "mlp"]
    # but not what was not asked for
    assert [r.get("contestant") for r in stored(tmp_path)] == [None, "quick", "mlp"]


def test__command__other_settings__measures_all_rounds_of_these_anew(
    command, tmp_path, monkeypatch
):
    command(*measure("quick", "quick-float32", "mlp", rounds=2))
    n_stored = len(stored(tmp_path))
    other_default(monkeypatch, "l2", 0.25)
    assert command(*measure("quick", "mlp")) == ["quick"]
    results = stored(tmp_path)
    # the other round of quick would not go with this one
    assert [r["settings"]["l2"] for r in results if r["contestant"] == "quick"] == ["0.25"]
    # what was not asked for is kept
    assert len(results) == n_stored - 1
    assert command(*measure("quick", "mlp", rounds=2)) == ["quick"]
    assert command(*measure("quick", "mlp", rounds=2)) == []


def test__command__damaged_results__says_so_and_keeps_them(command, tmp_path, capsys):
    path = tmp_path / "results" / "performance.json"
    path.parent.mkdir()
    path.write_text("[1, 2")
    with pytest.raises(SystemExit):
        command(*measure("mlp"))
    assert "is damaged" in capsys.readouterr().err
    assert path.read_text() == "[1, 2"
