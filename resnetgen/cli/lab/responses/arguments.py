"""The arguments of `resnetgen lab responses`."""

from resnetgen.cli.lab.options import shipped_command

command = shipped_command("responses", "Measure the responses of layers: He et al. 2015, figure 7.")
