"""What docstrings say of parameters, for the help of options."""

import inspect
import re

_SECTION = r"\nParameters\n-+\n(.*?)(?=\n\n\w[\w ]*\n-+\n|\Z)"
_ENTRY = re.compile(r"^(\w[\w, ]*?) :.*\n((?:(?:    .*)?(?:\n|\Z))+)", re.MULTILINE)


def first_sentences(cls):
    """Return the first sentence on each parameter in a class's numpydoc docstring.

    Parameters
    ----------
    cls : type
        If it is a subclass that documents no parameters, those of its bases are taken.

    Returns
    -------
    sentences : dict of str to str
        By the parameter's name, without markup.
    """
    sections = (re.search(_SECTION, inspect.getdoc(base) or "", re.DOTALL) for base in cls.__mro__)
    section = next(filter(None, sections), None)
    sentences = {}
    for names, text in _ENTRY.findall(section[1] if section else ""):
        for name in names.split(", "):
            sentences[name] = _first_sentence(text)
    return sentences


def _first_sentence(text):
    text = " ".join(text.split())
    sentence = re.match(r".*?(?<!e\.g)(?<!i\.e)[.!?](?= |$)", text)
    return re.sub(r"`+", "", sentence[0] if sentence else text)
