"""The codes of the network: shapes, groups and strides, which only all keys together decide."""


class RG301:
    """Identity shortcut between different shapes.

    A block adds its branch to what its shortcut brings, and an identity brings what came in. Where the branch gives
    another number of channels or strides, there is nothing to add. PyTorch raises an error or, where one channel or
    pixel comes in, repeats that in silence, which is a network that trains and is not the one that was meant.

    Fails:

        extends: resnet18
        name: straight
        block: {shortcut: identity}

    Mend:

        extends: resnet18
        name: straight
        block: {shortcut: auto}
    """


class RG302:
    """The two sides of an addition differ.

    A layer of the branch changes the size of the map by more than its stride, most often for want of padding, so that
    the branch does not fit the shortcut beside it. Half of the kernel's reach, the default, keeps the size of an odd
    kernel; with an even one no padding does. Or the branch ends in another number of channels than the block gives.
    Where one side is a single pixel, PyTorch would repeat it in silence.

    Fails:

        extends: resnet18
        name: unpadded
        blocks:
          valid:
            branch:
              - {conv: 3, to: out, stride: here}
              - {conv: 3, to: out, padding: 0}
        block: {type: valid}

    Mend:

        extends: resnet18
        name: unpadded
        blocks:
          valid:
            branch:
              - {conv: 3, to: out, stride: here}
              - {conv: 3, to: out}
        block: {type: valid}
    """


class RG303:
    """Groups that do not divide the channels.

    A grouped convolution, a group norm, the paths of a split or of a multi-scale convolution share channels out
    equally. So their number must divide the channels that come in and, of a convolution, those that go out. PyTorch
    finds that out where the module is built, without telling of the line of the spec.

    Fails:

        extends: resnet50
        name: grouped
        block: {groups: 48}

    Mend:

        extends: resnet50
        name: grouped
        block: {groups: 32}
    """


class RG304:
    """Map smaller than its kernel, or below one pixel.

    At this input size a map has become so small that a window does not fit into it with its padding, that a mirrored
    edge has nothing to mirror, or that a norm has a single value to normalize. PyTorch raises an error in the middle of
    `forward`. Another input, fewer strides or another window helps; `resnetgen show` tells which sizes a network takes.

    Fails:

        extends: resnet18
        name: small_images
        input: {channels: 3, size: 32}
        head: {pool: avg, layers: [{conv: 3, to: 512, padding: 0}], classes: 10}

    Mend:

        extends: resnet18
        name: small_images
        input: {channels: 3, size: 32}
        stem: [{conv: 3, to: 64}]
        head: {pool: avg, layers: [{conv: 3, to: 512, padding: 0}], classes: 10}
    """


class RG305:
    """Output stride that cannot be reached.

    `output_stride` turns the strides of the last stages into dilations, so that maps are no smaller than the input by
    this. It can only be what stem and stages multiply to on the way: with strides of 4, 1, 2, 2 and 2, one of 4, 8 or
    16.

    Fails:

        extends: resnet50
        name: dense
        output_stride: 12

    Mend:

        extends: resnet50
        name: dense
        output_stride: 8
    """


class RG306:
    """Pad shortcut that would have to drop channels.

    A pad shortcut takes each stride-th pixel and adds channels of zeros (option A of arXiv:1512.03385). Where a block
    gives fewer channels than it gets, there is nothing to add, and to drop some would lose what the shortcut is for.

    Fails:

        extends: resnet18
        name: hourglass
        block: {shortcut: pad}
        stages:
          layer4: {channels: 128}

    Mend:

        extends: resnet18
        name: hourglass
        block: {shortcut: auto}
        stages:
          layer4: {channels: 128}
    """


class RG307:
    """Initialisation with nothing to act on.

    `zero_init_residual` sets the last norm of each branch to zero, so that a network begins as its shortcuts alone
    (arXiv:1706.02677). A branch that ends in a convolution has no such norm. A block without a shortcut would begin as
    zero, and one with a branch scale of zero after that norm could never learn.

    Fails:

        extends: resnet18
        name: calm
        block: {type: preact_basic}
        init: {zero_init_residual: true}

    Mend:

        extends: resnet18
        name: calm
        init: {zero_init_residual: true}
    """
