"""The rooms of the reproduction: documents know runs, and runs know recipes."""

import pytest
from test_architecture import graph

ROOMS = ("recipes", "runs", "documents")
PACKAGE = "skmnist.reproduction"


@pytest.mark.parametrize(("room", "known"), [(room, ROOMS[:i]) for i, room in enumerate(ROOMS)])
def test__room__imports__only_from_rooms_before_it(room, known):
    inside = f"{PACKAGE}.{room}"
    imported = {
        other
        for module, others in graph().items()
        if module.startswith(f"{inside}.")
        for other in others
        if other.startswith(f"{PACKAGE}.")
    }
    assert imported
    assert {other.split(".")[2] for other in imported} <= {room, *known}
