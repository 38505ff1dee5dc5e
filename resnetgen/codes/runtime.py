"""The codes of running a network: reasons why an emitted file cannot run as requested."""


class RG801:
    """Package that is not installed.

    The compiler does not need torch, but running a network does, and some checks and exports need further packages,
    such as those of ONNX. The message names the package and the command that installs it. A check that was not
    requested by name is skipped if its package is missing, and its row gives the reason. A package that is installed
    but fails when it is imported has the same code; often a library that it loads is missing or of another version.
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


class RG807:
    """Folder of another run.

    A folder of `resnetgen lab` has one run. Another process is still running in it; or it has a training of another
    recipe, data set or spec, as the message says, and to go on with that would mix the two; or one of its files was
    changed or cut off. Nothing in the folder is changed. Run the experiment in another folder with `-o`, or remove the
    folder of the training, which then begins again.
    """


class RG808:
    """Data that does not fit.

    `resnetgen lab` downloads no data. The data set of the experiment is not where its `path` says, a file of it is cut
    off or is not what its name says, it has fewer images than a batch, or a network of the experiment is no classifier.
    The message names the file or the network, and says where the data belongs. `--data-path` names another place.
    """
