"""The codes of inputs that a network is used with."""


class RG401:
    """Input size with the wrong number of axes.

    `--input-size` gives a number of pixels for each axis, or one number for all of them. A network with two axes cannot
    take a size with three.

    Fails:

        extends: resnet18
        name: flat
        $ resnetgen check --input-size 64x64x64 spec.yaml

    Fixed:

        extends: resnet18
        name: flat
        $ resnetgen check --input-size 64x64 spec.yaml
    """
