"""Small networks that differ in what an exporter meets: axes, outputs, paddings, and modules made of others."""

TINY = """
name: tiny
input: {channels: 3, size: 32}
stem: [{conv: 3, to: 8}]
block: {type: basic}
stages:
  first: {blocks: 1, channels: 8}
  second: {blocks: 1, channels: 16, stride: 2}
head: {pool: avg, classes: 10}
"""

MAPS = """
name: maps
input: {channels: 3, size: [40, 48]}
stem:
  - {conv: 3, to: 8, stride: 2, norm: none, act: none}
  - {pad: 1}
  - {max_pool: 3, stride: 2, padding: 0}
block: {type: bottleneck, antialias: blur, drop_path: 0.1}
stages:
  first: {blocks: 1, channels: 8}
  second: {blocks: 1, channels: 16, stride: 2, spatial: split_attention}
  third: {blocks: 1, channels: 16, stride: 2, attention: se}
head: {features: [stem, first, third]}
"""

LENGTH = """
name: length
input: {channels: 2, size: [64]}
stem: [{conv: 7, to: 8, stride: 2}, {max_pool: 3, stride: 2}]
block: {type: basic, attention: eca}
stages:
  first: {blocks: 1, channels: 8}
  second: {blocks: 1, channels: 16, stride: 2}
head: {features: [stem, second], pool: avg, dropout: 0.2, classes: 10}
"""

VOLUME = """
name: volume
input: {channels: 1, size: [8, 16, 16]}
stem: [{conv: 3, to: 8, stride: [1, 2, 2]}, {max_pool: 3, stride: 2}]
block: {type: preact_basic, norm: {type: group, groups: 4}}
stages:
  first: {blocks: 1, channels: 8}
  second: {blocks: 1, channels: 16, stride: 2, shortcut: pad}
head: {pool: max, classes: 10}
"""

REMAINDERS = """
name: remainders
input: {channels: 3, size: 32}
stem: [{conv: 3, to: 8}]
block: {type: basic, antialias: avg, shortcut: projection}
stages:
  first: {blocks: 1, channels: 8, stride: 2}
  second: {blocks: 1, channels: 16, stride: 2}
head: {pool: avg, classes: 10}
"""

SPECS = {"tiny": TINY, "maps": MAPS, "length": LENGTH, "volume": VOLUME, "remainders": REMAINDERS}
