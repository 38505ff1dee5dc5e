"""The arguments of `resnetgen lab shortcuts`."""

from resnetgen.cli.lab.options import shipped_command

command = shipped_command("shortcuts", "Compare kinds of shortcuts and scaled branches: He et al. 2015, table 3.")
