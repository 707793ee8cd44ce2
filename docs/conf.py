"""The documentation site. CONTRIBUTING.md says how to build it."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

from numpydoc.xref import DEFAULT_LINKS

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path[:0] = [str(ROOT), str(DOCS / "_site"), str(ROOT / "tests")]

import drawing  # noqa: E402
import gallery  # noqa: E402
import links  # noqa: E402
import reference  # noqa: E402
import results  # noqa: E402

import skmnist  # noqa: E402

# the gallery runs its scripts in their own folders
if "SKMNIST_DATA_HOME" in os.environ:
    os.environ["SKMNIST_DATA_HOME"] = os.path.abspath(os.environ["SKMNIST_DATA_HOME"])

# -- what is made before the build: all of it is in one folder, which git ignores

GENERATED = DOCS / "generated"
GENERATED.mkdir(exist_ok=True)
reference.list_names(GENERATED)
results.list_files(GENERATED)
gallery.copy_examples(GENERATED)
drawing.write_page(GENERATED)
for source, page in links.COPIES.items():
    text = (ROOT / source).read_text(encoding="utf-8")
    (ROOT / page).write_text(links.as_on_the_site(text, source, page), encoding="utf-8")


def as_on_the_site(app, name, lines):
    """Rewrite the links of a page, which is also read in the repository; add its contents."""
    path = f"docs/{name}.md"
    if (ROOT / path).is_file() and path not in links.COPIES.values():
        lines[0] = links.as_on_the_site(lines[0], path, path)
    # doctest needs an empty line at the end of an example, a reader does not
    lines[0] = lines[0].replace("\n\n```\n", "\n```\n")
    if name in links.CONTENTS:
        lines[0] += links.contents(lines[0])


def setup(app):
    """Register what this site adds to Sphinx."""
    app.connect("source-read", as_on_the_site)
    app.connect("autodoc-skip-member", reference.skip_member)
    app.connect("build-finished", reference.check_names)


# -- general

project = "skmnist"
author = "the skmnist developers"
copyright = author
version = release = skmnist.__version__
extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx.ext.mathjax",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_site", "generated/examples", "generated/extra"]
templates_path = ["_site/templates"]
nitpicky = True
smartquotes_action = "qe"  # no dashes: they would spoil --help

# -- Markdown

myst_heading_anchors = 4
highlight_language = "none"  # but where a block says what it is

# -- the reference

autosummary_generate = True
autodoc_inherit_docstrings = False
autodoc_default_options = {
    "members": True,
    # everything of ours, but not what torch and scikit-learn document themselves
    "inherited-members": "Module,BaseEstimator,ClassifierMixin,TransformerMixin,_SetOutputMixin,"
    "Callback,tuple",
}
autodoc_typehints = "none"  # docstrings say it better
default_role = "autolink"
toc_object_entries_show_parents = "hide"
numpydoc_show_class_members = False
numpydoc_xref_param_type = True
numpydoc_xref_ignore = "all"  # but those below


def link(word, target):
    """Return a link that shows the word as it is, also where the target cannot be found."""
    role, _, name = target.strip(":`").rpartition(":`")
    return f":{role or 'obj'}:`{name}`" if "<" in name else f":{role or 'obj'}:`{word} <{name}>`"


_WORDS = {**DEFAULT_LINKS, "RandomState": "numpy.random.RandomState"}
numpydoc_xref_aliases = {word: link(word, target) for word, target in _WORDS.items()}

# -- links to other projects: where there is a network

_PROJECTS = {
    "python": "https://docs.python.org/3/",
    "numpy": "https://numpy.org/doc/stable/",
    "sklearn": "https://scikit-learn.org/stable/",
    "torch": "https://docs.pytorch.org/docs/stable/",
    "skorch": "https://skorch.readthedocs.io/en/stable/",
    "matplotlib": "https://matplotlib.org/stable/",
    "PIL": "https://pillow.readthedocs.io/en/stable/",
}


def is_reachable(url):
    """Whether a project's list of names can be fetched. One that cannot is a warning."""
    try:
        with urlopen(f"{url}objects.inv", timeout=5):
            return True
    except OSError:
        return False


with ThreadPoolExecutor() as pool:
    _reachable = [*pool.map(is_reachable, _PROJECTS.values())]
intersphinx_mapping = {
    name: (url, None)
    for (name, url), reachable in zip(_PROJECTS.items(), _reachable, strict=True)
    if reachable
}
# names of these are links or plain text; a name of ours that leads nowhere is a warning
nitpick_ignore_regex = [(r"(py|std):.*", rf"({'|'.join(_PROJECTS)}|pathlib|scipy)[.:].*")]

# -- the gallery

sphinx_gallery_conf = gallery.configuration(gallery.write_thumbnail(GENERATED))

# -- how it looks

html_theme = "pydata_sphinx_theme"
html_title = "skmnist"
html_static_path = ["_site/static"]
html_css_files = ["site.css"]
html_extra_path = ["generated/extra"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "skmnist"},
    "navbar_align": "left",
    "header_links_before_dropdown": 8,
    "show_prev_next": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
# these pages have no others beside them
html_sidebars = {"index": [], "install": [], "generated/draw": []}
