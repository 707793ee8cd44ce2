"""``few_labels.md``, from the results."""

import statistics
import textwrap

from performance.report import environments
from tabulate import tabulate

from few_labels.contestants import CONTESTANTS
from few_labels.measure import changed
from skmnist._files import write_text

_INTRODUCTION = """\
# Few labels

How well digits are read after training on few labelled images. They are drawn at random from the
first 50,000 training images of MNIST, as many of each class. All contestants are given the same
images in a draw. Each has its default settings, but for those that its name shows. What the
defaults decide for few images was chosen on the last 10,000 training images.

`SelfTrainingClassifier` is also given the other images of the 50,000, without their labels;
see [the example](../examples/model_selection/self_training.py).

Made by `python -m few_labels` in `examples/benchmarks`, from
[results/few_labels.json](results/few_labels.json).
"""


def write(results, output):
    """Write the document.

    Parameters
    ----------
    results : list of dict
    output : pathlib.Path
        The folder of documents.
    """
    text = """Test accuracy in per cent, by the number of labelled images per class: mean ±
        standard deviation over draws."""
    lines = [_INTRODUCTION, "## Accuracies", "", *_paragraph(text), ""]
    lines += [*accuracy_table(results), "", "## Seconds", ""]
    lines += [*_paragraph("Seconds of a fit, mean over draws."), "", *_seconds_table(results), ""]
    found = with_other_settings(results)
    if found:
        lines += ["Measured with other settings than today's:", ""]
        lines += [f"- {title}: {', '.join(changes)}" for title, changes in found]
        lines += [""]
    lines += ["## How it was made", ""]
    # one chapter only, so that nothing needs to be told apart
    results = [result | {"part": "few labels"} for result in results]
    lines += [*environments(results, "machine"), *environments(results, "versions")]
    write_text(output / "few_labels.md", "\n".join(lines) + "\n")


def with_other_settings(results):
    """Return what was made with other settings than today's, once for all its draws.

    Returns
    -------
    found : list of tuple
        The title of the contestant, and a list of str that say what is different.
    """
    found = []
    for result in results:
        name = result["contestant"]
        title = CONTESTANTS[name].title if name in CONTESTANTS else name
        pair = title, changed(result)
        if pair[1] and pair not in found:
            found.append(pair)
    return found


def accuracy_table(results):
    """Return lines of Markdown: a row for each contestant, a column for each number of images."""
    return _table(results, "accuracy", _spread)


def _seconds_table(results):
    return _table(results, "seconds", lambda values: f"{statistics.mean(values):.1f}")


def _table(results, key, text):
    numbers = sorted({result["n_per_class"] for result in results})
    rows = []
    for name, contestant in CONTESTANTS.items():
        own = [result for result in results if result["contestant"] == name]
        values = [[r[key] for r in own if r["n_per_class"] == number] for number in numbers]
        if own:
            rows.append([contestant.title, *(text(v) if v else "–" for v in values)])
    headers = ["", *(f"{number:,}" for number in numbers)]
    align = ("left", *("right",) * len(numbers))
    table = tabulate(rows, headers, tablefmt="pipe", colalign=align, disable_numparse=True)
    return table.splitlines()


def _spread(values):
    text = f"{100 * statistics.mean(values):.2f}"
    return text if len(values) == 1 else f"{text} ± {100 * statistics.stdev(values):.2f}"


def _paragraph(text):
    return textwrap.wrap(" ".join(text.split()), width=99, break_on_hyphens=False)
