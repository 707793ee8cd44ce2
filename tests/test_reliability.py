"""The page of promises names tests that exist."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "reliability.md"
NAMED = sorted(set(re.findall(r"`(test_\w+\.py)::(\w+)`", PAGE.read_text(encoding="utf-8"))))


def test__page__every_promise__names_a_test():
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if ". |" in line]
    assert len(rows) > 20
    assert [row for row in rows if ".py::" not in row] == []


@pytest.mark.parametrize(("module", "name"), NAMED)
def test__page__named_test__exists(module, name):
    tree = ast.parse((TESTS / module).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
