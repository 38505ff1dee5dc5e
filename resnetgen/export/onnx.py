"""ONNX: a graph of the operators of an open standard, for runtimes other than torch; checked with ONNX Runtime.

https://onnx.ai/onnx/intro/. A file is one message of protobuf, https://protobuf.dev/programming-guides/proto-limits/.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from resnetgen.analysis.input_sizes import AXIS_NAMES
from resnetgen.errors import ExportError
from resnetgen.export.errors import failing
from resnetgen.export.format import INPUT, OUTPUT, Format, Output, Run
from resnetgen.export.graph import graph
from resnetgen.export.suppress_warnings import silent
from resnetgen.export.zero_padding import keep_zeros

NAME = "onnx"

OPSET = 18
"""The version of the set of operators: the one that torch's exporter is written in, so that nothing is converted."""

MOST_BYTES = 2**31 - 1
"""Of a message of protobuf."""


def write(network: nn.Module, example: Tensor, path: str) -> None:
    """Write a network as one file, weights included, with the axes of the batch by their names."""
    _fit(network)
    found = graph(network, example, NAME)
    axes = dict(zip((0, *range(2, example.dim())), ("batch", *AXIS_NAMES[example.dim() - 2]), strict=True))
    with failing(NAME), silent(), torch.no_grad():
        outputs = _names(network(example.clone()))
        program = torch.onnx.export(
            found,
            (example,),
            dynamo=True,
            verbose=False,
            opset_version=OPSET,
            input_names=[_free(INPUT, outputs)],
            output_names=outputs,
            dynamic_shapes=(axes,),
        )
        assert program is not None  # as it is with `dynamo`
        keep_zeros(program.model.graph)
        # One file: a second one beside it could be lost, or be another network's.
        program.save(path, external_data=False)


def _free(name: str, taken: list[str]) -> str:
    """A name for the input that no map has."""
    return name if name not in taken else _free(f"{name}_", taken)


def _fit(network: nn.Module) -> None:
    size = sum(tensor.nbytes for tensor in network.state_dict().values())
    if size > MOST_BYTES:
        message = f"an ONNX file has at most {MOST_BYTES:,} bytes, but the weights alone take {size:,}"
        raise ExportError(message, "export to pt2 or torchscript, which have no such limit")


def _names(answer: Output) -> list[str]:
    return list(answer) if isinstance(answer, dict) else [OUTPUT]


def opened(path: str) -> Run:
    """The file in ONNX Runtime, on the CPU."""
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


FORMAT = Format(NAME, ".onnx", ("onnx", "onnxscript", "onnxruntime"), "onnx", write, opened)
