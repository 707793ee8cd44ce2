"""The short table of the README: the presets beside what one would use otherwise."""

from shared import documents

from performance import speed
from skmnist._files import write_text

BEGIN, END = "<!-- results: begin -->\n", "<!-- results: end -->\n"

#: Its rows, by the names of the contestants.
_ROWS = ("quick", "default", "best", "skorch-quick", "keras", "mlp")


def table(results):
    """Return the table, and a sentence on how it was measured, as Markdown."""
    own = [r for r in results if r["part"] == "speed" and r["device"] == "cpu"]
    own = next(iter(speed.by_machine(own).values()), [])
    rows = {row["name"]: row for row in speed.rows(own)}
    cells = []
    for name in filter(rows.get, _ROWS):
        row = rows[name]
        cells.append(
            [
                row["title"],
                f"{documents.percent(row['accuracies'])} %",
                f"{row['fit_seconds']:.0f} s",
                row["epochs"],
                f"{row['n_parameters']:,}",
            ]
        )
    headers = ["", "test accuracy", "trains in", "epochs", "parameters"]
    lines = "\n".join(documents.markdown_table(headers, cells))
    cores = " or ".join(sorted({str(r["machine"].get("cores", "?")) for r in own}))
    return f"""{lines}

Trained on MNIST's 60,000 images on {cores} CPU cores: the median time, and the accuracy on the
10,000 test images after the last epoch, mean ± standard deviation over seeds (without ± it is of
one seed). A processor without bfloat16 takes longer. The presets also learn to read pictures
with faults; the others learn from clean images only.
"""


def write(results, readme):
    """Write the table into the README, between the marks."""
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    text = f"{before}{BEGIN}\n{table(results)}\n{END}{rest.partition(END)[2]}"
    write_text(readme, text)
