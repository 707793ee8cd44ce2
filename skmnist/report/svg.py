"""Figures as vector graphics that stand in a page."""

import contextlib
import io
import re

#: A font that every reader's machine has: letters stay text, which can be searched and read aloud.
_SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "skmnist",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "figure.dpi": 72,
}

_ID = re.compile(r'\bid="([^"]*)"')
_REFERENCE = re.compile(r'url\(#([^)]*)\)|href="#([^"]*)"')


@contextlib.contextmanager
def drawing():
    """Draw figures for a page, without a screen and whatever the user has set."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def new_axes(width=4.6, height=3.4):
    """Return axes in a new figure that pyplot does not know."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained").subplots()


def to_svg(figure, description, name):
    """Return a figure as SVG, to be put into a page.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    description : str
        What it shows, for readers who do not see it: plain words, no markup.
    name : str
        Tells the identifiers of this figure from those of others in the page.

    Returns
    -------
    svg : str
    """
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    svg = stream.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    used = {first or second for first, second in _REFERENCE.findall(svg)}
    svg = _ID.sub(lambda m: f'id="{name}-{m[1]}"' if m[1] in used else "", svg)
    svg = _REFERENCE.sub(
        lambda m: f"url(#{name}-{m[1]})" if m[1] else f'href="#{name}-{m[2]}"', svg
    )
    width, height = (72 * side for side in figure.get_size_inches())
    head = f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{description}"'
    head += f' style="max-width:{1.6 * width:.0f}px" xmlns:xlink="http://www.w3.org/1999/xlink">'
    return head + svg[svg.index(">") + 1 :]
