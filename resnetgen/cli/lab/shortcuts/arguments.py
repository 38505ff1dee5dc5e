"""The arguments of `resnetgen lab shortcuts`."""

from resnetgen.cli.lab.options import shipped_command

command = shipped_command(
    "shortcuts",
    """Compare kinds of shortcuts and scaled branches: He et al. 2015, table 3.

    Without --quick, the networks are those of the paper, on CIFAR-10, which you download yourself. `resnetgen lab copy
    shortcuts` writes the experiment to a file that you can change.
    """,
)
