"""The arguments of `resnetgen lab responses`."""

from resnetgen.cli.lab.options import shipped_command

command = shipped_command(
    "responses",
    """Measure the responses of layers: He et al. 2015, figure 7.

    Without --quick, the networks are those of the paper, on CIFAR-10, which you download yourself. `resnetgen lab copy
    responses` writes the experiment to a file that you can change.
    """,
)
