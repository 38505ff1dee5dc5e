"""Training by a plain torch loop.

A loop of our own, since a run has to be the same curve to the last bit after any interruption, and has to keep its
state in files of its own: frameworks for training bring loggers, callbacks and checkpoints of their own around the
twenty lines of it. What is more than a loop is torch's: optimizers, mixed precision, the moving average of weights, and
`DistributedDataParallel`.
"""
