"""Progress bars in notebooks."""

import sys

from tqdm import tqdm


def is_notebook():
    """Tell whether this process is the kernel of a notebook."""
    # IPython is not imported for the question
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


def bar_class():
    """Return tqdm's class of bars: in a notebook the one with colours, if ipywidgets is there."""
    if not is_notebook():
        return tqdm
    try:
        import ipywidgets  # noqa: F401
    except ImportError:
        # a line of text works everywhere
        return tqdm
    from tqdm.notebook import tqdm as bar_of_widgets

    return bar_of_widgets
