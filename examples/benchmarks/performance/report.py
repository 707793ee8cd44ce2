"""``performance.md`` and its figure, from the results."""

import json
import statistics

from tabulate import tabulate

from performance import scaling, speed
from performance.peers import CONTESTANTS

#: The contestant whose times are 1 in ratios.
_REFERENCE = "keras"

_INTRODUCTION = """\
# Performance

What MNIST costs with this package and with what one would use otherwise, measured in one run on
one machine, in turn, each in a process of its own. First calls and compilers are warmed up off
the clock; converting the data from `uint8` arrays in memory is on it, evaluating is not. Figures
are medians over rounds, which differ in their seeds. Compare ratios rather than seconds: a
machine's speed varies.

Made by `python -m performance` in `examples/benchmarks`, from
[results/performance.json](results/performance.json).
"""


def write(results, output):
    """Write the document, and a figure if there is something to draw.

    Parameters
    ----------
    results : list of dict
    output : pathlib.Path
        The folder of documents.
    """
    lines = [_INTRODUCTION]
    for device in sorted({result["device"] for result in results}):
        own = [result for result in results if result["device"] == device]
        lines += _chapters(own, device, output)
    if not any(result["device"] == "cuda" for result in results):
        lines += ["## GPU", "", '`device="cuda"` was not measured: no GPU was at hand.', ""]
    lines += ["## How it was made", ""]
    for key, what in (("machine", "Machine"), ("versions", "Versions")):
        for kind in sorted({json.dumps(result[key]) for result in results}):
            values = ", ".join(f"{name} {value}" for name, value in json.loads(kind).items())
            lines.append(f"- {what}: {values}")
    (output / "performance.md").write_text("\n".join(lines) + "\n")


def _chapters(results, device, output):
    lines = []
    chapters = {
        "speed": ("Training", _speed),
        "profile": ("Where an epoch goes", _profile),
        "inference": ("Predicting", _inference),
        "scaling": ("More images", _scaling),
        "startup": ("Starting", _startup),
    }
    for part, (title, chapter) in chapters.items():
        own = [result for result in results if result["part"] == part]
        if own:
            lines += [f"## {title} ({device})", "", *chapter(own, output, device), ""]
    return lines


# -- training


def speed_table(results):
    """Return the table of contestants, as lines of Markdown."""
    rows = speed.rows([result for result in results if result["part"] == "speed"])
    reference = next((row for row in rows if row["name"] == _REFERENCE), None)
    table = []
    for row in rows:
        accuracy = 100 * statistics.mean(row["accuracies"])
        if row["rounds"] > 1:
            accuracy = f"{accuracy:.2f} ± {100 * statistics.stdev(row['accuracies']):.2f}"
        else:
            accuracy = f"{accuracy:.2f}"
        table.append(
            [
                row["title"],
                row["rounds"],
                "–" if row["n_parameters"] is None else f"{row['n_parameters']:,}",
                row["epochs"] if row["n_parameters"] else "–",
                _seconds(row["fit_seconds"] / row["epochs"]) if row["n_parameters"] else "–",
                *(_with_ratio(row[t], reference and reference[t]) for t in speed.THRESHOLDS),
                _with_ratio(row["fit_seconds"], reference and reference["fit_seconds"]),
                accuracy,
                _megabytes(row["peak_memory"]),
            ]
        )
    headers = ["", "rounds", "parameters", "epochs", "s per epoch"]
    headers += [f"s to {100 * t:g} %" for t in speed.THRESHOLDS]
    headers += ["s, all epochs", "test accuracy, %", "peak memory, MB"]
    return _table(headers, table)


def _speed(results, output, device):
    lines = speed_table(results)
    lines += ["", "In brackets: the time divided by that of Keras' small CNN in the same run."]
    lines += ["A time to an accuracy is that of the first epoch whose network has it on the test"]
    lines += ["set, for most rounds; evaluating on it is for this table only, and nothing was"]
    lines += ["chosen by it. The hand-written loops and plain skorch train the networks of the"]
    lines += ["presets that they are named after."]
    measured = {result["contestant"] for result in results}
    missing = [contestant.title for contestant in CONTESTANTS if contestant.name not in measured]
    if missing:
        lines += ["", f"Not measured: {', '.join(missing)}."]
    by_name = {row["name"]: row for row in speed.rows(results)}
    for ours, peer in (
        ("quick", "loop-quick"),
        ("default", "loop-default"),
        ("quick", "skorch-quick"),
    ):
        if ours in by_name and peer in by_name:
            ratio = statistics.median(_paired_ratios(results, ours, peer))
            lines += ["", f"{by_name[ours]['title']} takes {ratio:.2f} of the time of"]
            lines += [f"{by_name[peer]['title']}, as the median of rounds."]
    return lines


def _paired_ratios(results, ours, peer):
    seconds = {(r["contestant"], r["seed"]): r["fit_seconds"] for r in results}
    seeds = [seed for name, seed in seconds if name == ours and (peer, seed) in seconds]
    return [seconds[ours, seed] / seconds[peer, seed] for seed in seeds]


# -- the rest


def _profile(results, output, device):
    parts = results[0]["parts"]
    rows = []
    for part in parts:
        shares = [100 * r["parts"][part] / r["profiled_seconds"] for r in results]
        rows.append([part, *(f"{share:.0f} %" for share in shares)])
    lines = _table(["", *(result["preset"] for result in results)], rows)
    lines += ["", "Shares of the time that torch's operations take in a fit of one epoch over"]
    return [*lines, "60,000 images with one thread, forward and backward, by torch's profiler."]


def _inference(results, output, device):
    rows = [
        [
            result["preset"],
            _seconds(result["whole_set"]),
            _seconds(result["hand_written"]),
            f"{result['ratio']:.2f}",
            f"{1000 * result['one_image']:.2f} ms",
            f"{result['n_streamed']:,}",
            _megabytes(result["stream_memory"]),
        ]
        for result in results
    ]
    headers = ["preset", "10,000 images, s", "hand-written, s", "ratio", "one image"]
    lines = _table([*headers, "images streamed", "memory for them, MB"], rows)
    lines += ["", "`predict` against a loop over batches of 512 with the same network, in turn;"]
    return [*lines, "`predict_iter` on a generator of 10,000 images at a time."]


def _scaling(results, output, device):
    lines, rows = [], []
    for threads in sorted({result["threads"] for result in results}):
        own = [result for result in results if result["threads"] == threads]
        for n_images in sorted({result["n_images"] for result in own}):
            same = [result for result in own if result["n_images"] == n_images]
            fit, predict, peak = (
                statistics.median(result[key] for result in same)
                for key in ("fit_seconds", "predict_seconds", "peak_memory")
            )
            row = [threads, f"{n_images:,}", _seconds(fit), _seconds(predict)]
            rows.append([*row, _megabytes(same[0]["data"]), _megabytes(peak)])
        exponents = [scaling.exponent(own, key) for key in ("fit_seconds", "predict_seconds")]
        lines += [f"- {threads} thread{'s' if threads > 1 else ''}: fitting takes time in"]
        lines += [f"  proportion to n^{exponents[0]:.2f}, predicting to n^{exponents[1]:.2f}"]
    table = _table(["threads", "images", "fit, s", "predict, s", "data, MB", "peak, MB"], rows)
    _plot_scaling(results, output / "figures" / f"performance-scaling-{device}.png")
    text = ["One epoch of *quick*, on MNIST's images over and over. From 6,000 images on:", ""]
    figure = f"![Time and memory](figures/performance-scaling-{device}.png)"
    return [*text, *lines, "", *table, "", figure]


def _plot_scaling(results, path):
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.6), layout="constrained")
    for threads, marker in ((1, "o"), (2, "s")):
        own = [result for result in results if result["threads"] == threads]
        sizes = sorted({result["n_images"] for result in own})
        for key, style in (("fit_seconds", "-"), ("predict_seconds", "--")):
            medians = [
                statistics.median(r[key] for r in own if r["n_images"] == size) for size in sizes
            ]
            label = f"{key.partition('_')[0]}, {threads} thread{'s' if threads > 1 else ''}"
            left.loglog(sizes, medians, marker + style, label=label, markersize=4)
    left.set(xlabel="images", ylabel="seconds")
    left.legend(fontsize="small")
    sizes = sorted({result["n_images"] for result in results})
    peaks = [max(r["peak_memory"] for r in results if r["n_images"] == n) for n in sizes]
    data = [next(r["data"] for r in results if r["n_images"] == n) for n in sizes]
    right.semilogx(sizes, peaks, "o-", label="peak of the whole process")
    right.semilogx(sizes, [600 + 2 * size for size in data], "k:", label="600 MB + twice the data")
    right.set(xlabel="images", ylabel="MB", ylim=(0, None))
    right.legend(fontsize="small")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=100, metadata={"Software": None})
    plt.close(figure)


def _startup(results, output, device):
    return _table(["command", "s"], [[k, f"{v:.2f}"] for k, v in results[0]["seconds"].items()])


# -- text


def _table(headers, rows):
    align = ("left", *("right",) * (len(headers) - 1))
    text = tabulate(rows, headers, tablefmt="pipe", colalign=align, disable_numparse=True)
    return text.splitlines()


def _seconds(value):
    return "–" if value is None else f"{value:.3f}" if value < 1 else f"{value:.1f}"


def _with_ratio(value, reference):
    if value is None or reference is None:
        return _seconds(value)
    return f"{_seconds(value)} ({value / reference:.2f})"


def _megabytes(value):
    return "–" if value is None else f"{value:,.0f}"
