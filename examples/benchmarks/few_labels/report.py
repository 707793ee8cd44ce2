"""``few_labels.md``, from the results."""

import statistics

from shared import documents
from shared.documents import markdown_table, paragraph, percent

from few_labels.contestants import CONTESTANTS
from few_labels.measure import changed
from skmnist._files import write_text

_INTRODUCTION = """\
# Few labels

This page shows the accuracy after training on few labelled images. They are drawn at random from
the first 50,000 training images of MNIST, the same number of each class. In a draw, all
contestants are given the same images. Each has its default settings, except those that its name
shows. The defaults for few images (epochs, distortion, copies) were chosen on the last 10,000
training images.

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
    lines = [_INTRODUCTION, "## Accuracies", "", *paragraph(text), ""]
    lines += [*accuracy_table(results), "", "## Seconds", ""]
    lines += [*paragraph("Seconds of a fit, mean over draws."), "", *_seconds_table(results), ""]
    lines += documents.changed_settings(with_other_settings(results))
    lines += documents.how_it_was_made(results)
    write_text(output / "few_labels.md", "\n".join(lines) + "\n")


def with_other_settings(results):
    """Return pairs of what was made with other settings than today's, and what they are."""
    return documents.with_other_settings(results, _title, changed)


def _title(result):
    name = result["contestant"]
    return CONTESTANTS[name].title if name in CONTESTANTS else name


def accuracy_table(results):
    """Return lines of Markdown: a row for each contestant, a column for each number of images."""
    return _table(results, "accuracy", percent)


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
    return markdown_table(["", *(f"{number:,}" for number in numbers)], rows)
