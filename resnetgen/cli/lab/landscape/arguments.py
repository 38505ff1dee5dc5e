"""The arguments of `resnetgen lab landscape`."""

from resnetgen.cli.lab.options import shipped_command

command = shipped_command(
    "landscape",
    """Draw the loss around trained weights: Li et al. 2018.

    Without --quick, the networks are those of the paper, on CIFAR-10, which you download yourself. `resnetgen lab copy
    landscape` writes the experiment to a file that you can change.
    """,
)
