"""Checks that compare a running network with the compiler's predictions, and the processes that run them.

The checks are in `checks/`, one a file. The modules beside it hold the fixture that checks are given and what several
of them share. They know no check by name, except for `imports`, without which there is no network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.installation import install_command
from resnetgen.runtime.packages import missing_packages

if TYPE_CHECKING:
    from resnetgen.verify.model_fixture import ModelFixture
    from resnetgen.verify.verdict import Verdict

PREDICTION, BEHAVIOUR, TOOLS = "prediction", "behaviour", "tools"

GROUPS = {
    PREDICTION: "what the compiler predicts of the network",
    BEHAVIOUR: "what every network must do",
    TOOLS: "exporters, compilers, memory formats and number types that take the network",
}


class CheckInfo(NamedTuple):
    """A check: its name, which is its module's, its group, and what it needs beside torch: packages and their extra."""

    name: str
    group: str
    packages: tuple[str, ...] = ()
    extra: str = "torch"


CHECKS = (
    CheckInfo("imports", PREDICTION),
    CheckInfo("tensors", PREDICTION),
    CheckInfo("params", PREDICTION),
    CheckInfo("shapes", PREDICTION),
    CheckInfo("dtypes", PREDICTION),
    CheckInfo("macs", PREDICTION),
    CheckInfo("activations", PREDICTION),
    CheckInfo("memory", PREDICTION),
    CheckInfo("features", PREDICTION),
    CheckInfo("forward", BEHAVIOUR),
    CheckInfo("backward", BEHAVIOUR),
    CheckInfo("determinism", BEHAVIOUR),
    CheckInfo("independence", BEHAVIOUR),
    CheckInfo("state_dict", BEHAVIOUR),
    CheckInfo("channels_last", TOOLS),
    CheckInfo("bf16", TOOLS),
    CheckInfo("fp16", TOOLS),
    CheckInfo("export", TOOLS),
    CheckInfo("torchscript", TOOLS),
    CheckInfo("onnx", TOOLS, ("onnx", "onnxscript", "onnxruntime"), "onnx"),
    CheckInfo("dynamo", TOOLS),
    CheckInfo("compile", TOOLS),
)
"""The checks in the order in which they run; `imports` is first, since the others need the network."""

IMPORTS = CHECKS[0].name


def check_function(name: str) -> Callable[[ModelFixture], Verdict]:
    """Return the function of a check; it imports torch.

    Args:
        name: the name of the check.
    """
    found: Callable[[ModelFixture], Verdict] = import_module(f"resnetgen.verify.checks.{name}").check
    return found


def select_checks(words: Iterable[str]) -> tuple[CheckInfo, ...]:
    """Return the checks of the given names, or of groups of that name, in the order in which they run.

    Args:
        words: names of checks and of groups.

    Raises:
        KeyError: a word is neither.
    """
    names = set(words)
    for word in names:
        if word not in GROUPS and word not in {check.name for check in CHECKS}:
            raise KeyError(word)
    return tuple(check for check in CHECKS if check.name in names or check.group in names)


def missing_requirement(name: str) -> str:
    """Return why a check cannot run, such as a missing package; empty where it can.

    Args:
        name: the name of the check.
    """
    (check,) = select_checks([name])
    lacking = missing_packages(check.packages)
    return f"{lacking[0]} is not installed: {install_command(check.extra)}" if lacking else ""
