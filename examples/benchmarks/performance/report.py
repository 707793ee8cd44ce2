"""``performance.md`` and its figure, from the results."""

import statistics

from shared import documents
from shared.documents import markdown_table, paragraph, percent

from performance import busy, inference, many_cores, scaling, speed
from performance.contestants import CONTESTANTS
from performance.settings import changed
from skmnist._files import write_text

#: The contestant whose times are 1 in ratios, by device.
_REFERENCES = {"cpu": "keras", "cuda": "torch-example"}

_INTRODUCTION = """\
# Performance

How long MNIST takes with this package and with other libraries. Each table was measured on one
machine; the last section says on which, and with which versions. The contestants took turns. Each
ran in a process of its own, with its library's default number of threads. Warming up does not
count. Converting the `uint8` arrays counts, and evaluating does not. Times and memory are medians
over rounds, which differ in their seeds. Compare ratios rather than seconds: a machine's speed
varies.

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
    if not any(result["device"].startswith("cuda") for result in results):
        text = """`device="cuda"` was not measured: no GPU was at hand. There the data moves to the
            device once, batches are made on it, and nothing waits for it within an epoch; on the
            CPU the tests cover the same code."""
        lines += ["## GPU", "", *paragraph(text), ""]
    lines += documents.how_it_was_made(results)
    write_text(output / "performance.md", "\n".join(lines) + "\n")


def _chapters(results, device, output):
    lines = []
    chapters = {
        "speed": ("Training", _speed),
        "busy": ("Beside other work", _busy),
        "profile": ("Where an epoch goes", _profile),
        "inference": ("Predicting", _inference),
        "scaling": ("More images", _scaling),
        "startup": ("Starting", _startup),
        "search": ("Searching", _search),
        "search_profile": ("Where a search goes", _search_profile),
        "many_cores": ("Many cores, on paper", _many_cores),
        "candidates": ("How the presets were chosen", _candidates),
    }
    for part, (title, chapter) in chapters.items():
        own = [result for result in results if result["part"] == part]
        if own:
            lines += [f"## {title} ({device})", "", *chapter(own, output, device), ""]
            lines += documents.changed_settings(with_other_settings(own))
            if part == "search_profile":
                lines += _search_on_paper(own)
    return lines


def with_other_settings(results):
    """Return pairs of what was made with other settings than today's, and what they are."""
    return documents.with_other_settings(results, _title, changed)


def _title(result):
    """Return what a result is of, in words."""
    if "contestant" in result:
        titles = {contestant.name: contestant.title for contestant in CONTESTANTS}
        return titles.get(result["contestant"], result["contestant"])
    what = result.get("preset") or result.get("what") or result["part"]
    details = result.get("changes") or result.get("params")
    return f"{what} with {_arguments(details)}" if details else what


def _arguments(params):
    return ", ".join(f"{name}={value!r}" for name, value in params.items())


# -- training


def speed_table(results, device):
    """Return the table of contestants on a device of one machine, as lines of Markdown."""
    rows = speed.rows(results)
    name = _REFERENCES.get(device.partition(":")[0])
    reference = next((row for row in rows if row["name"] == name), {})
    table = []
    for row in rows:
        has_epochs = row["n_parameters"] is not None
        table.append(
            [
                row["title"],
                row["precision"],
                row["rounds"],
                f"{row['n_parameters']:,}" if has_epochs else "–",
                row["epochs"] if has_epochs else "–",
                _seconds(row["fit_seconds"] / row["epochs"]) if has_epochs else "–",
                *(_with_ratio(row[t], reference.get(t)) for t in speed.THRESHOLDS),
                _with_ratio(row["fit_seconds"], reference.get("fit_seconds")),
                percent(row["accuracies"]),
                "–" if row["log_loss"] is None else f"{row['log_loss']:.4f}",
                "–" if row["log_loss"] is None else f"{100 * row['calibration_error']:.2f}",
                _megabytes(row["peak_memory"]),
            ]
        )
    headers = ["", "precision", "rounds", "parameters", "epochs", "s per epoch"]
    headers += [f"s to {100 * t:g} %" for t in speed.THRESHOLDS]
    headers += ["s, all epochs", "test accuracy, %", "NLL", "ECE, %", "peak memory, MB"]
    return markdown_table(headers, table)


#: What is compared round by round, and what is said of it.
_PAIRS = {
    ("quick", "loop-quick"): "a hand-written loop of the same network and recipe",
    ("default", "loop-default"): "a hand-written loop of the same network and recipe",
    ("quick-float32", "skorch-quick"): "plain skorch with the same network, both in float32",
    ("quick", "skorch-quick"): "plain skorch with the same network, in float32",
}


def _speed(results, output, device):
    text = """A time to an accuracy is that of the first epoch after which the network has it on
        the test set, in more than half of the rounds. Evaluating on it is for this table only;
        nothing was chosen by it. Test accuracies are those of `predict` after the last epoch, mean
        ± standard deviation; *default* and *best* average over distorted copies there, but not
        in the epochs' accuracies. NLL is the mean negative log-likelihood of the test labels,
        ECE the expected calibration error in 15 bins, both of the probabilities after the last
        epoch. The peak of memory is the whole process's."""
    reference = _REFERENCES.get(device.partition(":")[0])
    title = next((_title(r) for r in results if r["contestant"] == reference), None)
    if title is not None:
        text = f"In brackets: the time divided by that of {title}. {text}"
    lines = [*paragraph(text), ""]
    machines = speed.by_machine(results)
    for name, own in machines.items():
        lines += [f"### {name}", ""] if len(machines) > 1 else []
        lines += [*speed_table(own, device), "", *_notes(own), ""]
    return lines[:-1]


def _notes(results):
    """Return what is to be said of a table of contestants."""
    rows = {row["name"]: row for row in speed.rows(results)}
    lines = []
    missing = [contestant.title for contestant in CONTESTANTS if contestant.name not in rows]
    if missing:
        lines += [*paragraph(f"Not measured: {'; '.join(missing)}."), ""]
    for (ours, peer), what in _PAIRS.items():
        ratios = sorted(speed.paired_ratios(results, ours, peer))
        if ratios:
            ratio = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
            lines.append(f"- {rows[ours]['title']}: {ratio} of the time of {what}.")
    return lines


def _busy(results, output, device):
    titles = {contestant.name: contestant.title for contestant in CONTESTANTS}
    rows = [
        [
            titles[row["name"]],
            row["busy"],
            row["n_fits"],
            _seconds(row["epoch"]),
            _seconds(row["worst_epoch"]),
            _seconds(row["fit"]),
            _seconds(row["worst_fit"]),
            *("–" if row[key] is None else f"{row[key]:.2f}" for key in ("ratio", "worst_ratio")),
        ]
        for row in busy.rows(results)
    ]
    headers = ["", "busy processes", "fits", "s per epoch", "worst", "s per fit", "worst"]
    text = f"""Fits of one epoch on {results[0]["n_images"]:,} images, alone and beside processes
        that compute without an end, in turn: medians and the slowest of all fits. The ratios are
        those of the median and of the slowest fit to the median of the same contestant alone. On
        two cores beside two busy processes, a fair share is half of the processor: a ratio of
        2."""
    lines = markdown_table([*headers, "ratio to alone", "worst ratio"], rows)
    missing = [titles[name] for name in busy.missing(results)]
    lines += ["", *paragraph(text)]
    return [*lines, "", *paragraph(f"Not measured: {'; '.join(missing)}.")] if missing else lines


# -- the rest


def _profile(results, output, device):
    rows = [
        [part, *(f"{100 * r['parts'][part] / r['profiled_seconds']:.0f} %" for r in results)]
        for part in results[0]["parts"]
    ]
    lines = markdown_table(["", *(result["preset"] for result in results)], rows)
    text = """Shares of the time of a fit of one epoch over 60,000 images with one thread, forward
        and backward, by torch's profiler, which itself slows down what consists of many short
        calls, and counts as everything else."""
    return [*lines, "", *paragraph(text)]


def _inference(results, output, device):
    rows = [
        [
            result["preset"],
            _seconds(result["whole_set"]),
            _seconds(result["hand_written"]),
            f"{result['ratio']:.2f}",
            f"{1000 * result['one_image']:.2f} ms",
            f"{result['n_streamed']:,.0f}",
            _megabytes(result["stream_memory"]),
        ]
        for result in inference.medians(results)
    ]
    headers = ["preset", "10,000 images, s", "hand-written, s", "ratio", "one image"]
    lines = markdown_table([*headers, "images streamed", "memory for them, MB"], rows)
    text = """`predict` against a loop over batches of 512 with the same network, in turn;
        `predict_iter` on a generator of 10,000 images at a time. Medians of several rounds.
        *default* predicts two distorted copies with each image, *best* four, and so does the
        loop."""
    return [*lines, "", *paragraph(text)]


def _scaling(results, output, device):
    lines, rows = [], []
    for threads in sorted({result["threads"] for result in results}):
        own = [result for result in results if result["threads"] == threads]
        for n_images in sorted({result["n_images"] for result in own}):
            same = [result for result in own if result["n_images"] == n_images]
            fit, predict, peak = (
                speed.median(result[key] for result in same)
                for key in ("fit_seconds", "predict_seconds", "peak_memory")
            )
            row = [threads, f"{n_images:,}", _seconds(fit), _seconds(predict)]
            rows.append([*row, _megabytes(same[0]["data"]), _megabytes(peak)])
        exponents = [scaling.exponent(own, key) for key in ("fit_seconds", "predict_seconds")]
        if None not in exponents:
            powers = "n^{:.2f}, predicting to n^{:.2f}".format(*exponents)
            lines.append(f"- {_threads(threads)}: fitting takes time in proportion to {powers}.")
    headers = ["threads", "images", "fit, s", "predict, s", "data, MB", "peak, MB"]
    _plot_scaling(results, output / "figures" / f"performance-scaling-{device}.png")
    text = ["One epoch of *quick*, on MNIST's images over and over. From 6,000 images on:", ""]
    figure = f"![Time and memory](figures/performance-scaling-{device}.png)"
    return [*text, *lines, "", *markdown_table(headers, rows), "", figure]


def _plot_scaling(results, path):
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    def medians(results, key, sizes):
        return [speed.median(r[key] for r in results if r["n_images"] == n) for n in sizes]

    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.6), layout="constrained")
    for threads, marker in ((1, "o"), (2, "s")):
        own = [result for result in results if result["threads"] == threads]
        sizes = sorted({result["n_images"] for result in own})
        for key, style in (("fit_seconds", "-"), ("predict_seconds", "--")):
            label = f"{key.partition('_')[0]}, {_threads(threads)}"
            left.loglog(sizes, medians(own, key, sizes), marker + style, label=label, markersize=4)
    left.set(xlabel="images", ylabel="seconds")
    left.legend(fontsize="small")
    sizes = sorted({result["n_images"] for result in results})
    data = medians(results, "data", sizes)
    right.semilogx(
        sizes, medians(results, "peak_memory", sizes), "o-", label="whole process, peak"
    )
    right.semilogx(sizes, [600 + 2 * size for size in data], "k:", label="600 MB + twice the data")
    right.set(xlabel="images", ylabel="MB", ylim=(0, None))
    right.legend(fontsize="small")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=100, metadata={"Software": None})
    plt.close(figure)


def _threads(number):
    return f"{number} thread{'s' if number > 1 else ''}"


def _startup(results, output, device):
    return markdown_table(
        ["command", "s"], [[k, f"{v:.2f}"] for k, v in results[0]["seconds"].items()]
    )


def _search(results, output, device):
    found = {(r["what"], r["n_jobs"], r["params"].get("max_epochs")): r for r in results}
    rows = []
    for (what, n_jobs, _), result in found.items():
        if "scores" not in result:
            # that of one fit
            rows.append([f"{what}, one fit times 81", n_jobs, 1, f"{81 * result['seconds']:.0f}"])
            continue
        means = [statistics.mean(folds) for folds in zip(*result["scores"], strict=True)]
        best = max(range(len(means)), key=means.__getitem__)
        folds = [scores[best] for scores in result["scores"]]
        rows.append(
            [
                what,
                n_jobs,
                result["params"].get("max_epochs", 1),
                f"{result['seconds']:.0f}",
                ", ".join(f"{k}={v:g}" for k, v in result["candidates"][best].items()),
                f"{100 * means[best]:.2f} ± {100 * statistics.stdev(folds):.2f}",
            ]
        )
    headers = ["", "jobs", "epochs", "s", "best candidate", "its accuracy in the folds, %"]
    text = """Three values each of l1, l2 and dropout, all 27 combinations, in three stratified
        folds of the 60,000 training images, and the best fitted again on all: 82 fits of *quick*,
        one thread each. Halving ends with that many epochs and all images, and begins with all
        combinations on one epoch or on a ninth of the images. It cannot save epochs of a grid
        that has only one, since nothing is less than one."""
    return [*markdown_table(headers, rows), "", *paragraph(text)]


def _search_profile(results, output, device):
    lines = []
    for result in results:
        whole = result["n_jobs"] * result["seconds"]
        table = markdown_table(
            ["", "s", "share"],
            [
                [part, _seconds(seconds), f"{100 * seconds / whole:.1f} %"]
                for part, seconds in result["parts"].items()
            ],
        )
        text = f"""For this profile the grid was run again, over {result["n_images"]:,} images with
            {result["n_jobs"]} jobs. It took {result["seconds"]:.0f} s. The time in the table above
            may be of another machine, or of older settings. The table below divides the time of
            all processes into parts: {result["n_jobs"]} times {result["seconds"]:.0f} s. Each
            process wrote down its own parts. Their processors computed for
            {result["cpu_seconds"]:.0f} s in fits and scores. The first fits of all workers took
            {max(0, result["first_fit_surplus"]):.1f} s more than later ones; the table
            includes this."""
        lines += [*paragraph(text), "", *table, ""]
    return lines[:-1]


def _search_on_paper(results):
    rows = [
        [n_jobs, f"{many_cores.search_seconds(result, n_jobs):.0f}"]
        for result in results
        if "fit_seconds" in result
        for n_jobs in (result["n_jobs"], 4, 8, 16, 32, 81)
    ]
    if not rows:
        return []
    text = """On paper, the same fits with more workers, each with a core of its own. Fits are
        handed out one by one; the best candidate is fitted at the end, by two threads. What is
        left then is this last fit, the start of the workers and the uneven end of the queue.
        On a real machine workers share caches and memory, so it takes at least this time."""
    return [*paragraph(text), "", *markdown_table(["jobs", "s"], rows), ""]


def _many_cores(results, output, device):
    rows = []
    for preset in dict.fromkeys(result["preset"] for result in results):
        own = [result["cpu_seconds"] for result in results if result["preset"] == preset]
        seconds = {n: speed.median(r[n] for r in own) for n in own[0]}
        rows += [
            [preset, n, _seconds(s), f"{s / seconds['1']:.2f}", _seconds(s / int(n))]
            for n, s in seconds.items()
        ]
    headers = ["preset", "parts", "CPU s", "to one part", "least s on as many cores"]
    text = f"""A fit uses as many threads as its batches have parts: `batch_parts`, two by default.
        More parts are smaller, and cost more in all. This is the CPU time of a fit of one epoch on
        {results[0]["n_images"]:,} images in one thread, and what it would be if as many cores
        shared it without any loss. So on 16 cores a fit is hardly faster than on two, unless
        batches are larger; a search uses all of them, with one fit on each."""
    return [*markdown_table(headers, rows), "", *paragraph(text)]


def _candidates(results, output, device):
    rows = []
    for result in results:
        errors, losses, seconds = (
            [fit[key] for fit in result["fits"]] for key in ("errors", "log_loss", "cpu_seconds")
        )
        rows.append(
            [
                result["preset"],
                _arguments(result["changes"]) or "as it is",
                len(errors),
                f"{statistics.mean(errors):.1f} ± {statistics.stdev(errors):.1f}",
                f"{statistics.mean(losses):.4f} ± {statistics.stdev(losses):.4f}",
                _seconds(speed.median(seconds)),
            ]
        )
    headers = ["preset", "changed", "seeds", "errors in 10,000", "log-loss", "CPU s"]
    text = """Figures on the last 10,000 training images after training on the other 50,000, mean ±
        standard deviation over seeds, and the CPU time of a fit with one thread, two of them
        side by side. Errors are few and differ between seeds as much as between candidates; the
        log-loss, at the temperature at which it is lowest, is less noisy. Other networks were
        compared in the same way before. Nothing that was tried was better than *best*: not
        stronger or elastic distortions, not more copies, and not the average of four such
        networks, which misread mostly the same images. Another kind of network may be."""
    return [*markdown_table(headers, rows), "", *paragraph(text)]


# -- text


def _seconds(value):
    return "–" if value is None else f"{value:.3f}" if value < 1 else f"{value:.1f}"


def _with_ratio(value, reference):
    if value is None or reference is None:
        return _seconds(value)
    return f"{_seconds(value)} ({value / reference:.2f})"


def _megabytes(value):
    return "–" if value is None else f"{value:,.0f}"
