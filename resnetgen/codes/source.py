"""The codes of reading: the text of a spec, and what it extends."""


class RG101:
    """File that cannot be read.

    There is no such file, it is a folder or a device, or its permissions keep it from being read; or what was given is
    neither a path nor the name of a spec in the collection. A path ends in `.yaml` or `.yml`; `resnetgen list` shows
    the names.

    Fails:

        extends: resnet18
        name: mine
        $ resnetgen check specs.yaml

    Mend:

        extends: resnet18
        name: mine
        $ resnetgen check spec.yaml
    """


class RG102:
    r"""File that is not UTF-8.

    Specs are UTF-8, with or without a byte order mark. A byte that is none of it comes of an editor that writes another
    encoding, such as Latin-1 or UTF-16, or of a file that is no text at all, such as one of weights. Save the file as
    UTF-8, or convert it: `iconv -f latin1 -t utf-8 old.yaml > new.yaml`.

    Fails:

        $ printf 'extends: resnet18\nname: mine\ndescription: With caf\351.\n' > spec.yaml
        $ resnetgen check spec.yaml

    Mend:

        extends: resnet18
        name: mine
        description: With café.
    """


class RG103:
    """Text that is not YAML.

    The reader of YAML could not go on: a bracket or a quote that is not closed, indentation that fits nothing above it,
    a tab where YAML wants blanks, a second `: ` on a line, a control character, an alias of nothing. The mark stands
    where it gave up, and the cause is there or shortly before.

    Fails:

        extends: resnet18
        name: mine
        stages:
          layer1: {blocks: 3}
           layer2: {blocks: 4}

    Mend:

        extends: resnet18
        name: mine
        stages:
          layer1: {blocks: 3}
          layer2: {blocks: 4}
    """


class RG104:
    """Duplicate key.

    A key stands twice in one mapping. Most readers of YAML keep the last value and forget the first without a word, so
    that one of the two lines does nothing.

    Fails:

        extends: resnet18
        name: mine
        stages:
          layer3: {blocks: 4}
          layer3: {blocks: 6}

    Mend:

        extends: resnet18
        name: mine
        stages:
          layer3: {blocks: 4}
          layer4: {blocks: 6}
    """


class RG105:
    """Scalar that YAML 1.1 reads differently from how it looks.

    In YAML 1.1 `no` and `on` are truth values, `010` is eight, `12:30` is a number to base 60, and `1e-5`, without a
    point and a sign, is text. So a network could be another than its writer sees. Write a number in decimal, with the
    point and the sign where it has an exponent, and put quotes around text. `blocks:1`, without a blank, is one word.

    Fails:

        extends: resnet18
        name: mine
        norm: {type: batch, eps: 1e-3}

    Mend:

        extends: resnet18
        name: mine
        norm: {type: batch, eps: 1.0e-3}
    """


class RG106:
    """Empty file.

    The file has no content, or nothing but comments and blank lines. The shortest spec names one to start from, and
    itself.

    Fails:

        # the network of the paper, to be written

    Mend:

        # the network of the paper
        extends: resnet18
        name: paper
    """


class RG107:
    """Text too large, too deep, or with a number out of range.

    A spec has at most 1,048,576 bytes, 64 mappings and lists inside one another, and 100,000 keys and values, each use
    of an alias counted; its whole numbers have 64 bits. Its blocks are made of at most 20,000 operators, those of a run
    of equal blocks counted once. No network comes near these limits: what passes them is a slip, or made to keep its
    reader busy.

    Fails:

        extends: resnet18
        name: mine
        head: {classes: 10000000000000000000}

    Mend:

        extends: resnet18
        name: mine
        head: {classes: 1000}
    """


class RG108:
    """Text that is not a mapping at the top.

    A spec is a mapping of keys to values. A file that begins with `- ` is a list, one without a `: ` is a single text;
    neither is a spec, whatever else it may be.

    Fails:

        - extends: resnet18
        - name: mine

    Mend:

        extends: resnet18
        name: mine
    """


class RG109:
    """YAML feature that specs do not use.

    Tags can make a reader of YAML build any object, merge keys (`<<`) bury where a value comes from, keys that are no
    text name nothing, and of a second document nobody would know that it is left out. Anchors and aliases work, unless
    one repeats what it stands in. To start from another spec, use `extends`.

    Fails:

        extends: resnet18
        name: mine
        block: &block {shortcut: projection}
        stages:
          layer1: {<<: *block, blocks: 3}

    Mend:

        extends: resnet18
        name: mine
        block: {drop_path: 0.1}
        stages:
          layer1: {blocks: 3}
    """


class RG110:
    """`extends` names a spec that is not there.

    What `extends` names is either a spec of the collection, which `resnetgen list` shows, or a path that ends in
    `.yaml` or `.yml`. A path starts from the folder of the spec that says it, not from where the command runs.

    Fails:

        extends: resnet_18
        name: mine

    Mend:

        extends: resnet18
        name: mine
    """


class RG111:
    """`extends` goes in a circle, or on for too long.

    Specs that extend one another in a circle have no first one to start from. A chain of more than 32 is taken for a
    mistake too.

    Fails:

        extends: base.yaml
        name: mine
        # base.yaml
        extends: spec.yaml
        name: base

    Mend:

        extends: base.yaml
        name: mine
        # base.yaml
        extends: resnet18
        name: base
    """


class RG112:
    """`extends` is not text.

    A spec has one base, which `extends` names: of two, a reader could not tell which one wins where both say something.
    To build on two specs, let one of them extend the other.

    Fails:

        extends: [resnet18, resnet50]
        name: mine

    Mend:

        extends: resnet18
        name: mine
    """


class RG113:
    """`extends` leaves the spec's own tree.

    A spec may come from a stranger, and a message shows lines of the files that it extends. So a base has to be in the
    tree of folders that the spec belongs to, which is that of its project, where a `pyproject.toml` or `.git` marks its
    top; else the current directory, where the spec is inside of that; else the folder of the spec. The collection can
    be extended from everywhere, and `--allow-outside` lifts the rule for specs that you trust.

    Fails:

        extends: ../others/base.yaml
        name: mine
        # pyproject.toml
        [project]

    Mend:

        extends: bases/small.yaml
        name: mine
        # bases/small.yaml
        extends: resnet18
        name: small
        # pyproject.toml
        [project]
    """
