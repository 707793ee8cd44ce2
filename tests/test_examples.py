"""Every example runs as a user would run it."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "examples"
EXAMPLES = sorted(
    path
    for folder in (".", "model_selection", "other_tools", "plots")
    for path in (FOLDER / folder).glob("*.py")
)


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test__example__runs(path, tmp_path, request):
    if path.stem.startswith("mnist"):
        request.getfixturevalue("mnist")
    result = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning", path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout
