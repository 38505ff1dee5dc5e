"""The codes of what keeps output from being written."""


class RG601:
    """Output that cannot be written.

    The folder or the file does not let itself be written, the disk is full, or in the place of the output there is a
    file that resnetgen did not make. What was there stays as it was.

    Fails:

        extends: resnet18
        name: mine
        # generated/mine.py
        print("my own")
        $ resnetgen build spec.yaml

    Mend:

        extends: resnet18
        name: mine
        # generated/mine.py
        print("my own")
        $ resnetgen build spec.yaml -o compiled
    """
