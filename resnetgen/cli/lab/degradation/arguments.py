"""The arguments of `resnetgen lab degradation`."""

from resnetgen.cli.lab.options import shipped_command

command = shipped_command(
    "degradation",
    """Compare plain and residual networks by depth: He et al. 2015, figure 6.

    Without --quick, the networks are those of the paper, on CIFAR-10, which you download yourself. `resnetgen lab copy
    degradation` writes the experiment to a file that you can change.
    """,
)
