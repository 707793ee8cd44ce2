"""Running a command: its streams, its signals, and what becomes of errors.

Nothing else is imported before Ctrl-C is taken care of.
"""

import _thread
import atexit
import contextlib
import os
import shlex
import signal
import sys
import threading

_FAILED, _MISUSED, _INTERRUPTED = 1, 2, 128 + signal.SIGINT
# as a shell says it of a program that wrote to a pipe which nobody reads any more
_BROKEN_PIPE = 128 + getattr(signal, "SIGPIPE", 13)


def main(argv=None):
    """Run a command line.

    Parameters
    ----------
    argv : list of str, default=None
        The arguments; those of the process by default.

    Returns
    -------
    status : int
        0 if all went well, 1 if the command failed, 2 if it was not understood, 130 if it
        was interrupted, 141 if its output was not read to the end.
    """
    argv = sys.argv[1:] if argv is None else argv
    interrupts = _Interrupts()
    try:
        with interrupts:
            try:
                _run(argv, interrupts)
            finally:
                _flush()
    except BrokenPipeError:
        return _BROKEN_PIPE
    except (Exception, KeyboardInterrupt) as error:
        if "--debug" in argv:
            raise
        # an import that was interrupted may fail with an error of its own
        if isinstance(error, KeyboardInterrupt) or interrupts.happened:
            return _complain("interrupted", _INTERRUPTED, new_line=_is_terminal())
        return _complain(f"error: {_one_line(error)}", _MISUSED if _is_misuse(error) else _FAILED)
    return 0


def _run(argv, interrupts):
    _let_all_characters_pass()

    from skmnist.cli.parser import build_parser

    args = build_parser().parse_args(argv)
    args.command_line = shlex.join(["skmnist", *argv])
    if not getattr(args, "leaves_nothing", False) or getattr(args, "show", None):
        interrupts.raise_from_now_on()
    args.run(args)


class _Interrupts:
    """What Ctrl-C does: first it ends the process at once, later it raises.

    There is nothing to clean up while options are parsed and modules imported for them, and
    libraries do not expect to be interrupted there. Later imports are not interrupted, but what
    comes after them. Where the process does not have Python's own handler, nothing is changed.
    """

    def __init__(self):
        self.happened = False
        self._again = None
        self._active = False

    def __enter__(self):
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            # only the main thread may set a handler
            with contextlib.suppress(ValueError):
                signal.signal(signal.SIGINT, self._end)
                self._active = True
        return self

    def raise_from_now_on(self):
        if self._active:
            signal.signal(signal.SIGINT, self._raise)

    def __exit__(self, *error):
        if self._again is not None:
            self._again.cancel()
        if self._active:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            # the command has ended, whatever Python still does
            atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)

    @staticmethod
    def _end(number, frame):
        os.write(2, b"\n" * _is_terminal() + b"skmnist: interrupted\n")
        os._exit(_INTERRUPTED)

    def _raise(self, number, frame):
        if _is_importing(frame):
            self._again = threading.Timer(0.05, _interrupt)
            self._again.daemon = True
            self._again.start()
            return
        self.happened = True
        raise KeyboardInterrupt


def _interrupt():
    if os.name == "nt":  # where os.kill ends the process at once
        _thread.interrupt_main()
    else:
        os.kill(os.getpid(), signal.SIGINT)


def _is_importing(frame):
    while frame is not None and "importlib._bootstrap" not in frame.f_code.co_filename:
        frame = frame.f_back
    return frame is not None


def _let_all_characters_pass():
    """Let no character that a terminal does not know make a command fail."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # in UTF-8 only the odd bytes of a file's name have no character
            is_utf8 = stream.encoding.lower().replace("-", "") == "utf8"
            stream.reconfigure(errors="surrogateescape" if is_utf8 else "replace")


def _flush():
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        # or Python tries again at its end, and complains
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _is_terminal():
    """Tell whether the line of standard error may hold a bar, or what Ctrl-C shows."""
    return os.isatty(2)


def _complain(message, status, *, new_line=False):
    with contextlib.suppress(OSError):
        print("\n" * new_line + f"skmnist: {message}", file=sys.stderr)
    return status


def _one_line(error):
    return " ".join(str(error).split()) or type(error).__name__


def _is_misuse(error):
    # the second is what scikit-learn raises where a parameter's value is not allowed; nothing of
    # it may be imported here
    return type(error).__name__ in ("UsageError", "InvalidParameterError")
