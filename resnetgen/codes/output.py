"""The codes of output that cannot be written."""


class RG601:
    """Output that cannot be written.

    The folder or file is not writable, the disk is full, or the file exists and was not written by resnetgen. The
    existing file stays as it was.

    Fails:

        extends: resnet18
        name: mine
        # generated/mine.py
        print("my own")
        $ resnetgen build spec.yaml

    Fixed:

        extends: resnet18
        name: mine
        # generated/mine.py
        print("my own")
        $ resnetgen build spec.yaml -o compiled
    """
