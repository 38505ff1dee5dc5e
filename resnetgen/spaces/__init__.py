"""Design spaces: specs with ranges in place of values, and constraints on the exact figures of the networks.

`space.py` reads a space and draws the data of candidates; `check.py` tells what is wrong with one. Nothing here needs
torch. Candidates are compiled, written and scored by `sweep/`.
"""
