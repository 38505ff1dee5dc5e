"""The codes of networks that are written to files of other formats."""


class RG804:
    """Network without a form in a format.

    `resnetgen export` has torch bring the network into the format, and torch cannot: its first words on that are in the
    message, and `RESNETGEN_DEBUG=1` shows all of them. Or the format has no room: an ONNX file is one message of
    protobuf and ends before 2 GiB, which are 536 million parameters of float32. Nothing was written.
    """


class RG805:
    """File that answers otherwise than the network.

    What `resnetgen export` wrote is run beside the network, at two batches of other numbers of samples and other sizes.
    It does not open in its own runtime, does not take one of the batches, or gives answers that differ by more than
    rounding does: by more than a ten-thousandth of the largest value. So it was removed, and what was at its place
    before is still there.
    """


class RG806:
    """Answers that are not finite.

    The network's answers to noise are infinite or no numbers, so nothing can be compared with them. Mostly that is of
    weights that hold such values themselves, saved after the training diverged; the message names their tensors.
    """
