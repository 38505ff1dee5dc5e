"""Zeros around a map that is then max-pooled, kept from an optimizer that takes them for the pool's own padding.

The padding of ONNX's MaxPool loses against every value; zeros win against negative ones. ONNX Runtime, as of 1.31, puts
a Pad of zeros into a MaxPool that follows it all the same (its PadFusion), and answers otherwise from then on.
"""

from __future__ import annotations

from typing import Any


def keep_zeros(graph: Any) -> None:
    """Put between each such pair of a graph of onnx_ir a node that changes no value: the larger of it and -infinity."""
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
