"""The page that lists the files of results, each to be downloaded."""

from pathlib import Path

RESULTS = Path(__file__).resolve().parents[1] / "results"


def list_files(folder):
    """Write ``results.md``."""
    lines = [
        "---",
        "orphan: true",
        "---",
        "",
        "# Files of results",
        "",
        "The numbers in these pages are made from these files.",
        "",
    ]
    lines += [
        f"- [{path.name}](../results/{path.name})" for path in sorted(RESULTS.glob("*.json"))
    ]
    (folder / "results.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
