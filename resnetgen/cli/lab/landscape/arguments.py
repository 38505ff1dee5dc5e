"""The arguments of `resnetgen lab landscape`."""

from resnetgen.cli.lab.options import shipped_command

command = shipped_command("landscape", "Draw the loss around trained weights: Li et al. 2018.")
