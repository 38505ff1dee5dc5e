"""The formats of configurations that specs are imported from: each in a file of its own, listed here."""

from resnetgen.importing.formats import (
    pycls,
    timm_config,
    transformers_bit,
    transformers_regnet,
    transformers_resnet,
    ultralytics,
)

FORMATS = (
    timm_config.FORMAT,
    transformers_resnet.FORMAT,
    transformers_regnet.FORMAT,
    transformers_bit.FORMAT,
    pycls.FORMAT,
    ultralytics.FORMAT,
)
"""All formats; the first one that recognizes a file reads it."""
