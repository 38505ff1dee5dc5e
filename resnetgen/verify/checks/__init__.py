"""The checks of `resnetgen verify`, one a file; `CHECKS`, one folder up, lists them in their order.

Each is a module with `check(specimen) -> Verdict`, whose docstring says what it finds. They are imported, and torch
with them, in the process that runs the network alone.
"""
