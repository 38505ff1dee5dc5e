"""The codes of networks that are written to files of other formats."""


class RG804:
    """Network that cannot be exported to a format.

    `resnetgen export` uses torch's exporters, and torch cannot export this network: the message holds the beginning of
    torch's own message, and `RESNETGEN_DEBUG=1` shows all of it. Or the file would be too large for the format: an ONNX
    file is one protobuf message of less than 2 GiB, which is 536 million parameters in float32. Nothing was written.
    """


class RG805:
    """Exported file whose outputs differ from the network's.

    `resnetgen export` runs the file beside the network, on two batches with different numbers of samples and different
    sizes. The file does not open in its own runtime, rejects one of the batches, or gives outputs that differ by more
    than rounding errors, which means by more than a ten-thousandth of the largest value. The file was removed, and an
    existing file in its place was left as it was.
    """


class RG806:
    """Outputs that are not finite.

    The network's outputs for random inputs are infinite or NaN, so nothing can be compared with them. Usually the
    weights hold such values themselves, because they were saved after training diverged; the message names these
    tensors.
    """
