"""What a saved model may take of memory, checked before anything in it is loaded.

A file in the skops format is a zip archive of arrays and of a text, ``schema.json``, which says
how objects are made of them. Each of these can be made up such that a small file fills the
memory. What passes the checks here takes no more memory than some multiple of the file's size.
"""

import io
import json
import math
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import numpy as np

#: How many times its own size a file may unfold to. Compressed weights unfold to 1.1 times
#: their size, the text of a schema to 30 times, and a bomb to 1,000 times.
LARGEST_GROWTH = 40

_CHUNK_BYTES = 2**20
_LARGE_SCHEMA_BYTES = 2**24
_SCHEMA = "schema.json"

# what of this package may be in a model, but must not be called with what the file says
_UNCALLED = ("ObjectNode", "TypeNode", "FunctionNode", "MethodNode")

#: What binds arguments to a function or a class, which is not called before somebody calls it.
PARTIAL = "functools.partial"

# these are called with what the file says, and do nothing but hold it
_HOLDERS = {("PartialNode", PARTIAL), ("DictNode", "sklearn.utils._bunch.Bunch")}


def checked_archive(file, is_known):
    """Return a copy of a saved model that holds nothing but what has been checked.

    Parameters
    ----------
    file : binary file object
    is_known : callable
        Tells of a type's full name whether we trust it on our own account, and not on the
        user's.

    Returns
    -------
    archive : io.BytesIO
        Not compressed.

    Raises
    ------
    Exception
        Of whatever type, if the file is damaged, or made up to harm.
    """
    size = file.seek(0, io.SEEK_END)
    archive, _ = _unfold(file, LARGEST_GROWTH * size)
    with ZipFile(archive) as members:
        # as objects, a text takes about 20 times its size
        if members.getinfo(_SCHEMA).file_size > _LARGE_SCHEMA_BYTES + 4 * size:
            raise ValueError("it describes more objects than it has room for")
        _SchemaCheck(is_known).count(json.loads(members.read(_SCHEMA)))
    archive.seek(0)
    return archive


def _unfold(file, room):
    """Copy a zip archive, and archives within it, without compression.

    Returns the copy and the room that is left. A member is never read beyond the size that the
    archive states for it.
    """
    copy = io.BytesIO()
    with ZipFile(file) as source, ZipFile(copy, "w", ZIP_STORED) as target:
        room -= sum(member.file_size for member in source.infolist())
        if room < 0:
            raise ValueError(f"it unfolds to more than {LARGEST_GROWTH} times its size")
        names = set()
        for member in source.infolist():
            if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise ValueError(f"{member.filename} is compressed in an unusual way")
            if member.filename in names:
                raise ValueError(f"{member.filename} is in it twice")
            names.add(member.filename)
            content = _read(source, member)
            if content.startswith(np.lib.format.MAGIC_PREFIX):
                _check_array(member.filename, content)
            elif content.startswith(b"PK"):  # scipy's sparse matrices are archives
                nested, room = _unfold(io.BytesIO(content), room)
                content = nested.getbuffer()
            target.writestr(member.filename, content)
    copy.seek(0)
    return copy, room


def _read(archive, member):
    # in chunks: a single read unpacks what is there, not what is stated, and cuts it then
    with archive.open(member) as stream:
        return b"".join(iter(lambda: stream.read(_CHUNK_BYTES), b""))


def _check_array(name, content):
    """Refuse an array that says to be larger than it is: the memory is taken first."""
    stream = io.BytesIO(content)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    shape, _, dtype = readers[np.lib.format.read_magic(stream)](stream)
    if dtype.hasobject:
        raise ValueError(f"{name} is an array of objects")
    if math.prod(shape) * max(dtype.itemsize, 1) != len(content) - stream.tell():
        raise ValueError(f"{name} has not the size of an array of {dtype}, shape {shape}")


class _SchemaCheck:
    """Refuse a schema that describes more than it holds.

    Objects that occur twice have an id, and skops takes the first description for the second
    too. So a schema could nest a few objects in each other until no time suffices. Here each
    description of an object must be like the first. This limits the work to the length of the
    text.
    """

    def __init__(self, is_known):
        self.is_known = is_known
        self.descriptions = {}
        self.owners = {}

    def count(self, value):
        """Return the number of objects that are described in a part of the schema."""
        if isinstance(value, list):
            return sum(map(self.count, value))
        if not isinstance(value, dict):
            return 0
        n_inside = sum(map(self.count, value.values()))
        if isinstance(value.get("__loader__"), str):
            self._check_object(value, n_inside)
            return n_inside + 1
        # under these keys the attributes of an object have a description
        if not isinstance(value.get("__id__", {}), dict):
            raise ValueError("an object in it has no description")
        size = value.get("pool_size")
        if isinstance(size, dict) and len(str(size.get("content"))) > 3:
            raise ValueError("a random generator in it is too large")
        return n_inside

    def _check_object(self, node, n_inside):
        loader, identity, content = node["__loader__"], node.get("__id__"), node.get("content")
        name = f"{node['__module__']}.{node['__class__']}"
        if identity is not None:
            if not (isinstance(identity, int) and identity > 0):
                raise ValueError(f"it has a {name} with the id {identity!r}")
            text = content if isinstance(content, str) else None
            description = (loader, name, text, n_inside)
            if self.descriptions.setdefault(identity, description) != description:
                raise ValueError(f"it describes a {name} in two ways")
        # each object that names a file gets a copy of it
        owner = identity or id(node)
        if "file" in node and self.owners.setdefault(node["file"], owner) != owner:
            raise ValueError(f"{node['file']} belongs to two objects")
        holds = loader in _UNCALLED or (loader, name) in _HOLDERS
        if self.is_known(name) and not holds:
            raise ValueError(f"it would call {name}")
        # of an integer, these two make as many bytes
        if loader == "NdArrayNode" and name in ("numpy.void", "numpy.bytes_"):
            raise ValueError(f"it has a {name} by itself")
        if loader == "RandomGeneratorNode" and any(
            part["__loader__"] != "DictNode" for part in content.values()
        ):
            raise ValueError("a random generator in it has no state")
