"""Files that a command may replace: only those of its own kind."""

from pathlib import Path


def check_replaceable(path, mark, what, advice="give another file"):
    """Raise an error if a file is there already and was not written by the same command.

    Parameters
    ----------
    path : path-like
    mark : str
        What files of this kind have near their beginning.
    what : str
        What they are, such as "page of `skmnist demo`".
    advice : str, default="give another file"
        What to do.

    Raises
    ------
    FileExistsError
        If writing would destroy something else.
    """
    path = Path(path)
    if path.exists() and not (path.is_file() and mark.encode() in path.read_bytes()[:1000]):
        raise FileExistsError(f"{path} is there already, and is no {what}; {advice}")
