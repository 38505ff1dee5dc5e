"""The codes of running a network: what keeps an emitted file from being run as it was asked for."""


class RG801:
    """Package that is not installed.

    The compiler needs no torch; what runs a network does, and some of that needs further packages, such as those of
    ONNX. The message names the package, and the extra that brings it: `pip install 'resnetgen[torch]'`. A check that
    nobody asked for by its name is left out where its package is missing, with the reason in its row.
    """


class RG802:
    """Device that is not there.

    `--device cuda` asks for a CUDA device, and torch finds none: there is none, its driver is too old for this torch,
    CUDA_VISIBLE_DEVICES hides it, or this torch was built for the CPU alone. `python -c "import torch;
    print(torch.version.cuda, torch.cuda.device_count())"` tells which: None is a build for the CPU. `--device auto`
    takes the CPU where there is nothing else.
    """


class RG803:
    """Out of memory.

    The device has less memory free than the network asks for at this batch and input size. The message says which these
    are. `resnetgen show SPEC --batch N --input-size SIZE` tells what the operators write; training keeps most of that,
    beside the parameters and their gradients. Take a smaller `--batch` or `--input-size`, or another device.
    """
