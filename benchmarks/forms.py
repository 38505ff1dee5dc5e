"""Variants of the emitted file, to see whether one runs faster than what is emitted.

Run it by hand: `python -m benchmarks.forms [--seconds PER_TABLE] [--networks NAME ...] [--modes ...] [--forms ...]`.
"""

import argparse
import re
from collections.abc import Callable, Sequence

import torch
from torch import nn

from benchmarks.allocations import peak
from benchmarks.contestants import alike, emitted, network_of
from benchmarks.rounds import CLOCKS, add_options, in_rounds, median, ratio
from benchmarks.steps import MODES, images, inference, training
from benchmarks.timing import Job, report_machine

EMITTED = "as emitted"
CHANNELS_LAST = "channels_last"

Edit = Callable[[str], str]

_ADDED = re.compile(r"^( +)out \+= (.+)\n +out = self\.(act\d)\(out\)\n", re.MULTILINE)
"""The end of a block: its indentation, its activation, and what is added."""


def as_emitted(source: str) -> str:
    """The text unchanged: two equal networks, for the noise between them."""
    return source


def added_out_of_place(source: str) -> str:
    """Add out of place: `out + shortcut`."""
    return _ADDED.sub(r"\1out = self.\3(out + \2)\n", source)


def nested(source: str) -> str:
    """Nest the calls of a layer: the convolution's input stays alive until the norm has run."""
    source = re.sub(r"= self\.(conv\d)\((\w+)\)\n +out = self\.(bn\d)\(out\)\n", r"= self.\3(self.\1(\2))\n", source)
    return re.sub(r"= (self\.bn\d\(.+\))\n +out = self\.(act\d)\(out\)\n", r"= self.\2(\1)\n", source)


def activated_by_function(source: str) -> str:
    """Call `torch.relu_` in place of a module."""
    return re.sub(r"self\.act\d\(", "torch.relu_(", source)


def activated_out_of_place(source: str) -> str:
    """Activate out of place: each activation allocates its output."""
    return source.replace("nn.ReLU(inplace=True)", "nn.ReLU()")


def one_activation(source: str) -> str:
    """Use one activation module for all activations of a block."""
    return re.sub(r"self\.act[23]\(", "self.act1(", source)


def shortcut_first(source: str) -> str:
    """Compute the shortcut before the branch."""
    lines = []
    for line in source.splitlines(keepends=True):
        if line == "        out: Tensor = self.conv1(x)\n":
            lines.append("        identity = self.downsample(x)\n")
        lines.append(re.sub(r"(out \+=?) self\.downsample\(x\)", r"\1 identity", line))
    return "".join(lines)


def without_identity(source: str) -> str:
    """Test for `None` in place of a call of `nn.Identity`."""
    changed = source.replace("shortcut=nn.Identity()", "shortcut=None")
    changed = changed.replace("shortcut: nn.Module", "shortcut: nn.Module | None")
    chosen = "(x if self.downsample is None else self.downsample(x))"
    return re.sub(r"(out \+=?) self\.downsample\(x\)", rf"\1 {chosen}", changed)


FORMS: dict[str, Edit] = {
    EMITTED: as_emitted,
    "as emitted, again": as_emitted,
    "addition out of place": added_out_of_place,
    "modules nested": nested,
    "relu_ as a function": activated_by_function,
    "activation out of place": activated_out_of_place,
    "one activation a block": one_activation,
    "shortcut first": shortcut_first,
    "no call of Identity": without_identity,
    CHANNELS_LAST: as_emitted,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for each network and mode: each variant compared with the emitted file."""
    options = _parser().parse_args(arguments)
    report_machine(["torch"])
    for name in options.networks:
        for mode in options.modes:
            _table(name, mode, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", nargs="+", default=("resnet18", "resnet50"))
    parser.add_argument("--modes", nargs="+", choices=MODES, default=MODES)
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=tuple(FORMS))
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--copies", type=int, default=2)
    add_options(parser, seconds=80, per="table")
    return parser


def others(name: str, chosen: Sequence[str]) -> dict[str, str]:
    """Return the emitted file in each chosen variant, except those that are emitted already."""
    source = emitted(name)
    texts = {form: FORMS[form](source) for form in chosen}
    return {form: text for form, text in texts.items() if text != source or FORMS[form] is as_emitted}


def _table(name: str, mode: str, options: argparse.Namespace) -> None:
    forms = others(name, list(dict.fromkeys([EMITTED, *options.forms])))
    networks = alike({form: _maker(text, f"{form} {name}") for form, text in forms.items()}, options.copies)
    jobs = {form: [_job(each, form, mode, options) for each in copies] for form, copies in networks.items()}
    times = in_rounds(jobs, options.seconds, options.rounds, CLOCKS[options.clock])
    rounds = len(times[EMITTED][0])
    print(f"\n{name}, {mode}, batch {options.batch} at {options.size}x{options.size}, {rounds} rounds\n")
    print("| form | median | beside what is emitted | peak memory |\n| --- | --- | --- | --- |")
    for form in forms:
        beside = "" if form == EMITTED else str(ratio(times, form, [EMITTED]))
        held = peak(jobs[form][0]).bytes / 2**20  # above the weights, which are those of all forms
        print(f"| {form} | {1000 * median(times[form]):,.1f} ms | {beside} | {held:,.3f} MiB |", flush=True)


def _maker(source: str, label: str) -> Callable[[], nn.Module]:
    return lambda: network_of(source, label)


def _job(network: nn.Module, form: str, mode: str, options: argparse.Namespace) -> Job:
    x = images(options.batch, options.size)
    if form == CHANNELS_LAST:
        network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in torch's stubs
        x = x.to(memory_format=torch.channels_last)
    return inference(network.eval(), x) if mode == "inference" else training(network, x)


if __name__ == "__main__":
    main()
