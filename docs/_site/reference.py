"""The pages of the reference: one that lists every public name, and what checks them."""

import inspect
import re

from public_names import public_names
from sphinx.errors import ExtensionError

from skmnist._sklearn import DOCUMENTATION_URL

_HEAD = """\
API reference
=============

Every name here is public: it stays until a release says otherwise. Names that begin with an
underscore may change at any time.
"""


def list_names(folder):
    """Write ``api.rst``, from which autosummary makes a page for each public name."""
    lines = [_HEAD]
    for room, objects in public_names().items():
        module = __import__(room, fromlist=["__doc__"])
        lines += [room, "-" * len(room), ""]
        lines += [f".. module:: {room}", "", _first_paragraph(module), ""]
        lines += [".. autosummary::", "   :toctree:", ""]
        lines += [*(f"   {name}" for name in objects), ""]
    (folder / "api.rst").write_text("\n".join(lines), encoding="utf-8")


def _first_paragraph(module):
    return inspect.getdoc(module).partition("\n\n")[0]


def skip_member(app, what, name, value, skip, options):
    """Leave out what scikit-learn makes for metadata routing in every estimator."""
    return True if re.fullmatch(r"set_\w+_request|get_metadata_routing", name) else None


def check_names(app, exception):
    """Fail if a public name has no page, or the estimators link to a page that is not there."""
    if exception is not None or app.builder.name != "html":
        return
    missing = []
    known = app.env.domaindata["py"]["objects"]
    for room, objects in public_names().items():
        for name in objects:
            page = app.outdir / "generated" / f"{room}.{name}.html"
            if f"{room}.{name}" not in known or not page.is_file():
                missing.append(f"{room}.{name}")
    if missing:
        raise ExtensionError(f"public names without a page: {', '.join(missing)}")
    path = re.sub(r"https://[^/]+/en/stable/", "", DOCUMENTATION_URL)
    if not (app.outdir / path.format(estimator_name="MnistCNNClassifier")).is_file():
        raise ExtensionError(f"estimators link to {path}, which is not a page of this site")
