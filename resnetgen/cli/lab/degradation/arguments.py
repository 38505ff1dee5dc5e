"""The arguments of `resnetgen lab degradation`."""

from resnetgen.cli.lab.options import shipped_command

command = shipped_command("degradation", "Compare plain and residual networks by depth: He et al. 2015, figure 6.")
