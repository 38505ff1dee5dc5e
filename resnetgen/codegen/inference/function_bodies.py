"""The functions that `convert` calls, as trees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resnetgen.codegen.python import literal
from resnetgen.codegen.tree import Assign, Do, Expression, For, Function, If, Lines, Return, Statement, call
from resnetgen.ops.folding import ChannelMap, Prepared

WEIGHTS = "weights: dict[str, Tensor]"

POP_DOUBLE = Function(
    "pop_double",
    (WEIGHTS, "name: str"),
    "Tensor",
    "Remove a tensor and return it in double precision.",
    (
        Lines(
            "tensor = weights.pop(name).detach()\n"
            'if tensor.device.type == "mps":  # MPS has no double precision\n'
            "    tensor = tensor.cpu()\n"
            "return tensor.double()"
        ),
    ),
)

STORE_LIKE = Function(
    "store_like",
    (WEIGHTS, "name: str", "tensor: Tensor", "like: Tensor"),
    "None",
    "Add a tensor with the precision and the device of another.",
    (
        Lines(
            "if name in weights:\n"
            '    raise KeyError(f"{name} is not a tensor of the trained network")\n'
            "weights[name] = tensor.to(like.dtype).to(like.device)"
        ),
    ),
)

_LIKE = Assign("like", 'weights[f"{layer}.weight"]')


def pop_map(made: ChannelMap, name: str) -> Function:
    """Return the function that removes the tensors of a channel map and returns its scale, and its shift if it has one.

    Args:
        made: the map.
        name: the function's name.
    """
    if made.tensors == (made.scale,) and not made.shift:
        return Function(
            name, (WEIGHTS, "name: str"), map_type(made), made.words, (Return(_popped("name", made.scale)),)
        )
    body: list[Statement] = [Assign(tensor, _popped("name", tensor)) for tensor in made.tensors]
    body += map(Lines, made.lines)
    body += [Do(call("weights.pop", [f'f"{{name}}.{tensor}"', "None"])) for tensor in made.ignored]
    scale = made.scale
    if "scale" in made.shift.split():
        body.append(Assign("scale", scale))
        scale = "scale"
    body.append(Return(f"{scale}, {made.shift}" if made.shift else scale))
    return Function(name, (WEIGHTS, "name: str"), map_type(made), made.words, tuple(body))


def map_type(made: ChannelMap) -> str:
    """Return the type of what the function for a channel map returns."""
    return "tuple[Tensor, Tensor]" if made.shift else "Tensor"


def prepare(made: Prepared, name: str) -> Function:
    """Return the function that applies an operator's own function of its weight."""
    read = made.read or (("weight", "weight"), *((tensor, tensor) for tensor in made.tensors))
    body: list[Statement] = [Assign("like", f'weights[f"{{layer}}.{read[0][1]}"]')]
    body += [Assign(variable, _popped("layer", tensor)) for variable, tensor in read]
    body += [*map(Lines, made.lines), _stored("weight", made.result)]
    return Function(name, (WEIGHTS, "layer: str"), "None", made.words, tuple(body))


def fold_norm(parameters: Sequence[str], norm: str, ones: str, bias: str) -> Function:
    """Return the function for a norm behind a layer.

    Args:
        parameters: its parameters.
        norm: the expression of the norm's scale and shift.
        ones: the extents of a weight's shape after the first, to broadcast a scale.
        bias: "always" or "sometimes" if layers have a bias of their own; empty if none has.
    """
    body: list[Statement] = [Assign("scale, shift", norm), _LIKE, Assign("weight", _popped("layer", "weight"))]
    body += _with_bias(bias, Assign("shift", 'shift + scale * pop_double(weights, f"{layer}.bias")'))
    body += [_stored("weight", f"weight * scale.reshape(-1{ones})"), _stored("bias", "shift")]
    return Function("fold_norm", tuple(parameters), "None", "Fold a norm into the layer before it.", tuple(body))


def fold_scale(parameters: Sequence[str], scale: str, ones: str, bias: str) -> Function:
    """Return the function for a scale behind a layer; see `fold_norm`."""
    body: list[Statement] = [Assign("scale", scale)] if scale != "scale" else []
    body += [_LIKE, Assign("weight", _popped("layer", "weight"))]
    body.append(_stored("weight", f"weight * scale.reshape(-1{ones})"))
    body += _with_bias(bias, _stored("bias", 'scale * pop_double(weights, f"{layer}.bias")'))
    return Function("fold_scale", tuple(parameters), "None", "Fold a scale into the layer before it.", tuple(body))


def fold_norm_into_next(parameters: Sequence[str], norm: str, ones: str, bias: str, *, groups: bool) -> Function:
    """Return the function for a norm before a layer; see `fold_norm`.

    Here `ones` are the extents after the first two, and `groups` tells whether some layers have groups.
    """
    body: list[Statement] = [Assign("scale, shift", norm), _LIKE, Assign("weight", _popped("layer", "weight"))]
    if groups:
        body += [
            Lines("times = weight.shape[0] // groups  # so many output channels read each group"),
            Assign("scale", "scale.reshape(groups, -1).repeat_interleave(times, 0)"),
            Assign("shift", "shift.reshape(groups, -1).repeat_interleave(times, 0)"),
        ]
    body.append(Assign("shape", f"(*scale.shape{ones})" if groups else f"(1, -1{ones})"))
    body.append(Assign("added", "(weight * shift.reshape(shape)).flatten(1).sum(1)"))
    body += _with_bias(bias, Assign("added", 'added + pop_double(weights, f"{layer}.bias")'))
    body += [_stored("weight", "weight * scale.reshape(shape)"), _stored("bias", "added")]
    words = "Fold a norm into the layer after it, which sums over the norm's channels."
    return Function("fold_norm_into_next", tuple(parameters), "None", words, tuple(body))


def rename_module(tensors: Sequence[tuple[str, ...]], ignored: Sequence[str]) -> Function:
    """Return the function that renames a module.

    Args:
        tensors: the tensors of the modules; if they differ, they are a parameter, with a weight and a bias as default.
        ignored: tensors that some modules have and PyTorch fills in; they are dropped.
    """
    parameters = [WEIGHTS, "old: str", "new: str"]
    names: Expression = literal(tensors[0])
    if len(set(tensors)) > 1:
        parameters.append(f"tensors: tuple[str, ...] = {literal(WEIGHT_AND_BIAS)}")
        names = "tensors"
    moved = (
        Assign("tensor", 'weights.pop(f"{old}.{name}")'),
        Do(call("store_like", ["weights", 'f"{new}.{name}"', "tensor", "tensor"])),
    )
    dropped = (Do(call("weights.pop", [f'f"{{old}}.{name}"', "None"])) for name in ignored)
    words = "Give the tensors of a module its new name."
    return Function("rename_module", tuple(parameters), "None", words, (For("name", names, moved), *dropped))


WEIGHT_AND_BIAS = ("weight", "bias")
"""The tensors of most modules."""


def _popped(module: str, tensor: str) -> Expression:
    return call("pop_double", ["weights", f'f"{{{module}}}.{tensor}"'])


def _stored(tensor: str, value: str) -> Do:
    return Do(call("store_like", ["weights", f'f"{{layer}}.{tensor}"', value, "like"]))


def _with_bias(bias: str, statement: Statement) -> Iterator[Statement]:
    """Yield a statement about the layer's own bias, if any has one."""
    if bias == "sometimes":
        yield If("bias", (statement,))
    elif bias:
        yield statement
