"""The codes of published weights."""


class RG701:
    """Weights file that cannot be read.

    The file does not exist, is truncated or is not a file of weights, or reading it needs a package that is not
    installed. For a `.safetensors` file, the header is read and compared with the length of the file. Files from
    `torch.save` are read by torch in its safe mode, which runs no code from the file; one with other objects than
    tensors is read as data, and rejected if it would run a program. So is a file with a compressed record, whose bytes
    torch would take for values, and one that asks for more memory than the tensors in it take.

    Fails:

        extends: resnet20
        name: mine
        $ resnetgen check --weights after.safetensors spec.yaml

    Fixed:

        extends: resnet20
        name: mine
        # before.yaml
        extends: resnet20
        name: before
        # save.py
        import torch
        from generated.before import Before
        torch.save(Before().state_dict(), "before.pt")
        $ resnetgen build before.yaml
        $ python save.py
        $ resnetgen check --weights before.pt spec.yaml
    """


class RG702:
    """Tensor that the weights file lacks.

    The network has tensors that are not in the file, so they would keep their random initial values. The message points
    at the part of the spec that needs them: a stage, a layer of your own block type, the stem or the head. Batch norm's
    counter `num_batches_tracked`, which files from before PyTorch 0.4.1 lack, is supplied by PyTorch and not reported,
    unless the file says that it was saved from modules that have it.

    Fails:

        extends: resnet20
        name: mine
        stages:
          layer3: {attention: se}
        # before.yaml
        extends: resnet20
        name: before
        # save.py
        import torch
        from generated.before import Before
        torch.save(Before().state_dict(), "before.pt")
        $ resnetgen build before.yaml
        $ python save.py
        $ resnetgen check --weights before.pt spec.yaml

    Fixed:

        extends: resnet20
        name: mine
        # before.yaml
        extends: resnet20
        name: before
        # save.py
        import torch
        from generated.before import Before
        torch.save(Before().state_dict(), "before.pt")
        $ resnetgen build before.yaml
        $ python save.py
        $ resnetgen check --weights before.pt spec.yaml
    """


class RG703:
    """Tensor that the network does not have.

    The file holds tensors whose names are not keys of the network's state dict. A prefix that all names share, such as
    the `module.` of `torch.nn.DataParallel`, is no mismatch: the names are compared without it. A bias before a batch
    norm can be folded into the norm's mean, and counters of batch norm can be left out. Other tensors are part of the
    trained network: without them its outputs differ. If only names differ, and order and shapes agree, one message has
    the names to write in a `layout`.

    Fails:

        extends: resnet20
        name: mine
        # before.yaml
        extends: resnet20
        name: before
        stages: {layer3: {blocks: 4}}
        # save.py
        import torch
        from generated.before import Before
        torch.save(Before().state_dict(), "before.pt")
        $ resnetgen build before.yaml
        $ python save.py
        $ resnetgen check --weights before.pt spec.yaml

    Fixed:

        extends: resnet20
        name: mine
        stages: {layer3: {blocks: 4}}
        # before.yaml
        extends: resnet20
        name: before
        stages: {layer3: {blocks: 4}}
        # save.py
        import torch
        from generated.before import Before
        torch.save(Before().state_dict(), "before.pt")
        $ resnetgen build before.yaml
        $ python save.py
        $ resnetgen check --weights before.pt spec.yaml
    """


class RG704:
    """Tensor of another shape.

    The file and the network have a tensor of the same name with different shapes. PyTorch rejects such a file even with
    `strict=False`. If the number of classes differs, leave out the classifier's tensors and train them again. The code
    also covers parts whose missing tensors have as many values as the unknown ones: these are probably the same
    weights, joined or split.

    Fails:

        extends: resnet20
        name: mine
        head: {classes: 100}
        # before.yaml
        extends: resnet20
        name: before
        # save.py
        import torch
        from generated.before import Before
        torch.save(Before().state_dict(), "before.pt")
        $ resnetgen build before.yaml
        $ python save.py
        $ resnetgen check --weights before.pt spec.yaml

    Fixed:

        extends: resnet20
        name: mine
        head: {classes: 10}
        # before.yaml
        extends: resnet20
        name: before
        # save.py
        import torch
        from generated.before import Before
        torch.save(Before().state_dict(), "before.pt")
        $ resnetgen build before.yaml
        $ python save.py
        $ resnetgen check --weights before.pt spec.yaml
    """


class RG705:
    """Several parts of a weights file that fit the network equally well.

    The file holds the network more than once, for example as two encoders of a contrastive training, and nothing tells
    which one is meant. Name one by `--weights-key`. Of weights and their moving average, of a teacher and a student,
    and of the encoders of MoCo and BYOL, the usual one is taken, and commands say so.

    Fails:

        extends: resnet20
        name: mine
        # before.yaml
        extends: resnet20
        name: before
        # save.py
        import torch
        from generated.before import Before
        torch.save({"left": Before().state_dict(), "right": Before().state_dict()}, "before.pt")
        $ resnetgen build before.yaml
        $ python save.py
        $ resnetgen check --weights before.pt spec.yaml

    Fixed:

        extends: resnet20
        name: mine
        # before.yaml
        extends: resnet20
        name: before
        # save.py
        import torch
        from generated.before import Before
        torch.save({"left": Before().state_dict(), "right": Before().state_dict()}, "before.pt")
        $ resnetgen build before.yaml
        $ python save.py
        $ resnetgen check --weights before.pt --weights-key left spec.yaml
    """


class RG706:
    """Change of weights that a file and a network do not allow.

    `resnetgen weights convert` was asked to adapt weights to other input channels, classes or axes, by a rule that does
    not fit them: for example, fewer numbers of classes than the network has, or one that the file does not have.

    Fails:

        extends: resnet20
        name: mine
        head: {classes: 2}
        # before.yaml
        extends: resnet20
        name: before
        # save.py
        import torch
        from generated.before import Before
        torch.save(Before().state_dict(), "before.pt")
        $ resnetgen build before.yaml
        $ python save.py
        $ resnetgen weights convert before.pt mine.pt --spec spec.yaml --classes 3

    Fixed:

        extends: resnet20
        name: mine
        head: {classes: 2}
        # before.yaml
        extends: resnet20
        name: before
        # save.py
        import torch
        from generated.before import Before
        torch.save(Before().state_dict(), "before.pt")
        $ resnetgen build before.yaml
        $ python save.py
        $ resnetgen weights convert before.pt mine.pt --spec spec.yaml --classes 3,5
    """
