"""The arguments of `resnetgen lab lesion`."""

from resnetgen.cli.lab.options import shipped_command

command = shipped_command(
    "lesion",
    """Delete and exchange blocks after training: Veit et al. 2016.

    Without --quick, the networks are those of the paper, on CIFAR-10, which you download yourself. `resnetgen lab copy
    lesion` writes the experiment to a file that you can change.
    """,
)
