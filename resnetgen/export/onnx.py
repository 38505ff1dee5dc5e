"""ONNX: a graph of the operators of an open standard, for runtimes other than torch; checked with ONNX Runtime.

https://onnx.ai/onnx/intro/. A file is one message of protobuf, https://protobuf.dev/programming-guides/proto-limits/.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from resnetgen.analysis.input_domain import AXIS_NAMES
from resnetgen.errors import ExportError
from resnetgen.export.errors import translate_errors
from resnetgen.export.format import INPUT, NOTHING, OUTPUT, Format, Output, Run
from resnetgen.export.graph import export_graph
from resnetgen.export.suppress_warnings import suppress_output
from resnetgen.export.zero_padding import keep_zeros

NAME = "onnx"

OPSET = 18
"""The version of the operator set: the one that torch's exporter emits, so that nothing is converted."""

MAX_BYTES = 2**31 - 1
"""The size limit of a protobuf message."""


def write(network: nn.Module, example: Tensor, path: str, origin: Mapping[str, str] = NOTHING) -> None:
    """Write a network as one ONNX file, weights included, with named dynamic axes.

    Args:
        network: the network, in eval mode on the CPU.
        example: a batch, (N, C, ...), that the export runs.
        path: the file to write.
        origin: metadata, whose keys get the prefix `resnetgen.`.
    """
    _check_size(network)
    found = export_graph(network, example, NAME)
    axes = dict(zip((0, *range(2, example.dim())), ("batch", *AXIS_NAMES[example.dim() - 2]), strict=True))
    with translate_errors(NAME), suppress_output(), torch.no_grad():
        outputs = _output_names(network(example.clone()))
        program = torch.onnx.export(
            found,
            (example,),
            dynamo=True,
            verbose=False,
            opset_version=OPSET,
            input_names=[_unused_name(INPUT, outputs)],
            output_names=outputs,
            dynamic_shapes=(axes,),
        )
        assert program is not None  # which `dynamo` guarantees
        keep_zeros(program.model.graph)
        program.model.metadata_props.update({f"resnetgen.{key}": text for key, text in origin.items()})
        # One file, since external data could get lost or mixed up.
        program.save(path, external_data=False)


def _unused_name(name: str, taken: list[str]) -> str:
    """Return a name for the input that no feature map has."""
    return name if name not in taken else _unused_name(f"{name}_", taken)


def _check_size(network: nn.Module) -> None:
    size = sum(tensor.nbytes for tensor in network.state_dict().values())
    if size > MAX_BYTES:
        message = f"an ONNX file has at most {MAX_BYTES:,} bytes, but the weights alone take {size:,}"
        raise ExportError(message, "export to pt2 or torchscript, which have no such limit")


def _output_names(answer: Output) -> list[str]:
    return list(answer) if isinstance(answer, dict) else [OUTPUT]


def open_file(path: str) -> Run:
    """Open a file in ONNX Runtime, on the CPU.

    Args:
        path: the file.

    Returns:
        A function from a batch (N, C, ...) to the output.
    """
    import onnxruntime  # type: ignore[import-untyped]  # it carries no types

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    (given,) = (each.name for each in session.get_inputs())
    names = [each.name for each in session.get_outputs()]

    def run(batch: Tensor) -> Output:
        answers = session.run(names, {given: batch.numpy()})
        found = {name: torch.from_numpy(answer) for name, answer in zip(names, answers, strict=True)}
        return found[OUTPUT] if names == [OUTPUT] else found

    return run


FORMAT = Format(NAME, ".onnx", ("onnx", "onnxscript", "onnxruntime"), "onnx", write, open_file)
