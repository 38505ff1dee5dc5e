"""The page of a network: pictures, figures, spec and code."""

from __future__ import annotations

from docsite.navigation import PLAYGROUND
from docsite.networks import SiteNetwork
from docsite.paths import NETWORKS
from docsite.try_it import shipped_link
from resnetgen.cli.show.text import as_markdown
from resnetgen.number_format import pluralize
from resnetgen.ops.window import by_axis
from resnetgen.pictures import draw
from resnetgen.pictures.svg import print_picture

_PAGE = """\
---
hide: [navigation]
---

# {name}

[The networks](../reference/collection.md) / [{family}](../reference/collection.md#{anchor})

{words}

{network_picture}

```console
$ resnetgen draw {name}
```

{facts}

## Stage by stage

{table}

```console
$ resnetgen show {name}
```

## Its blocks

{block_picture}

```console
$ resnetgen draw {name} --level block
```

{types}

## Spec

`specs/{spec_path}`{base}:

```yaml
{spec}```

{try_it}

## Code

[{name}.py]({name}.py) is the {lines} that this spec compiles to.

```console
$ resnetgen build {name}
```
"""

_BLOCK_TYPES = "../reference/language/blocks.md"


def files(network: SiteNetwork) -> dict[str, str]:
    """Return the page of a network, its pictures and its code, by their places in the site.

    Example:
        >>> sorted(files(load(["resnet18"])[0]))
        ['networks/resnet18.md', 'networks/resnet18.py', 'networks/resnet18.svg', 'networks/resnet18_block.svg']
    """
    trace = network.entry.compiled.trace
    place = f"{NETWORKS}/{network.name}"
    return {
        f"{place}.md": page(network),
        f"{place}.svg": print_picture(draw(trace, "network")),
        f"{place}_block.svg": print_picture(draw(trace, "block")),
        f"{place}.py": network.code,
    }


def page(network: SiteNetwork) -> str:
    """Return the page of a network as Markdown."""
    name = network.name
    words, facts, table = _shown(network)
    shapes = f"{by_axis(network.summary.input)} to {network.summary.described_outputs}"
    return _PAGE.format(
        name=name,
        family=network.entry.family,
        anchor=network.entry.family.replace("/", ""),
        words=words,
        facts=facts,
        table=table,
        network_picture=_picture(f"{name}, {shapes}: a slab for each block, an arc for each shortcut", f"{name}.svg"),
        block_picture=_picture(f"The blocks of {name}, layer by layer", f"{name}_block.svg"),
        types=_types(network),
        spec_path=network.spec_path,
        base=f", extends [{network.base}]({network.base}.md)" if network.base else "",
        spec=network.spec,
        try_it=shipped_link(name, f"../{PLAYGROUND}"),
        lines=pluralize(len(network.code.splitlines()), "line"),
    )


def _shown(network: SiteNetwork) -> tuple[str, str, str]:
    """Return what `show --format markdown` prints: the words, the list of facts, the table with its notes."""
    _, _, text = as_markdown(network.summary).partition("\n\n")
    words, mark, rest = f"\n\n{text}".partition("\n\n- ")
    facts, _, table = rest.partition("\n\n")
    return words.strip(), f"{mark}{facts}".strip(), table.strip()


def _picture(words: str, file: str) -> str:
    """Return a picture that leads to its file."""
    return f"[![{words}]({file})]({file})"


def _types(network: SiteNetwork) -> str:
    rows = (f"- `{name}`: {description}" if description else f"- `{name}`" for name, description in _described(network))
    return f"[Block types]({_BLOCK_TYPES}):\n\n" + "\n".join(rows)


def _described(network: SiteNetwork) -> list[tuple[str, str]]:
    return [(name, " ".join(description.split())) for name, description in network.block_types.items()]
