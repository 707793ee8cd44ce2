"""The table of docs/other_tools.md, made of the tests that show it.

``python tests/tools_page.py`` writes it anew. A test carries its line as a marker,
``@pytest.mark.tool("SHAP", "`DeepExplainer`")``; instead of the second text it may name a dict of
its module whose keys are names of the tool.
"""

import ast
from pathlib import Path

TESTS = Path(__file__).resolve().parent
PAGE = TESTS.parent / "docs" / "other_tools.md"
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"


def lines_of(path):
    """Return what the markers of a test module say: pairs of a tool and a list of texts."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    dicts = {
        node.targets[0].id: [ast.literal_eval(key) for key in node.value.keys]
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
    }
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.tool":
            name, what = node.args
            texts = dicts[what.id] if isinstance(what, ast.Name) else [what.value]
            lines.append((name.value, [t if " " in t or "`" in t else f"`{t}`" for t in texts]))
    return lines


def table():
    """Return the table: a row for each tool and test module."""
    rows = {}
    for path in sorted(TESTS.glob("test_*.py")):
        for name, texts in lines_of(path):
            rows.setdefault((name, path.name), []).extend(texts)
    lines = ["| tool | what is tested | in |", "| --- | --- | --- |"]
    for (name, module), texts in sorted(rows.items(), key=lambda row: row[0][0].lower()):
        lines.append(f"| {name} | {'; '.join(dict.fromkeys(texts))} | `tests/{module}` |")
    return "\n".join(lines) + "\n"


def with_table(page):
    """Return the page with the table of today."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
