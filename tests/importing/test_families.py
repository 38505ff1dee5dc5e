"""Imports of networks that the collection does not have, by name: they are those of the library."""

import pytest

from resnetgen.importing.imported import import_spec
from tests.importing.configurations import digest, tensors
from tests.importing.test_configurations import assert_alike, loaded
from tests.importing.timm_names import FAMILY_NAMES, is_imported, recorded, recorded_tensors

MOST_COMPARED = 120_000_000
"""The most parameters of a network whose outputs are compared; larger ones differ from these in widths alone."""


def test_every_name_has_a_record() -> None:
    assert list(recorded_tensors()) == FAMILY_NAMES
    assert set(FAMILY_NAMES) <= {name for names in recorded().values() for name in names}


def test_the_names_that_no_import_knows() -> None:
    unknown = [name for names in recorded().values() for name in names if not is_imported(name)]
    assert ["regnetv_040", "regnetv_064"] == unknown


@pytest.mark.parametrize("name", FAMILY_NAMES)
def test_the_state_dict_is_as_recorded(name: str) -> None:
    assert recorded_tensors()[name] == digest(tensors(import_spec(f"timm:{name}")))


@pytest.mark.oracle
@pytest.mark.parametrize("name", FAMILY_NAMES)
def test_timm_networks_answer_alike(name: str) -> None:
    import torch

    from tests.published.timm_oracle import timm_module, timm_network, unsettle

    with torch.device("meta"):
        size = sum(each.numel() for each in timm_module("models").create_model(name).parameters())
    if size > MOST_COMPARED:
        pytest.skip("a larger network of a family whose others are compared")
    theirs = timm_network(name)
    unsettle(theirs)
    ours = loaded(import_spec(f"timm:{name}"), theirs)
    x = torch.randn(1, 3, 96, 64, generator=torch.Generator().manual_seed(1512))
    with torch.inference_mode():
        assert_alike(ours(x), [theirs(x)])
