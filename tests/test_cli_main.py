"""Running commands: what is imported, streams, signals, errors."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from skmnist.cli import main


def command(*arguments, **kwargs):
    return subprocess.run(
        [sys.executable, "-m", "skmnist", *arguments],
        **{"capture_output": True, "text": True, **kwargs},
    )


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def stream(encoding):
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)


# -- imports


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["evaluate", "--help"], ["data", "fetch", "--help"]]
)
def test__help__imports_neither_torch_nor_scikit_learn(arguments):
    code = (
        "import sys; from skmnist.cli import main\n"
        f"try: main({arguments})\n"
        "except SystemExit as error: assert error.code == 0\n"
        "print('MODULES', *sys.modules)"
    )
    result = python(code)
    assert result.returncode == 0, result.stderr
    text, _, modules = result.stdout.partition("MODULES")
    assert "skmnist" in text
    assert not {"torch", "skorch", "sklearn", "numpy", "matplotlib"} & set(modules.split())


# -- output that cannot be written


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test__output__to_a_pipe_that_nobody_reads__is_silent(unbuffered):
    reader, writer = os.pipe()
    os.close(reader)
    result = command(
        "data",
        "where",
        capture_output=False,
        stdout=writer,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )
    os.close(writer)
    assert (result.returncode, result.stderr) == (128 + signal.SIGPIPE, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test__output__to_a_full_disk__one_line():
    with open("/dev/full", "w") as full:
        result = command(
            "data", "where", capture_output=False, stdout=full, stderr=subprocess.PIPE
        )
    assert result.returncode == 1
    assert result.stderr.startswith("skmnist: error:")
    assert result.stderr.count("\n") == 1


def test__output__in_ascii__question_marks(monkeypatch):
    monkeypatch.setattr(sys, "stdout", stream("ascii"))
    with pytest.raises(SystemExit):
        main(["evaluate", "--help"])
    assert b"8?8" in sys.stdout.buffer.getvalue()


def test__output__odd_bytes_in_a_file_name__stay(monkeypatch):
    monkeypatch.setattr(sys, "stdout", stream("utf-8"))
    assert main(["data", "where", "--data-home", os.fsdecode(b"/tmp/\xff")]) == 0
    assert sys.stdout.buffer.getvalue().startswith(b"/tmp/\xff\n")


# -- Ctrl-C


def test__interrupt__while_importing__one_line():
    # as NumPy's core does it, the interrupt becomes another error
    code = """if True:
        import builtins, os, signal, sys
        from skmnist.cli import main
        original = builtins.__import__
        def importing(name, *args, **kwargs):
            if name == "torch":
                try:
                    os.kill(os.getpid(), signal.SIGINT)
                except KeyboardInterrupt:
                    raise ImportError("core failed") from None
            return original(name, *args, **kwargs)
        builtins.__import__ = importing
        sys.exit(main(["fit", "--dataset", "digits"]))
    """
    result = python(code)
    assert (result.returncode, result.stderr) == (130, "skmnist: interrupted\n")


def test__interrupt__while_importing_later__is_raised_after_that(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "interrupted_import.py").write_text(
        "import os, signal\n"
        "try: os.kill(os.getpid(), signal.SIGINT)\n"
        "except KeyboardInterrupt: print('swallowed')\n"
        "ended = True\n"
    )

    def evaluate(*args, **kwargs):
        import interrupted_import

        assert interrupted_import.ended
        signal.pause()  # until it comes again

    monkeypatch.setattr("skmnist.cli.evaluate.evaluate", evaluate)
    assert main(["evaluate", "run"]) == 130
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "skmnist: interrupted\n")


def test__interrupt__that_becomes_another_error__one_line(monkeypatch, capsys):
    def interrupted(*args, **kwargs):
        try:
            os.kill(os.getpid(), signal.SIGINT)
            signal.pause()
        except KeyboardInterrupt:
            raise ImportError("core failed") from None

    monkeypatch.setattr("skmnist.cli.fit.fit_and_save", interrupted)
    assert main(["fit", "--no-figures"]) == 130
    assert capsys.readouterr().err == "skmnist: interrupted\n"


def test__interrupt__handler__is_pythons_own_afterwards():
    with pytest.raises(SystemExit):
        main(["--version"])
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test__interrupt__ignored_by_the_process__stays_so():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(SystemExit):
            main(["--version"])
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
