"""The codes of the language: what a spec can say, each key by itself and some of them together."""


class RG201:
    """Unknown key.

    This key does not exist here. If unknown keys were ignored, the network would not be the one that was meant:
    `chanels: 64` would leave the width as it was. The message lists the keys that exist, and suggests the closest one,
    or the one that a word of another library means: `num_classes` is `head.classes`. The first key of a layer names its
    kind, so a second such key is unknown there.

    Fails:

        extends: resnet50
        name: wide
        stages:
          layer4: {chanels: 4096}

    Fixed:

        extends: resnet50
        name: wide
        stages:
          layer4: {channels: 4096}
    """


class RG202:
    """Missing key.

    A key without a default is missing: the name of the spec, the number of blocks or the channels of a stage, the width
    of a convolution, or a required option of an activation. Most specs take these from another spec, which `extends`
    names.

    Fails:

        extends: resnet50
        name: deeper
        stages:
          layer5: {blocks: 2, stride: 2}

    Fixed:

        extends: resnet50
        name: deeper
        stages:
          layer5: {blocks: 2, channels: 2048, stride: 2}
    """


class RG203:
    """Value of the wrong type.

    Values are never converted: `"3"` is text and not a number, `true` is not 1, and `64.0` is not a whole number. A
    width is a whole number or an expression; a kernel, a stride or a padding is a whole number or a list with one for
    each axis. An empty value is a type of its own, and removes a key of a base spec.

    Fails:

        extends: resnet50
        name: ours
        head: {classes: "10"}

    Fixed:

        extends: resnet50
        name: ours
        head: {classes: 10}
    """


class RG204:
    """Value that is not allowed.

    The type is right, but the value is out of range, is not one of the allowed words, or does not fit the values beside
    it: a list needs one number for each axis of the input, and the padding of a pool is at most half of its window.
    Where only some words are allowed, the message lists them.

    Fails:

        extends: resnet50
        name: swish
        act: swish

    Fixed:

        extends: resnet50
        name: swish
        act: silu
    """


class RG205:
    """Bad name.

    The names of a spec, its stages, block types and widths become names in Python: letters, digits and `_`, no digit
    first, and no Python keyword. Two stages or specs must not become the same module, class or file, and a file with
    the name of a library, such as `torch.py`, would be imported instead of it. Windows allows no file with the name of
    a device, such as `con.py`. The names of a layout follow the rules for names in Python.

    Fails:

        extends: resnet50
        name: resnet50-ours

    Fixed:

        extends: resnet50
        name: resnet50_ours
    """


class RG206:
    """Unknown type of block, layer or slot.

    There is no block type, norm, attention, anti-aliasing or other slot, layout, or convolution (for `stride_on` or
    `place`) of this name. Block types are the built-in ones and those that the spec defines under `blocks`.

    Fails:

        extends: resnet50
        name: attentive
        block: {attention: squeeze_excite}

    Fixed:

        extends: resnet50
        name: attentive
        block: {attention: se}
    """


class RG207:
    """Bad width expression.

    A width is a whole number, or an expression of whole numbers, names of widths, brackets, and `+`, `-`, `*`, `/`,
    `//` and `%`. There are no functions, powers or fractions, so a width never depends on how a fraction is rounded.

    Fails:

        extends: resnet50
        name: narrow
        block: {mid: out * 0.125}

    Fixed:

        extends: resnet50
        name: narrow
        block: {mid: out / 8}
    """


class RG208:
    """Width that is not whole and positive.

    The expression of a width was evaluated for a block, and the result is not a number of channels: a division has a
    remainder, or the result is zero, negative, or more than 1,000,000. Or the expression uses a width that is not known
    there. Use `//` to round down.

    Fails:

        extends: resnet50
        name: third
        block: {mid: out / 3}

    Fixed:

        extends: resnet50
        name: third
        block: {mid: out // 3 // 8 * 8}
    """


class RG209:
    """Keys that contradict each other, or a key without effect.

    Every key has an effect, or is an error: an option of a layer that does not exist, a default that every stage
    overrides, two keys for the same thing, a `null` for a key that the base does not have. The next person to change
    the spec would believe that such a line does something.

    Fails:

        extends: resnet50
        name: embedding
        head: {classes: null, dropout: 0.2}

    Fixed:

        extends: resnet50
        name: embedding
        head: {classes: 128, dropout: 0.2}
    """


class RG210:
    """Layout whose names do not form modules.

    A layout gives every operator its name in the state dict, and the dots in a name separate modules. Such modules
    cannot be built from two equal names, from a module whose parts are not consecutive, from numbers that do not count
    from 0, or from names that Python or PyTorch reserves. A list of names must not be longer than the list of what it
    names.

    Fails:

        extends: resnet50
        name: named
        layout: {stem: [conv1.0, bn1, conv1.1, pool]}

    Fixed:

        extends: resnet50
        name: named
        layout: {stem: [conv1.0, conv1.1, conv1.2, pool]}
    """
