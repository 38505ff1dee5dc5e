"""What is compared of a running network with what the compiler said of it, and the processes that do it.

The checks are in `checks/`, one a file. Beside them is what they are given and what several of them need; none of that
knows a check by name, but for `imports`, without which there is no network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.runtime.packages import missing

if TYPE_CHECKING:
    from resnetgen.verify.model_fixture import Specimen
    from resnetgen.verify.verdict import Verdict

PREDICTION, BEHAVIOUR, TOOLS = "prediction", "behaviour", "tools"

GROUPS = {
    PREDICTION: "what the compiler predicts of the network",
    BEHAVIOUR: "what every network must do",
    TOOLS: "exporters, compilers, memory formats and number types that take the network",
}


class CheckInfo(NamedTuple):
    """A check: its name and that of its module, its group, and the packages beside torch that it needs."""

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
"""In the order in which they run; `imports` is first, since without it there is nothing to check."""

IMPORTS = CHECKS[0].name


def function(name: str) -> Callable[[Specimen], Verdict]:
    """The check of that name; it imports torch."""
    found: Callable[[Specimen], Verdict] = import_module(f"resnetgen.verify.checks.{name}").check
    return found


def named(words: Iterable[str]) -> tuple[CheckInfo, ...]:
    """The checks that some words mean, of checks or of groups of them, in the order in which they run.

    Raises:
        KeyError: a word is neither.
    """
    wanted = set(words)
    for word in wanted:
        if word not in GROUPS and word not in {check.name for check in CHECKS}:
            raise KeyError(word)
    return tuple(check for check in CHECKS if check.name in wanted or check.group in wanted)


def unmet(name: str) -> str:
    """Why the check of that name cannot run, where a package is not installed; empty where it can."""
    (check,) = named([name])
    lacking = missing(check.packages)
    return f"{lacking[0]} is not installed: pip install 'resnetgen[{check.extra}]'" if lacking else ""
