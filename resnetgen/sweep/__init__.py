"""Sweeps: candidates of design spaces, compiled and compared with constraints, and trials that score them.

`candidates.py` draws candidates and compiles them. Only some scores need torch.
"""
