"""The codes of running a network: reasons why an emitted file cannot run as requested."""


class RG801:
    """Package that is not installed.

    The compiler does not need torch, but running a network does, and some checks and exports need further packages,
    such as those of ONNX. The message names the package and the command that installs it. A check that was not
    requested by name is skipped if its package is missing, and its row gives the reason.
    """


class RG802:
    """Device that is not available.

    `--device cuda` needs a CUDA device, and torch finds none: the machine has none, its driver is too old for this
    torch, CUDA_VISIBLE_DEVICES hides it, or this torch was built for the CPU only. `python -c "import torch;
    print(torch.version.cuda, torch.cuda.device_count())"` shows which: None means a build for the CPU. `--device auto`
    uses the CPU if there is no CUDA device.
    """


class RG803:
    """Out of memory.

    The network needs more memory at this batch and input size than the device has free. The message gives both.
    `resnetgen show SPEC --batch N --input-size SIZE` prints the activation memory; training keeps most of it, in
    addition to the parameters and their gradients. Use a smaller `--batch` or `--input-size`, or another device.
    """
