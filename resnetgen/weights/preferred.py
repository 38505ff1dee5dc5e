"""The choice among several copies of a network in one file, where published practice tells.

Of a network and its moving average, or of a teacher and a student, most published code takes the same one. That is the
default, and commands say so; `--weights-key` chooses another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from resnetgen.errors import WeightsError
from resnetgen.source.yaml_scalars import clip

STATE_DICT_KEYS = (
    "state_dict",
    "model_state_dict",
    "model",
    "params",
    "classy_state_dict",
    "state_dict_ema",
    "model_ema",
    "ema_state_dict",
    "params_ema",
    "net",
    "network",
    "weights",
)
"""Keys under which training checkpoints hold the state dict; the first that exists is taken. Raw weights come before
their moving average.
"""

TAKEN_BEFORE = (
    ("teacher", "student"),
    ("encoder_q", "encoder_k"),
    ("base_encoder", "momentum_encoder"),
    ("online_encoder", "target_encoder"),
    ("online_network", "target_network"),
    ("backbone", "backbone_momentum"),
    ("backbone", "momentum_backbone"),
    ("model", "ema"),
    ("model", "model_ema"),
    ("module", "module_ema"),
)
"""Copies of one network under two names, the one that is taken first: those of DINO, MoCo, MoCo v3, BYOL, lightly and
solo-learn, and of moving averages.
"""


OPTION = "--weights-key {}"
"""The option of a command that takes a part of a file, with {} for its path."""

ARGUMENT = 'weights_key="{}"'
"""The argument in Python that does."""

MAX_NAMED = 8
"""The most parts of a file that a message names."""


def rank(keys: Iterable[str]) -> int:
    """Return how early a state dict under such keys is taken; a lower number is earlier."""
    known = [STATE_DICT_KEYS.index(key) for key in keys if key in STATE_DICT_KEYS]
    return known[0] if known else len(STATE_DICT_KEYS)


def is_taken_before(one: str, other: str) -> bool:
    """Tell whether the part at one path comes before that at another: a copy, where the paths differ in one name.

    Args:
        one: a path with dots: keys of the file, and the prefix of names.
        other: the other path.
    """
    ours, theirs = _parts(one), _parts(other)
    if ours == theirs[: len(ours)]:  # the network itself, and a copy inside a module of its own
        return len(ours) < len(theirs)
    keys = STATE_DICT_KEYS
    for mine, its in zip(ours, theirs, strict=False):
        if mine != its:
            by_key = mine in keys and (its not in keys or keys.index(mine) < keys.index(its))
            return by_key or (mine, its) in TAKEN_BEFORE
    return False


def first(paths: Sequence[str], are: str = "fit the network equally well", way: str = OPTION) -> int:
    """Return which of several parts of a file is taken.

    Args:
        paths: their paths, with dots.
        are: what they have in common, for the message.
        way: what takes one of them, with {} for its path.

    Raises:
        WeightsError: nothing tells which.
    """
    for index, each in enumerate(paths):
        if all(is_taken_before(each, other) for other in (*paths[:index], *paths[index + 1 :])):
            return index
    message = f"{len(paths)} parts of this file {are}: {listed(paths)}"
    raise WeightsError(message, f"choose one: {way.format(paths[0])}", "RG705")


def is_inside(path: str, key: str) -> bool:
    """Tell whether a path has the names of a key one after another."""
    return f".{key.strip('.')}." in f".{path}."


def listed(paths: Sequence[str]) -> str:
    """Return the first paths for a message, and how many more there are."""
    shown = ", ".join(clip(f"`{path}`", 80) for path in paths[:MAX_NAMED])
    return shown + (f" and {len(paths) - MAX_NAMED} more" if len(paths) > MAX_NAMED else "")


def _parts(path: str) -> list[str]:
    return [part for part in path.split(".") if part]
