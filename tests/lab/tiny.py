"""A tiny experiment, for the tests of the lab."""

from resnetgen.lab.experiment_file import ExperimentFile, experiment_of
from resnetgen.source.source import parse

STAGES = "{layer1: {blocks: 1, channels: 4}, layer2: {blocks: 1, channels: 4}, layer3: {blocks: 2, channels: 8}}"

TINY = f"""\
name: tiny
data: {{type: synthetic, samples: 32, classes: 4, noise: 0.5}}
networks: {{plain: plain20, residual: resnet20}}
set: {{stem.0.to: 4, stages: {STAGES}}}
recipe:
  epochs: 3
  batch: 16
  optimizer: {{type: sgd, rate: 0.05}}
  augment: {{flip: true, crop: 1}}
seeds: [0, 1]
"""


def tiny(text: str = TINY) -> ExperimentFile:
    """Return the tiny experiment, or another text."""
    return experiment_of(parse(text, "tiny.yaml"))
