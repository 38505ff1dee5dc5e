"""The codes of reading: the text of a spec, and what it extends."""


class RG101:
    """File that cannot be read.

    The file does not exist, is a folder or a device, or its permissions forbid reading it; or the argument is neither a
    path nor the name of a shipped spec. A path ends in `.yaml` or `.yml`; `resnetgen list` shows the names.

    Fails:

        extends: resnet18
        name: mine
        $ resnetgen check specs.yaml

    Fixed:

        extends: resnet18
        name: mine
        $ resnetgen check spec.yaml
    """


class RG102:
    r"""File that is not UTF-8.

    Specs are UTF-8, with or without a byte order mark. A byte that is not valid UTF-8 comes from an editor that writes
    another encoding, such as Latin-1 or UTF-16, or from a file that is not text, such as a file of weights. Save the
    file as UTF-8, or convert it: `iconv -f latin1 -t utf-8 old.yaml > new.yaml`.

    Fails:

        $ printf 'extends: resnet18\nname: mine\ndescription: With caf\351.\n' > spec.yaml
        $ resnetgen check spec.yaml

    Fixed:

        extends: resnet18
        name: mine
        description: With café.
    """


class RG103:
    """Text that is not YAML.

    The YAML parser could not continue: a bracket or a quote is not closed, indentation matches nothing above it, a tab
    indents a line, a line has a second `: `, there is a control character, or an alias names no anchor. The mark shows
    where the parser stopped; the cause is there or shortly before.

    Fails:

        extends: resnet18
        name: mine
        stages:
          layer1: {blocks: 3}
           layer2: {blocks: 4}

    Fixed:

        extends: resnet18
        name: mine
        stages:
          layer1: {blocks: 3}
          layer2: {blocks: 4}
    """


class RG104:
    """Duplicate key.

    A mapping has the same key twice. Most YAML parsers keep the last value and drop the first without a message, so one
    of the two lines would have no effect.

    Fails:

        extends: resnet18
        name: mine
        stages:
          layer3: {blocks: 4}
          layer3: {blocks: 6}

    Fixed:

        extends: resnet18
        name: mine
        stages:
          layer3: {blocks: 4}
          layer4: {blocks: 6}
    """


class RG105:
    """Scalar that YAML 1.1 reads differently from how it looks.

    In YAML 1.1 `no` and `on` are booleans, `010` is eight, `12:30` is a number in base 60, and `1e-5`, without a point
    and a sign, is text. The network would then differ from what the spec seems to say. Write numbers in decimal, with a
    point and a sign if they have an exponent, and put text in quotes. `blocks:1`, without a space, is one word.

    Fails:

        extends: resnet18
        name: mine
        norm: {type: batch, eps: 1e-3}

    Fixed:

        extends: resnet18
        name: mine
        norm: {type: batch, eps: 1.0e-3}
    """


class RG106:
    """Empty file.

    The file is empty, or has only comments and blank lines. The shortest spec has a `name`, and the name of another
    spec under `extends`.

    Fails:

        # the network of the paper, to be written

    Fixed:

        # the network of the paper
        extends: resnet18
        name: paper
    """


class RG107:
    """Text too large or too deep, or number out of range.

    A spec has at most 1,048,576 bytes, 64 levels of mappings and lists, and 100,000 keys and values, where each use of
    an alias counts; whole numbers have 64 bits. Its blocks have at most 5,000 operators, where a run of equal blocks
    counts once. No real network comes near these limits: a spec beyond them is a mistake, or was made to keep the
    compiler busy.

    Fails:

        extends: resnet18
        name: mine
        head: {classes: 10000000000000000000}

    Fixed:

        extends: resnet18
        name: mine
        head: {classes: 1000}
    """


class RG108:
    """Text that is not a mapping at the top.

    A spec is a mapping of keys to values. A file that begins with `- ` is a list, and one without `: ` is a single
    text; neither is a spec.

    Fails:

        - extends: resnet18
        - name: mine

    Fixed:

        extends: resnet18
        name: mine
    """


class RG109:
    """YAML feature that specs do not use.

    Tags can make a YAML parser build arbitrary objects, merge keys (`<<`) hide where a value comes from, keys that are
    not text have no meaning here, and a second document would be ignored without a message. Anchors and aliases work,
    unless an alias is inside the value that it repeats. Use `extends` to start from another spec.

    Fails:

        extends: resnet18
        name: mine
        block: &block {shortcut: projection}
        stages:
          layer1: {<<: *block, blocks: 3}

    Fixed:

        extends: resnet18
        name: mine
        block: {drop_path: 0.1}
        stages:
          layer1: {blocks: 3}
    """


class RG110:
    """`extends` names a spec that does not exist.

    `extends` names either a shipped spec, as `resnetgen list` shows them, or a path that ends in `.yaml` or `.yml`. A
    path is relative to the folder of the spec that contains it, not to the current directory.

    Fails:

        extends: resnet_18
        name: mine

    Fixed:

        extends: resnet18
        name: mine
    """


class RG111:
    """`extends` forms a cycle, or a chain that is too long.

    Specs that extend one another in a cycle have no first one to start from. A chain of more than 32 specs is treated
    as a mistake, too.

    Fails:

        extends: base.yaml
        name: mine
        # base.yaml
        extends: spec.yaml
        name: base

    Fixed:

        extends: base.yaml
        name: mine
        # base.yaml
        extends: resnet18
        name: base
    """


class RG112:
    """`extends` is not text.

    A spec has one base, which `extends` names: with two, a reader could not tell which one wins where both set a key.
    To build on two specs, let one of them extend the other.

    Fails:

        extends: [resnet18, resnet50]
        name: mine

    Fixed:

        extends: resnet18
        name: mine
    """


class RG113:
    """`extends` leads out of the project.

    A spec may come from a stranger, and a message shows lines of the files that it extends. So a base must be inside
    the project of the spec: the closest folder above it that has a `pyproject.toml` or `.git`; otherwise the current
    directory, if the spec is inside it; otherwise the folder of the spec. Every spec can extend the shipped specs, and
    `--allow-outside` lifts the rule for specs that you trust.

    Fails:

        extends: ../others/base.yaml
        name: mine
        # pyproject.toml
        [project]

    Fixed:

        extends: bases/small.yaml
        name: mine
        # bases/small.yaml
        extends: resnet18
        name: small
        # pyproject.toml
        [project]
    """
