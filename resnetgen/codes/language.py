"""The codes of the language: what a spec can say, each key by itself and some of them together."""


class RG201:
    """Unknown key.

    No key of that name can stand here. A key that is passed over in silence is a network other than the one that was
    meant: `chanels: 64` would leave the width as it was. The message names the keys that can, and the one that is
    nearest. Of a layer, the first key says what kind it is, so a second such key is unknown beside it.

    Fails:

        extends: resnet50
        name: wide
        stages:
          layer4: {chanels: 4096}

    Mend:

        extends: resnet50
        name: wide
        stages:
          layer4: {channels: 4096}
    """


class RG202:
    """Missing key.

    Something that has no default is not said: the name of the spec, the number of blocks or the channels of a stage,
    the width that a convolution gives, an option that an activation cannot do without. Most specs get what they do not
    say from another one, which `extends` names.

    Fails:

        extends: resnet50
        name: deeper
        stages:
          layer5: {blocks: 2, stride: 2}

    Mend:

        extends: resnet50
        name: deeper
        stages:
          layer5: {blocks: 2, channels: 2048, stride: 2}
    """


class RG203:
    """Value of the wrong type.

    Nothing is converted in silence: `"3"` is text and not a number, `true` is not 1, and `64.0` is no whole number. A
    width is a whole number or an expression; a kernel, a stride or a padding is a whole number or a list of one for
    each axis. Nothing at all after a key is a type of its own, and takes a key out of a base.

    Fails:

        extends: resnet50
        name: ours
        head: {classes: "10"}

    Mend:

        extends: resnet50
        name: ours
        head: {classes: 10}
    """


class RG204:
    """Value that is not allowed.

    The type is right, but the value is out of its range, none of the words that can stand here, or does not fit what
    stands beside it: a list has as many numbers as the input has axes, and a pool is padded by half of its window at
    most. Where there are only some words, the message names them.

    Fails:

        extends: resnet50
        name: swish
        act: swish

    Mend:

        extends: resnet50
        name: swish
        act: silu
    """


class RG205:
    """Bad name.

    The names of a spec, its stages, block types and widths become names in Python: letters, digits and `_`, no digit
    first, no word that Python keeps for itself. No two stages or specs may end up as one module, one class or one file,
    and a file called as a library, such as `torch.py`, would be imported in its place. The same goes for the names of a
    layout.

    Fails:

        extends: resnet50
        name: resnet50-ours

    Mend:

        extends: resnet50
        name: resnet50_ours
    """


class RG206:
    """Unknown type of block, layer or slot.

    A block type, a kind of norm, attention, anti-aliasing or another slot, a layout, or a convolution that
    `stride_on` or `place` speaks of: there is none of that name. Block types are the built-in ones and those that the
    spec describes under `blocks`.

    Fails:

        extends: resnet50
        name: attentive
        block: {attention: squeeze_excite}

    Mend:

        extends: resnet50
        name: attentive
        block: {attention: se}
    """


class RG207:
    """Bad width expression.

    A width is a whole number, or an expression of whole numbers, names of widths, brackets and `+`, `-`, `*`, `/`,
    `//` and `%`. It has no functions, no powers and no fractions, so that a width never depends on how a fraction is
    rounded.

    Fails:

        extends: resnet50
        name: narrow
        block: {mid: out * 0.125}

    Mend:

        extends: resnet50
        name: narrow
        block: {mid: out / 8}
    """


class RG208:
    """Width that is not whole and positive.

    A width's expression was computed for a block, and what came out is no number of channels: a division with a
    remainder, nothing, less than nothing, or more than 1,000,000. Or it speaks of a width that is not known where it
    stands. `//` rounds down where that is meant.

    Fails:

        extends: resnet50
        name: third
        block: {mid: out / 3}

    Mend:

        extends: resnet50
        name: third
        block: {mid: out // 3 // 8 * 8}
    """


class RG209:
    """Keys that contradict each other, or a key without effect.

    What a spec says holds somewhere, or is an error: an option of a layer that is not there, a default that everything
    nearer says otherwise, two keys for one thing, a `null` that takes out what the base does not have. A line that does
    nothing is read as if it did, by the next who changes the spec.

    Fails:

        extends: resnet50
        name: embedding
        head: {classes: null, dropout: 0.2}

    Mend:

        extends: resnet50
        name: embedding
        head: {classes: 128, dropout: 0.2}
    """


class RG210:
    """Layout whose names make no modules.

    A layout gives every operator its name in the state dict, and dots make modules of them. Two of the same name, a
    module whose parts do not follow one another, numbers that do not count from 0, and words that Python or PyTorch
    keeps for itself cannot be built. A list of names may not be longer than what it names.

    Fails:

        extends: resnet50
        name: named
        layout: {stem: [conv1.0, bn1, conv1.1, pool]}

    Mend:

        extends: resnet50
        name: named
        layout: {stem: [conv1.0, conv1.1, conv1.2, pool]}
    """
