"""Links of the Markdown pages to other files of the repository, as the site has them.

The pages are written to be read in the repository too. So they link to files, such as
``../CONTRIBUTING.md`` or ``../examples/first_steps.py``. The site has a page for each of these.
"""

import posixpath
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: A link of Markdown to a file, with what comes after a #.
LINK = re.compile(r"\[([^]]*)\]\((?![a-z]+:)([^)#\s]+)(#[^)\s]*)?\)")

#: Pages of the site that are made of files outside docs/.
COPIES = {
    "README.md": "docs/index.md",
    "CONTRIBUTING.md": "docs/generated/contributing.md",
    "CHANGELOG.md": "docs/generated/changelog.md",
}

#: Pages of the site that stand for a folder.
FOLDERS = {
    "docs/results": "docs/generated/results.md",
    "skmnist": "docs/generated/reference.rst",
    "skmnist/demo": "docs/generated/draw.md",
}


def page_of(path):
    """Return the page, as a file below docs/, that shows a file of the repository."""
    made = {**COPIES, **FOLDERS}
    if path in made:
        return made[path]
    if path.partition("/")[0] == "examples" and "benchmarks" not in path:
        page = path.replace("examples", "docs/generated/gallery", 1)
        return page.replace(".py", ".rst") if page.endswith(".py") else f"{page}/index.rst"
    return path


#: Pages whose lists of links are the contents of the site.
CONTENTS = ("index", "guides", "measurements", "reproduction", "development")


def contents(text):
    """Return the table of contents of a page: what the items of its list link to."""
    pages = re.findall(r"^- \[[^]]*\]\(([^)#]+)\)", text, re.MULTILINE)
    return "\n".join(["", "```{toctree}", ":hidden:", "", *pages, "```", ""])


def as_on_the_site(text, source, target):
    """Return the text of a page with the links that it has on the site.

    Parameters
    ----------
    text : str
    source, target : str
        The path of the page in the repository, and where the site has it.
    """

    def rewritten(match):
        text, path, anchor = match.groups(default="")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        if path.startswith("docs/results/") and not (ROOT / path).exists():
            return text  # not measured yet
        path = posixpath.relpath(page_of(path), posixpath.dirname(target))
        return f"[{text}]({path}{anchor})"

    return LINK.sub(rewritten, text)
