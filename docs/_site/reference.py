"""The pages of the reference: they list every public name. And what checks them."""

import importlib
import inspect
import re

from public_names import public_names
from sphinx.errors import ExtensionError

from skmnist._sklearn import ESTIMATOR_PAGE

_PAGE = """\
{title}
{line}

.. module:: {room}

{text}

.. autosummary::
   :toctree:
   :nosignatures:

   {names}
"""

_ROOMS = """
More, by purpose
----------------

{rooms}

.. toctree::
   :hidden:

   {pages}
"""

_PUBLIC = """\
Every name here is public: it stays until a release says otherwise. Names that begin with an
underscore may change at any time.
"""


def list_names(folder):
    """Write a page for each room, from which autosummary makes one for each public name."""
    for page in folder.glob("skmnist*.rst"):
        page.unlink()
    rooms = public_names()
    for room, names in rooms.items():
        is_first = room == "skmnist"
        title = "Reference" if is_first else room
        page = _PAGE.format(
            title=title,
            line="=" * len(title),
            room=room,
            text=_PUBLIC if is_first else _first_line(room),
            names="\n   ".join(names),
        )
        if is_first:
            others = [name for name in rooms if name != room]
            page += _ROOMS.format(
                rooms="\n".join(f"- :doc:`{name}`: {_first_line(name)}" for name in others),
                pages="\n   ".join(others),
            )
        path = folder / f"{'reference' if is_first else room}.rst"
        path.write_text(page, encoding="utf-8")


def _first_line(room):
    return inspect.getdoc(importlib.import_module(room)).partition("\n\n")[0]


def skip_member(app, what, name, value, skip, options):
    """Leave out what scikit-learn makes for metadata routing in every estimator."""
    return True if re.fullmatch(r"set_\w+_request|get_metadata_routing", name) else None


def check_names(app, exception):
    """Fail if a public name has no page, or the estimators link to a page that is not there."""
    if exception is not None or app.builder.name != "html":
        return
    known = app.env.domaindata["py"]["objects"]
    missing = [
        f"{room}.{name}"
        for room, names in public_names().items()
        for name in names
        if f"{room}.{name}" not in known
        or not (app.outdir / "generated" / f"{room}.{name}.html").is_file()
    ]
    if missing:
        raise ExtensionError(f"public names without a page: {', '.join(missing)}")
    if not (app.outdir / ESTIMATOR_PAGE.format(estimator_name="MnistCNNClassifier")).is_file():
        raise ExtensionError(f"estimators link to {ESTIMATOR_PAGE}, which this site does not have")
