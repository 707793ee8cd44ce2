"""The public names: what the reference lists, and what the tests of docstrings check."""

import importlib
import pkgutil

import skmnist

#: Rooms with a plain name that are used as commands only.
COMMANDS = {"cli", "reproduction"}


def public_rooms():
    """Return the package and its public rooms, as modules."""
    names = sorted(
        room.name
        for room in pkgutil.iter_modules(skmnist.__path__)
        if not room.name.startswith("_") and room.name not in COMMANDS
    )
    return [skmnist, *(importlib.import_module(f"skmnist.{name}") for name in names)]


def names_of(room):
    """Return the public names of a room: those of ``__all__``, or else what it defines."""
    if hasattr(room, "__all__"):
        return sorted(room.__all__)
    return sorted(
        name
        for name, value in vars(room).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == room.__name__
    )


def public_names():
    """Return every public object under the name that users import it by.

    Returns
    -------
    rooms : dict of str to dict of str to object
        For each room the objects that no room before it has, by their names. The package itself is
        the first, so what it exports is not in another.
    """
    rooms, seen = {}, set()
    for room in public_rooms():
        objects = {name: getattr(room, name) for name in names_of(room)}
        new = {name: value for name, value in objects.items() if id(value) not in seen}
        seen.update(map(id, new.values()))
        if new:
            rooms[room.__name__] = new
    return rooms
