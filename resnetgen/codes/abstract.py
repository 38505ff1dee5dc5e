"""The code of specs that are only for others to extend."""


class RG114:
    """An abstract spec has no network.

    `abstract: true` says that a file is only for other specs to extend: it holds a layout or block types, and may lack
    whatever else a spec needs. `check` passes it, and a command that is given a folder passes over it. A command that
    needs its network says that there is none: name a spec that extends it.

    Fails:

        extends: resnet18
        abstract: true
        act: silu
        $ resnetgen build spec.yaml

    Fixed:

        extends: base.yaml
        name: mine
        # base.yaml
        extends: resnet18
        abstract: true
        act: silu
        $ resnetgen build spec.yaml
    """
