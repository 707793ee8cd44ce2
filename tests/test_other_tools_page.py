"""docs/other_tools.md says what the tests show."""

import pytest
from tools_page import PAGE, lines_of, with_table


def test__table__is_that_of_the_markers():
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_table(page), "run python tests/tools_page.py"


def test__markers__of_texts_and_of_dicts__are_read(tmp_path):
    module = tmp_path / "test_some.py"
    module.write_text(
        'THINGS = {"First": 1, "a second": 2}\n\n'
        '@pytest.mark.tool("One", THINGS)\ndef test__one(): pass\n\n'
        '@pytest.mark.tool("Two", "`that`")\ndef test__two(): pass\n'
    )
    assert lines_of(module) == [("One", ["`First`", "a second"]), ("Two", ["`that`"])]


def test__marker__without_its_text__is_no_marker(tmp_path):
    module = tmp_path / "test_some.py"
    module.write_text('@pytest.mark.tool("One")\ndef test__one(): pass\n')
    with pytest.raises(ValueError, match="unpack"):
        lines_of(module)
