"""The second form of a network, for inference: norms folded into convolutions, and nothing that only training needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resnetgen.compiler import Compiled


def deployed(compiled: Compiled) -> Compiled:
    """The same document with the network as it is at inference, its shapes at the same input size.

    The network is called `NAME_deploy`; its class keeps its name. State dict and costs are those of the new form.
    """
    from resnetgen.deploy.network import deploy
    from resnetgen.shapes import trace

    network = deploy(compiled.network).network
    return compiled._replace(network=network, trace=trace(network, compiled.trace.input[1:]))


def deploy_code(compiled: Compiled, origin: str) -> str:
    """The Python source of the deployed form of a compiled spec; `origin` is how its header names the spec."""
    from resnetgen.compiler import digest
    from resnetgen.deploy.network import deploy
    from resnetgen.deploy.source import source

    recipe = deploy(compiled.network).recipe
    name = compiled.network.name
    return source(deployed(compiled).trace, recipe, trained=name, origin=origin, digest=digest(compiled.document))
