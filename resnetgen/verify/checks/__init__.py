"""The checks of `resnetgen verify`, one a file; `CHECKS`, one folder up, lists them in their order.

Each module defines `check(fixture) -> Verdict`, whose docstring says what it checks. They import torch, and are
imported only in the worker process.
"""
