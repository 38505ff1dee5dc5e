"""The end of a command: its exit code, and the messages for unexpected ends."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import NoReturn, ParamSpec

import typer

from resnetgen.cli.output import discard, print_note
from resnetgen.errors import OutputError
from resnetgen.runtime.worker_process import TERMINATION_SIGNALS

OK = 0
FAILURE = 1
INTERNAL_ERROR = 70
"""An internal error of resnetgen: EX_SOFTWARE of sysexits.h."""
SIGNALLED = 128
"""A shell adds this to the number of the signal that ended a process."""
INTERRUPTED = SIGNALLED + 2
"""By Ctrl-C, SIGINT."""
BROKEN_PIPE = SIGNALLED + 13
"""By SIGPIPE."""

_P = ParamSpec("_P")


def ended(command: Callable[_P, int]) -> Callable[_P, None]:
    """Wrap a function that returns an exit code: the process ends with that code, whatever happens inside."""

    @wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        code = exit_code(lambda: command(*args, **kwargs))
        if code:
            raise typer.Exit(code)

    return run


class Terminated(BaseException):  # no Exception: only the end of a command handles it
    """The process got a signal to end; temporary files are removed on the way out, as after Ctrl-C."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)


@contextmanager
def _terminating() -> Iterator[None]:
    """Turn the signals that kill a process into an orderly end of the command."""
    if threading.current_thread() is not threading.main_thread():  # only the main thread may set signal handlers
        yield
        return
    ours = [each for each in TERMINATION_SIGNALS if signal.getsignal(each) is signal.SIG_DFL]  # nohup has one ignored

    def terminate(number: int, _: object) -> NoReturn:
        _handle(ours, signal.SIG_IGN)  # a terminal that closes may send it twice
        raise Terminated(number)

    _handle(ours, terminate)
    try:
        yield
    finally:
        _handle(ours, signal.SIG_DFL)


def _handle(numbers: Iterable[int], handler: Callable[[int, object], NoReturn] | signal.Handlers) -> None:
    for each in numbers:
        signal.signal(each, handler)


def exit_code(command: Callable[[], int]) -> int:
    """Run a function that returns an exit code, and return that code, or the one for an unexpected end."""
    _open_streams()
    try:
        with _terminating():
            return command()
    except (typer.Exit, typer.BadParameter):
        raise
    except Terminated as error:
        return SIGNALLED + error.number
    except (KeyboardInterrupt, typer.Abort):  # typer may turn the first into the second
        return INTERRUPTED
    except BrokenPipeError:
        discard(sys.stdout, sys.stderr)
        return BROKEN_PIPE
    except OutputError as error:
        discard(sys.stdout)
        print_note(f"error[RG601]: the output cannot be written: {error}\n")
        return FAILURE
    except ImportError as error:
        package = _broken_package(error)
        if package is None:
            _report(error)
            return INTERNAL_ERROR
        print_note(
            f"error[RG801]: {package} is installed, but cannot be imported: {error}\n"
            f'   help: `python -c "import {package}"` shows all of the error; install {package} anew\n'
        )
        return FAILURE
    except Exception as error:  # the one place where an internal error becomes a message
        if _is_nowhere():
            print_note(
                "error[RG101]: the current directory has been removed\n   help: change to a directory that exists\n"
            )
            return FAILURE
        _report(error)
        return INTERNAL_ERROR


@contextmanager
def can_go_on() -> Iterator[None]:
    """Tell a user who ends a command inside a `with` block that what is done there is kept."""
    try:
        yield
    except (KeyboardInterrupt, Terminated):
        print_note("stopped; the same command goes on from here\n")
        raise


def _open_streams() -> None:
    """Open the null device for a standard output or error that the process was started without."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # for as long as the process


def _is_nowhere() -> bool:
    """Tell whether the current directory was removed, so that no relative path works."""
    try:
        os.getcwd()
    except OSError:
        return True
    return False


def _broken_package(error: ImportError) -> str | None:
    """Return the package whose own code could not be imported; None if the import that failed is one of ours."""
    import traceback

    modules = [str(frame.f_globals.get("__name__")) for frame, _ in traceback.walk_tb(error.__traceback__)]
    packages = [name.partition(".")[0] for name in modules if not name.startswith("importlib.")]
    ours = max((place for place, name in enumerate(packages) if name == "resnetgen"), default=-1)
    return packages[ours + 1] if packages[ours + 1 :] else None


def _report(error: Exception) -> None:
    import traceback

    if os.environ.get("RESNETGEN_DEBUG") == "1":
        traceback.print_exception(error)
    lines = [*f"{type(error).__name__}: {error}".splitlines(), _where(error), *getattr(error, "__notes__", ())]
    print_note("error[RG901]: this is a bug in resnetgen, not in your spec\n")
    print_note("".join(f"   {line}\n" for line in lines))
    print_note("   help: please report it together with the spec; RESNETGEN_DEBUG=1 shows the full traceback\n")


def _where(error: Exception) -> str:
    """Return `at resnetgen/analysis/cost.py:41, in memory`: the innermost frame in our own code."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    frame = ([frame for frame in frames if frame.filename.startswith(package)] or frames)[-1]
    where = (
        os.path.relpath(frame.filename, os.path.dirname(package))
        if frame.filename.startswith(package)
        else frame.filename
    )
    return f"at {where}:{frame.lineno}, in {frame.name}"
