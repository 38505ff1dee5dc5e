"""Networks of other libraries that the collection does not have, by name: a file for each family, listed here."""

from resnetgen.importing.families import timm_regnet, timm_senet

FAMILIES = (timm_regnet.FAMILY, timm_senet.FAMILY)
"""All families, in the order in which a name is looked up."""
