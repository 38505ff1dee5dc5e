"""Emitted sources in which something was changed, each a fault that a check of `resnetgen verify` is there to find."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.api import compile_text, emit_source
from resnetgen.compiler import Compiled

SPEC = """\
name: small
input: {channels: 3, size: 16}
stem: [{conv: 3, to: 8}]
block: {type: basic}
stages:
  layer1: {blocks: 1, channels: 8}
  layer2: {blocks: 1, channels: 16, stride: 2}
head: {pool: avg, classes: 10}
ignore: {RG509: no network to be trained}
"""


class Doctored(NamedTuple):
    """A change of the source, the check that detects it, and words of the check's message."""

    check: str
    change: str
    old: str
    new: str
    words: str

    def __str__(self) -> str:
        return f"{self.check}: {self.change}"

    def apply(self, source: str) -> str:
        assert self.old in source, f"there is no {self.old!r} in\n{source}"
        return source.replace(self.old, self.new, 1)


_ENDS = "        x = self.fc(x)  # 10\n"
_BEGINS = "        self.conv1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)\n"
_FIRST = "        x = self.conv1(x)  # 8x16x16\n"
_SUM = "        out += self.downsample(x)\n"
_LAST = "        return x\n\n    def forward(self"
_BRANCH = f"        if x.sum() > 0:\n            x = x + 1\n{_ENDS}"

DOCTORED = (
    Doctored("imports", "a package beside torch", "import torch\n", "import os\nimport torch\n", "it imports os"),
    Doctored("imports", "a part of this package", "import torch\n", "from . import x\nimport torch\n", "it imports ."),
    Doctored(
        "imports", "an error on the way", _BEGINS, f"        raise OSError('no')\n{_BEGINS}", "OSError: no (line "
    ),
    Doctored(
        "tensors",
        "a buffer too many",
        _BEGINS,
        f"        self.register_buffer('more', torch.zeros(2))\n{_BEGINS}",
        "the state dict is [('more', ((2,), False, True))]",
    ),
    Doctored(
        "tensors",
        "another order",
        f"{_BEGINS}        self.bn1 = nn.BatchNorm2d(8)\n",
        f"        self.bn1 = nn.BatchNorm2d(8)\n{_BEGINS}",
        "in the order ['bn1.weight'",
    ),
    Doctored(
        "params",
        "more parameters",
        _BEGINS,
        f"        self.more = nn.Parameter(torch.zeros(2))\n{_BEGINS}",
        "(5268, 150) counted",
    ),
    Doctored("shapes", "a class too many", "nn.Linear(16, 10)", "nn.Linear(16, 11)", "fc: ((16,), (10,)) predicted"),
    Doctored("shapes", "a stage that runs twice", "self.layer1(x)", "self.layer1(self.layer1(x))", "ran 2 times"),
    Doctored(
        "shapes", "another module", _BEGINS, f"        self.more = nn.Identity()\n{_BEGINS}", "more is a module that"
    ),
    Doctored(
        "shapes",
        "an addition to one pixel",
        "nn.Module = nn.Identity()",
        "nn.Module = nn.AdaptiveAvgPool2d(1)",
        "layer1.0. adds (8, 1, 1) to (8, 16, 16)",
    ),
    Doctored("dtypes", "a layer in float64", "self.fc(x)", "self.fc.double()(x.double())", "fc gives float64"),
    Doctored(
        "dtypes",
        "a counter of less bits",
        "        self.layer1 =",
        "        self.bn1.num_batches_tracked = self.bn1.num_batches_tracked.int()\n        self.layer1 =",
        "bn1.num_batches_tracked is int32, not int64",
    ),
    Doctored(
        "macs",
        "a larger kernel",
        "nn.Conv2d(3, 8, 3, padding=1, bias=False)",
        "nn.Conv2d(3, 8, 5, padding=2, bias=False)",
        "conv1: 110592 multiply-adds predicted, 307200 counted",
    ),
    Doctored("activations", "not written in place", "nn.ReLU(inplace=True)", "nn.ReLU()", "0 bytes predicted"),
    Doctored("activations", "a function that writes", _ENDS, f"{_ENDS}        x = x * 1\n", "outside of all operators"),
    Doctored("activations", "a sum of three", _SUM, _SUM.replace("self", "1 + self"), "layer1.0: "),
    Doctored(
        "memory",
        "maps that are kept",
        _SUM,
        f"        self.kept = torch.cat([out] * 40, 1)\n{_SUM}",
        "at most 2 times",
    ),
    Doctored("features", "other channels", "num_features = 16", "num_features = 17", "`num_features` is 17, not 16"),
    Doctored("features", "another map", _LAST, _LAST.replace("x\n", "x[:, 1:]\n"), "the maps have the channels"),
    Doctored("features", "no facts", "self.num_features", "self.channels", "has no `num_features`"),
    Doctored("forward", "a division by zero", "self.fc(x)", "self.fc(x) / 0", "output has NaN or infinite values"),
    Doctored(
        "backward",
        "a layer without a part",
        _BEGINS,
        f"        self.unused = nn.Linear(2, 2)\n{_BEGINS}",
        "unused.weight does not affect the output",
    ),
    Doctored("backward", "in place on the shortcut", _SUM, f"        x += out.mean()\n{_SUM}", "inplace operation"),
    Doctored("backward", "an infinite gradient", "self.fc(x)", "(self.fc(x) * 0).sqrt()", "has NaN or infinite values"),
    Doctored(
        "backward",
        "frozen weights",
        _BEGINS,
        f"{_BEGINS}        self.conv1.weight.requires_grad_(False)\n",
        "conv1.weight is frozen",
    ),
    Doctored("determinism", "noise", "self.fc(x)", "self.fc(x) + torch.rand(())", "second run gives different values"),
    Doctored(
        "determinism",
        "something that is kept",
        _FIRST,
        f"        shift = getattr(self, 'shift', 0.0)\n        self.shift = x.mean()\n{_FIRST}        x = x + shift\n",
        "gives different values",
    ),
    Doctored(
        "determinism",
        "something that is kept of another batch",
        _FIRST,
        f"        if not torch.equal(getattr(self, 'last', x + 1), x):\n"
        "            self.count = getattr(self, 'count', 0) + 1\n"
        f"        self.last = x\n{_FIRST}        x = x + self.count\n",
        "changes the output",
    ),
    Doctored(
        "independence", "the mean of the batch", "self.fc(x)", "self.fc(x - 0.5 * x.mean(0))", "of the output's scale"
    ),
    Doctored(
        "state_dict",
        "a weight that is none",
        _BEGINS,
        f"{_BEGINS}        self.conv1.register_forward_hook(lambda _, x, y, scale=torch.rand(()): y * scale)\n",
        "the saved weights",
    ),
    Doctored("channels_last", "a view", "self.layer2(x)", "self.layer2(x.view(-1).view(x.shape))", "view"),
    Doctored(
        "bf16",
        "wrong in bfloat16",
        _FIRST,
        f"{_FIRST}        x = x * (1 + (self.conv1(x[:, :3]).dtype == torch.bfloat16))\n",
        "root mean square, more than",
    ),
    Doctored("fp16", "an overflow", _FIRST, f"        x = 1e6 * x\n{_FIRST}", "off by inf"),
    Doctored("export", "a branch by the data", _ENDS, _BRANCH, "data-dependent expression"),
    Doctored("torchscript", "what it does not know", "self.fc(x)", "(lambda y: y)(self.fc(x))", "Lambda"),
    Doctored("onnx", "a branch by the data", _ENDS, _BRANCH, "data-dependent expression"),
    Doctored("dynamo", "a branch by the data", _ENDS, _BRANCH, "Data-dependent"),
    Doctored(
        "dynamo",
        "wrong where it is compiled",
        "self.fc(x)",
        "self.fc(x) + float(torch.compiler.is_compiling())",
        "of the output's scale",
    ),
)


MAPS = (
    Doctored("features", "other channels", '{"layer1": 8,', '{"layer1": 9,', "`feature_channels` is"),
    Doctored("features", "another reduction", '"layer2": 2}', '"layer2": 4}', "`feature_reductions` is"),
    Doctored("features", "another map", '"layer1": layer1', '"layer1": layer2', "the maps have the channels"),
    Doctored("features", "no facts", "self.feature_channels", "self.channels", "has no `feature_channels`"),
)
"""The same of the small network that gives its maps."""

_GIVEN = '{"stem": stem, "layer2": layer2, "layer1": layer1}'
_STEM = "        stem = self.act1(x)\n"
_LAYER2 = "layer2 = self.layer2(layer1)"
_WRONG = "`feature_maps` gives as "

MAPS_BESIDE = (
    Doctored("features", "another map", _GIVEN, _GIVEN.replace(": stem", ": layer1"), f"{_WRONG}`stem` another map"),
    Doctored(
        "features",
        "two maps exchanged",
        _GIVEN,
        '{"stem": layer1, "layer2": layer2, "layer1": stem}',
        f"{_WRONG}`stem`",
    ),
    Doctored(
        "features", "another name", _GIVEN, _GIVEN.replace('"layer2"', '"layer3"'), "gives stem, layer3, layer1, not"
    ),
    Doctored("features", "a map less", _GIVEN, _GIVEN.replace(', "layer1": layer1', ""), "gives stem, layer2, not"),
    Doctored(
        "features",
        "another order",
        _GIVEN,
        '{"stem": stem, "layer1": layer1, "layer2": layer2}',
        "`feature_maps` gives stem, layer1, layer2, not stem, layer2, layer1",
    ),
    Doctored(
        "features",
        "another order of the facts",
        '{"stem": 8, "layer2": 16, "layer1": 8}',
        '{"stem": 8, "layer1": 8, "layer2": 16}',
        "`feature_channels` is",
    ),
    Doctored(
        "features",
        "the stem before its activation",
        _STEM,
        "        stem = x.clone()\n        x = self.act1(x)\n",
        f"{_WRONG}`stem` another map than leaves act1",
    ),
    Doctored(
        "features",
        "the last map of another input",
        _LAYER2,
        "layer2 = self.layer2(stem)",
        f"{_WRONG}`layer2` another map",
    ),
    Doctored(
        "features",
        "a map that is written over",
        f"        {_LAYER2}",
        f"        {_LAYER2}  # 16x8x8\n        stem += 1",
        f"{_WRONG}`stem` another map",
    ),
)
"""The same of the small classifier that gives its maps beside its scores: `forward` is as it was."""


def small(head: str = "{pool: avg, classes: 10}") -> tuple[Compiled, str]:
    """A network of two blocks, and its source."""
    compiled = compile_text(SPEC.replace("{pool: avg, classes: 10}", head), name="small.yaml")
    return compiled, emit_source(compiled)
