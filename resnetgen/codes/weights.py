"""The codes of published weights."""


class RG701:
    """Weights file that cannot be read.

    There is no such file, it is cut or is none of weights, or it takes torch to read it and torch is not installed. Of
    a `.safetensors` file the header is read, and held against the file's length. Files that `torch.save` wrote are read
    by torch, which is told to run none of the code that such a file can bring: one with other objects than tensors and
    plain values is refused.

    Fails:

        extends: resnet20
        name: mine
        $ resnetgen check --weights after.safetensors spec.yaml

    Mend:

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

    The network has tensors that are not in the file, so it would keep their first, random values. The place is what
    asks for them: a stage, a layer of a block type of your own, the stem or the head. Batch norm's counter
    `num_batches_tracked`, which files from before PyTorch 0.4.1 lack, is supplied by PyTorch and not reported, unless
    the file says that it was saved from modules that have it.

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

    Mend:

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

    The file holds tensors under names that are no key of the network's state dict. Where all names begin alike, such as
    with the `module.` of `torch.nn.DataParallel`, that is said once, and the rest is compared without it.

    Fails:

        extends: resnet20
        name: mine
        # before.yaml
        extends: resnet20
        name: before
        # save.py
        import torch
        from generated.before import Before
        torch.save(torch.nn.DataParallel(Before()).state_dict(), "before.pt")
        $ resnetgen build before.yaml
        $ python save.py
        $ resnetgen check --weights before.pt spec.yaml

    Mend:

        extends: resnet20
        name: mine
        # before.yaml
        extends: resnet20
        name: before
        # save.py
        import torch
        from generated.before import Before
        torch.save(torch.nn.DataParallel(Before()).module.state_dict(), "before.pt")
        $ resnetgen build before.yaml
        $ python save.py
        $ resnetgen check --weights before.pt spec.yaml
    """


class RG704:
    """Tensor of another shape.

    The file and the network have a tensor of the same name and of unlike shapes. PyTorch refuses such a file even with
    `strict=False`. For another number of classes, leave the classifier's tensors out and train them anew.

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

    Mend:

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
