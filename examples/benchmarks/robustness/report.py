"""``robustness.md`` and its figure, from the results."""

import statistics

import numpy as np
from shared import documents
from shared.documents import markdown_table, paragraph, percent

from robustness.contestants import CONTESTANTS
from robustness.corruptions import CORRUPTIONS, corrupt
from robustness.measure import changed
from skmnist._files import write_text

_INTRODUCTION = """\
# Robustness

How well digits are read on corrupted images: other light, weather, noise, blur, lines, dirt.
Each contestant is trained on MNIST's training images with the augmentation that it has by
default. It is then tested on the test images, clean and with each of the corruptions below. They
are written apart from the package's [augmentations](user_guide.md), with other means and
strengths. Settings were chosen on the last 10,000 training images, with these same corruptions:
outlines and elastic distortion were changed, and contours, inverted parts and frosted glass were
added, because such images were read badly. So expect somewhat less on corruptions of other kinds.

"Published" are four dense networks of a [published system](reproduction.md): without penalty, with
L2, with dropout, and with both. They are trained as they were there: on 42,000 images without
augmentation. The text says that L2 and dropout enhance robustness.

![One image with each corruption](figures/robustness.png)

Made by `python -m robustness` in `examples/benchmarks`, from
[results/robustness.json](results/robustness.json).
"""


def write(results, output):
    """Write the document and its figure.

    Parameters
    ----------
    results : list of dict
    output : pathlib.Path
        The folder of documents.
    """
    _plot(output / "figures" / "robustness.png")
    lines = [_INTRODUCTION, "## Accuracies", "", *summary_table(results), ""]
    text = """Test accuracy in per cent, mean ± standard deviation over seeds. "Mean" is over all
        corruptions. "Worst" is the corruption with the lowest mean over the seeds."""
    lines += [*paragraph(text), ""]
    missing = [c.title for name, c in CONTESTANTS.items() if not _of(results, name)]
    if missing:
        lines += [*paragraph(f"Not measured: {'; '.join(missing)}."), ""]
    lines += ["## Each corruption", "", *_corruption_table(results), ""]
    lines += [
        "What the corruptions do to pixels from 0 to 1. Results are clipped to this range.",
        "",
    ]
    lines += [f"- {_words(name)}: {text}" for name, (text, _) in CORRUPTIONS.items()]
    lines += [""]
    lines += documents.changed_settings(with_other_settings(results))
    lines += documents.how_it_was_made(results)
    write_text(output / "robustness.md", "\n".join(lines) + "\n")


def with_other_settings(results):
    """Return pairs of what was made with other settings than today's, and what they are."""
    return documents.with_other_settings(results, _title, changed)


def _title(result):
    name = result["contestant"]
    return CONTESTANTS[name].title if name in CONTESTANTS else name


def summary_table(results):
    """Return a line of Markdown for each contestant: clean, mean and worst accuracy."""
    rows = []
    for name, contestant in CONTESTANTS.items():
        own = _of(results, name)
        if not own:
            continue
        worst = min(own[0]["corrupted"], key=lambda corruption: _mean(own, corruption))
        rows.append(
            [
                contestant.title,
                len(own),
                percent([result["clean"] for result in own]),
                percent([statistics.mean(result["corrupted"].values()) for result in own]),
                f"{100 * _mean(own, worst):.1f} ({_words(worst)})",
            ]
        )
    return markdown_table(["", "seeds", "clean", "corrupted, mean", "corrupted, worst"], rows)


def _corruption_table(results):
    names = [name for name in CONTESTANTS if _of(results, name)]
    rows = [
        [_words(corruption)]
        + [
            f"{100 * _mean(_of(results, name), corruption):.1f}"
            if all(corruption in result["corrupted"] for result in _of(results, name))
            else "–"
            for name in names
        ]
        for corruption in CORRUPTIONS
    ]
    return markdown_table(["", *(CONTESTANTS[name].title for name in names)], rows)


def _of(results, name):
    return [result for result in results if result["contestant"] == name]


def _mean(results, corruption):
    return statistics.mean(result["corrupted"][corruption] for result in results)


def _plot(path):
    """Draw the first training image as it is, and one image with each corruption."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    from skmnist import fetch_mnist

    X, _ = fetch_mnist(subset="train", return_X_y=True)
    images = {"clean": X[0]}
    for place, name in enumerate(CORRUPTIONS, start=1):
        # other digits and other draws for each
        images[_words(name)] = corrupt(name, X[: place + 1])[place]
    figure, axes = plt.subplots(-(-len(images) // 6), 6, figsize=(9, 7), layout="constrained")
    for axis in axes.flat:
        axis.axis("off")
    for axis, (title, image) in zip(axes.flat, images.items(), strict=False):
        axis.imshow(np.reshape(image, (28, 28)), cmap="gray", vmin=0, vmax=255)
        axis.set_title(title, fontsize="medium")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=100, metadata={"Software": None})
    plt.close(figure)


def _words(name):
    return name.replace("_", " ")
