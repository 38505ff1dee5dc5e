"""The arguments of `resnetgen lab lesion`."""

from resnetgen.cli.lab.options import shipped_command

command = shipped_command("lesion", "Delete and exchange blocks after training: Veit et al. 2016.")
