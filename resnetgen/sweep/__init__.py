"""Design spaces: specs with ranges in place of values, and constraints on the exact figures of the networks.

`space.py` reads a space, `candidates.py` draws from it and compiles what it draws. Nothing here needs torch.
"""
