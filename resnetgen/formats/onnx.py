"""ONNX: a graph of the operators of an open standard, for runtimes other than torch; checked with ONNX Runtime.

https://onnx.ai/onnx/intro/. A file is one protobuf message, of less than 2 GiB.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from resnetgen.formats.format import INPUT, OUTPUT, Format, Output, Run, Unexportable
from resnetgen.formats.graph import first_line, graph
from resnetgen.formats.silence import silent

OPSET = 18
"""The version of the set of operators: the one that torch's exporter itself is written in."""


def write(network: nn.Module, example: Tensor, path: str) -> None:
    """Write a network as one file, weights included."""
    found = graph(network, example)
    with torch.no_grad():
        answer = network(example)
    names = list(answer) if isinstance(answer, dict) else [OUTPUT]
    axes = {0: "batch", **dict(zip(range(2, example.dim()), ("depth", "height", "width")[5 - example.dim() :]))}
    try:
        with silent():
            torch.onnx.export(
                found,
                (example,),
                path,
                dynamo=True,
                verbose=False,
                opset_version=OPSET,
                input_names=[INPUT],
                output_names=names,
                dynamic_shapes={"x": axes},
                external_data=False,
            )
    except Exception as error:
        raise Unexportable(first_line(error)) from error


def opened(path: str) -> Run:
    """The file in ONNX Runtime, on the CPU."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]

    def run(batch: Tensor) -> Output:
        answers = session.run(names, {INPUT: batch.numpy()})
        found = {name: torch.from_numpy(answer) for name, answer in zip(names, answers, strict=True)}
        return found[OUTPUT] if names == [OUTPUT] else found

    return run


FORMAT = Format("onnx", ".onnx", ("onnx", "onnxscript", "onnxruntime"), "onnx", write, opened)
