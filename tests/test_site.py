"""The documentation site: links as it has them, and the README, which is its first page."""

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "docs" / "_site"), str(ROOT / "examples" / "benchmarks")]

import links  # noqa: E402
from performance import summary  # noqa: E402

README = (ROOT / "README.md").read_text(encoding="utf-8")
#: The pages that are read in the repository, too.
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
PAGES += sorted(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md") if p.stem != "index")
PAGES += sorted(f"docs/reproduction/{p.name}" for p in (ROOT / "docs/reproduction").glob("*.md"))


@pytest.mark.parametrize(
    ("link", "there"),
    [
        ("[a](user_guide.md#saving)", "[a](user_guide.md#saving)"),
        ("[a](../CONTRIBUTING.md)", "[a](generated/contributing.md)"),
        ("[a](../examples)", "[a](generated/gallery/index.rst)"),
        ("[a](../examples/plots/b.py)", "[a](generated/gallery/plots/b.rst)"),
        ("![a](figures/pictures.png)", "![a](figures/pictures.png)"),
        ("[a](https://skorch.readthedocs.io)", "[a](https://skorch.readthedocs.io)"),
        ("[a](results/not_measured.json)", "a"),
    ],
)
def test__link__of_a_page_in_docs__leads_to_a_page_of_the_site(link, there):
    assert links.as_on_the_site(link, "docs/a.md", "docs/a.md") == there


def test__link__of_a_page_elsewhere__leads_to_the_same_file():
    text = links.as_on_the_site("[a](docs/install.md)", "README.md", "docs/index.md")
    assert text == "[a](install.md)"
    text = links.as_on_the_site("[a](docs/install.md)", "README.md", "docs/generated/a.md")
    assert text == "[a](../install.md)"


def test__contents__of_a_page__are_what_its_list_links_to():
    text = "See [a](a.md).\n\n- [b](b.md): more\n- [c](generated/c.rst), [d](d.md)\n- e\n"
    assert re.findall(r"^\S+\.\w+$", links.contents(text), re.MULTILINE) == [
        "b.md",
        "generated/c.rst",
    ]


def test__contents__every_page_is_in_them():
    listed = set()
    for name in links.CONTENTS:
        page = "README.md" if name == "index" else f"docs/{name}.md"
        text = (ROOT / page).read_text(encoding="utf-8")
        text = links.as_on_the_site(text, page, f"docs/{name}.md")
        listed |= {f"docs/{path}" for path in links.contents(text).split()}
    pages = {page for page in PAGES if page.startswith("docs/")} | {*links.COPIES.values()}
    assert pages - {"docs/index.md"} <= listed


@pytest.mark.parametrize("page", PAGES)
def test__page__its_links__lead_to_files(page):
    path = ROOT / page
    for _, target, _ in links.LINK.findall(path.read_text(encoding="utf-8")):
        if "results/" not in target:  # what is not measured yet has no file
            assert (path.parent / target).exists(), target


def test__readme__table__is_that_of_the_results():
    results = json.loads((ROOT / "docs" / "results" / "performance.json").read_text())
    table = summary.table(results["records"])
    assert table in README, "run python -m performance --report in examples/benchmarks"


def test__readme__table__names_the_presets_and_its_peers(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{summary.BEGIN}old\n{summary.END}after\n")
    epochs = [{"seconds": 2.0, "test_accuracy": 0.99}] * 3
    results = [
        {
            "part": "speed",
            "contestant": name,
            "seed": seed,
            "device": "cpu",
            "epochs": epochs,
            "fit_seconds": seconds,
            "test_accuracy": accuracy,
            "n_parameters": 1234,
            "precision": "float32",
            "peak_memory": 5,
            "machine": {"cores": 2},
        }
        for name, seconds in (("keras", 100.0), ("quick", 3.0))
        for seed, accuracy in enumerate((0.991, 0.993))
    ]
    summary.write(results, readme)
    text = readme.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    rows = [
        [cell.strip() for cell in line.split("|")] for line in text.splitlines() if "|" in line
    ]
    assert rows[2][1:-1] == ["skmnist, quick", "99.20 ± 0.14 %", "3 s", "3", "1,234"]
    assert rows[3][1:3] == ["Keras' small CNN", "99.20 ± 0.14 %"]
    assert "on 2 CPU cores" in text


def test__readme__is_short():
    assert len(README.splitlines()) <= 100  # two screens


def test__readme__example__tunes_on_training_images_only():
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert "mnist_split" not in code
    assert len(code.splitlines()) <= 12
    compile(code, "README.md", "exec")


@pytest.mark.slow
def test__readme__example__runs(mnist):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names = {}
    # fewer images, so that it takes seconds
    code = code.replace("\ngrid =", "\nX, y = X[:1500], y[:1500]\ngrid =")
    exec(compile(code, "README.md", "exec"), names)
    assert names["search"].score(names["X_test"][:1000], names["y_test"][:1000]) > 0.9
