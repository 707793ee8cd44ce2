"""Check what is in the wheel and in the sdist: the package as git has it, and nothing else.

python .ci/check_package.py FOLDER    # the folder that they were built in
"""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

#: What an sdist has beside the package.
BESIDE = {
    "CITATION.cff",
    "LICENSE",
    "MANIFEST.in",
    "PKG-INFO",
    "README.md",
    "pyproject.toml",
    "setup.cfg",
}


def check(what, found, expected):
    """Exit with what is missing and what should not be there."""
    if found != expected:
        missing, more = sorted(expected - found), sorted(found - expected)
        sys.exit(f"{what}: missing {missing}, not expected {more}")
    print(f"{what}: {len(found)} files, as they should be")


def main(folder):
    """Check the wheel and the sdist in a folder."""
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    files = subprocess.run(["git", "ls-files", "skmnist"], capture_output=True, text=True)
    package = set(files.stdout.split())
    assert "skmnist/py.typed" in package

    names = set(zipfile.ZipFile(wheel).namelist())
    info = {name for name in names if name.split("/")[0].endswith(".dist-info")}
    check(wheel.name, names - info, package)

    with tarfile.open(sdist) as archive:
        names = {m.name.partition("/")[2] for m in archive.getmembers() if m.isfile()}
    names = {name for name in names if ".egg-info/" not in name}
    check(sdist.name, names, package | BESIDE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
