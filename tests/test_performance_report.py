"""``performance.md``, from results."""

from benchmarks import made_up_busy, made_up_speed, other_default
from performance import report, summary
from performance.settings import settings


def test__report__ratios_to_the_reference_and_what_is_missing(tmp_path):
    results = [
        made_up_speed("quick", 0, 2.0, [0.991]),
        made_up_speed("keras", 0, 10.0, [0.98, 0.99]),
    ]
    results.append(made_up_speed("loop-quick", 0, 1.6, [0.991]))
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
    result = made_up_speed("quick", 0, 2.0, [0.991])
    del result["test_log_loss"], result["test_calibration_error"]
    report.write([result], tmp_path)
    text = (tmp_path / "performance.md").read_text()
    (line,) = (line for line in text.splitlines() if line.startswith("| skmnist, quick"))
    assert [cell.strip() for cell in line.split("|")][-4:-2] == ["–", "–"]


def test__report__one_result_of_each_part__all_chapters(tmp_path):
    where = {"device": "cpu", "machine": {}, "versions": {}}
    seconds = {"fit_seconds": 2.0, "predict_seconds": 0.5}
    results = [
        made_up_speed("quick", 0, 2.0, [0.991]),
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


def test__report__other_settings_than_today__are_named_once(tmp_path, monkeypatch):
    results = [made_up_speed("quick", seed, 2.0, [0.991]) for seed in (0, 1)]
    results = [result | {"settings": settings(result)} for result in results]
    report.write(results, tmp_path)
    assert "other settings" not in (tmp_path / "performance.md").read_text()
    other_default(monkeypatch, "batch_size", 7)
    report.write(results, tmp_path)
    text = (tmp_path / "performance.md").read_text()
    then = results[0]["settings"]["batch_size"]
    assert text.count(f"- skmnist, quick: batch_size={then} then, 7 now\n") == 1


def test__report__trainings_on_two_machines__a_table_for_each(tmp_path):
    slower = {"machine": {"processor": "slow", "cores": 2}, "precision": "float32"}
    results = [made_up_speed("quick", 0, 8.0, [0.991]) | slower]
    results += [made_up_speed("quick", seed, 2.0, [0.991]) for seed in (0, 1)]
    report.write(results, tmp_path)
    text = (tmp_path / "performance.md").read_text()
    first, second = text.split("\n### ")[1:]
    assert first.startswith("made up, ? cores")
    assert second.startswith("slow, 2 cores")
    rows = [line.split("|")[2:4] for line in text.splitlines() if "| skmnist, quick " in line]
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["bfloat16", "2"],
        ["float32", "1"],
    ]
    # the README has one table, of the machine with most results
    assert " 2 s |" in summary.table(results)


def test__report__parts_of_two_machines__says_which_is_whose(tmp_path):
    results = [made_up_speed("quick", 0, 2.0, [0.991])]
    results.append({"part": "startup", "seconds": {}, "device": "cpu"})
    results[1] |= {"machine": {"processor": "another"}, "versions": results[0]["versions"]}
    report.write(results, tmp_path)
    text = (tmp_path / "performance.md").read_text()
    assert "- Machine (speed): processor made up\n" in text
    assert "- Machine (startup): processor another\n" in text
    assert "- Versions: python 3.11\n" in text
