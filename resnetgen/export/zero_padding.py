"""A workaround for ONNX Runtime, which fuses zero padding into the max pooling after it.

The padding of ONNX's MaxPool is minus infinity, while zeros exceed negative values. ONNX Runtime, as of 1.31, fuses a
Pad of zeros into a following MaxPool all the same (its PadFusion), which changes the outputs.
"""

from __future__ import annotations

from typing import Any


def keep_zeros(graph: Any) -> None:
    """Insert a Max with minus infinity, which changes no value, between each Pad and MaxPool of an onnx_ir graph."""
    import numpy
    import onnx_ir

    for node in list(graph):
        padded = node.inputs[0].producer() if node.op_type == "MaxPool" else None
        if padded is None or padded.op_type != "Pad":
            continue
        value = onnx_ir.tensor(numpy.array(float("-inf"), dtype=padded.outputs[0].dtype.numpy()))
        least = onnx_ir.node("Constant", [], attributes={"value": value})
        larger = onnx_ir.node("Max", [padded.outputs[0], least.outputs[0]])
        larger.outputs[0].dtype, larger.outputs[0].shape = padded.outputs[0].dtype, padded.outputs[0].shape
        graph.insert_before(node, (least, larger))
        node.replace_input_with(0, larger.outputs[0])
