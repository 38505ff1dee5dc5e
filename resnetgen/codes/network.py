"""The codes of the network: shapes, groups and strides, which follow from several keys together."""


class RG301:
    """Identity shortcut between different shapes.

    A block adds the output of its branch to that of its shortcut, and an identity shortcut passes the block's input on.
    If the branch changes the number of channels or has a stride, the shapes differ. PyTorch raises an error, or
    silently broadcasts an input of one channel or one pixel: such a network trains, but is not the one that was meant.

    Fails:

        extends: resnet18
        name: straight
        block: {shortcut: identity}

    Fixed:

        extends: resnet18
        name: straight
        block: {shortcut: auto}
    """


class RG302:
    """The two sides of an addition differ.

    A layer of the branch changes the size of the map by more than its stride, usually because of missing padding, so
    the branch no longer matches the shortcut. The default padding, half of the kernel, keeps the size for an odd
    kernel; no padding does for an even one. Or the last layer of the branch has another number of channels than the
    block, or a shortcut of layers has other channels or another stride than the branch. PyTorch would silently
    broadcast a side of one pixel.

    Fails:

        extends: resnet18
        name: unpadded
        blocks:
          valid:
            branch:
              - {conv: 3, to: out, stride: here}
              - {conv: 3, to: out, padding: 0}
        block: {type: valid}

    Fixed:

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

    A grouped convolution, a group norm, and the paths of a split or of a multi-scale convolution share the channels
    equally. So their number must divide the input channels and, for a convolution, the output channels. PyTorch only
    finds this when it builds the module, and cannot name the line of the spec.

    Fails:

        extends: resnet50
        name: grouped
        block: {groups: 48}

    Fixed:

        extends: resnet50
        name: grouped
        block: {groups: 32}
    """


class RG304:
    """Map smaller than its kernel, or below one pixel.

    At this input size a map has become so small that a window with its padding does not fit, that a mirrored edge has
    nothing to mirror, or that a norm has a single value to normalize. PyTorch would raise an error in the middle of
    `forward`. Use a larger input, fewer strides or another window; `resnetgen show` lists the input sizes that work.

    Fails:

        extends: resnet18
        name: small_images
        input: {channels: 3, size: 32}
        head: {pool: avg, layers: [{conv: 3, to: 512, padding: 0}], classes: 10}

    Fixed:

        extends: resnet18
        name: small_images
        input: {channels: 3, size: 32}
        stem: [{conv: 3, to: 64}]
        head: {pool: avg, layers: [{conv: 3, to: 512, padding: 0}], classes: 10}
    """


class RG305:
    """Output stride that cannot be reached.

    `output_stride` turns the strides of the last stages into dilations, so that the total stride does not exceed this
    number. Possible values are the products of the strides from the stem on: strides of 4, 1, 2, 2 and 2 allow 4, 8 or
    16.

    Fails:

        extends: resnet50
        name: dense
        output_stride: 12

    Fixed:

        extends: resnet50
        name: dense
        output_stride: 8
    """


class RG306:
    """Pad shortcut that would have to drop channels.

    A pad shortcut takes every stride-th pixel and adds channels of zeros (option A of arXiv:1512.03385). If a block has
    fewer output channels than input channels, it would have to drop some, and the shortcut would lose information. The
    same is true of a layer `pad_channels`.

    Fails:

        extends: resnet18
        name: hourglass
        block: {shortcut: pad}
        stages:
          layer4: {channels: 128}

    Fixed:

        extends: resnet18
        name: hourglass
        block: {shortcut: auto}
        stages:
          layer4: {channels: 128}
    """


class RG307:
    """Initialization with nothing to act on.

    `zero_init_residual` sets the last norm of each branch to zero, so that the network starts out as its shortcuts
    alone (arXiv:1706.02677). A branch that ends in a convolution has no such norm. A block without a shortcut would
    start as zero, and a block whose branch scale after that norm is zero could never learn.

    Fails:

        extends: resnet18
        name: calm
        block: {type: preact_basic}
        init: {zero_init_residual: true}

    Fixed:

        extends: resnet18
        name: calm
        init: {zero_init_residual: true}
    """
