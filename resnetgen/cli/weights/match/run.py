"""`resnetgen weights match`: the networks of the collection that a file of weights fits.

With `--format json` it is a list of objects, the nearest network first: `network`, `alike` (networks with the same
tensors, which no file tells apart), `share` (of the shapes of tensors that file and network have in common, from 0 to
1), `fits` (whether no tensor differs), `layout` (the library whose names the file has; null for the network's own),
`under` (the keys that lead to the state dict, with dots), `prefix` (of the names), `differences` (texts), `settings`
(values of `--set` that mend some of them), and `command`, the next one. Keys are added to this, never renamed or
removed.
"""

from __future__ import annotations

import os
from shlex import join

from resnetgen.cli.exit import FAILURE, OK
from resnetgen.cli.output import fit, print_diagnostics, print_note, print_result
from resnetgen.cli.weights.options import WeightsFormat
from resnetgen.cli.weights.reading import chosen, structure
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.diagnostics.terminal import escape
from resnetgen.errors import WeightsError
from resnetgen.weights.fit import FileChoice
from resnetgen.weights.read_file import unreadable_file
from resnetgen.weights.resemblance import Resemblance, resemblances

MAX_ALIKE = 5
"""The most networks with the same tensors that are named."""


def run(path: str, most: int, key: str, format: WeightsFormat) -> int:
    """Show the networks that a file of weights fits.

    Args:
        path: the file of weights.
        most: the most networks to show.
        key: the part of the file to use; empty for all of it.
        format: text or JSON.

    Returns:
        The exit code: 1 if the file cannot be read, or no network is near.
    """
    read = structure(path)
    if isinstance(read, Diagnostic):
        print_diagnostics([read])
        return FAILURE
    try:
        found = resemblances(read.contents, FileChoice(key), most)
        if not found:
            chosen(read.contents, key)
    except WeightsError as error:
        print_diagnostics([unreadable_file(path, error)])
        return FAILURE
    if format is WeightsFormat.JSON:
        print_result(_as_json(path, key, found))
    elif found:
        print_result(fit("\n".join(_as_text(path, key, each) for each in found)))
    if found:
        return OK
    part = f"`{escape(key)}` in " if key else ""
    print_note(f"no network of the collection is similar to {part}{escape(path)}\n")
    file = escape(join([path]))
    print_note(
        f"   help: `resnetgen weights show {file}` shows its tensors; `resnetgen import {file}` looks for a network\n"
    )
    print_note("   of other depths and widths\n")
    return FAILURE


def command(path: str, key: str, found: Resemblance) -> str:
    """Return the command with which to go on: a check or a conversion where the file fits, else an import."""
    settings = [word for setting in found.differences.settings for word in ("--set", setting)]
    keys = ["--weights-key", key] if key else []
    left_out = _left_out(found)
    if left_out is None:
        return join(["resnetgen", "import", path, *keys])
    settings += ["--leave-out", ",".join(left_out)] if left_out else []
    if left_out or found.fit.renames or found.fit.beside or found.fit.stored.keys:
        stem = os.path.basename(path).split(".")[0]
        out = f"{stem}_{found.network}.safetensors"
        return join(["resnetgen", "weights", "convert", path, out, "--spec", found.network, *settings, *keys])
    return join(["resnetgen", "check", found.network, "--weights", path, *settings, *keys])


def _left_out(found: Resemblance) -> list[str] | None:
    """Return the modules of a file to leave out so that the others fit a network; None if these do not."""
    differences = found.differences
    modules = list(dict.fromkeys(name.partition(".")[0] for name in differences.more))
    if found.fits or not modules:
        return [] if found.fits else None
    own = {name.partition(".")[0] for name in found.fit.shapes if name not in differences.more}
    is_all = len(differences.more) + differences.mended == differences.total
    return modules if is_all and own.isdisjoint(modules) else None


def _as_text(path: str, key: str, found: Resemblance) -> str:
    lines = [f"{found.network}: {100 * found.share:.1f}% of all shapes are in both, whatever their names"]
    if found.alike:
        more = f" and {len(found.alike) - MAX_ALIKE} more" if len(found.alike) > MAX_ALIKE else ""
        lines.append(f"  networks with the same tensors: {', '.join(found.alike[:MAX_ALIKE])}{more}")
    lines += [f"  {escape(each)}" for each in (*_wrapping(found), *found.differences.words)]
    if found.fit.is_whole and not found.fit.renames and not found.differences.words:
        lines.append("  all tensors fit")
    lines.append(f"  next: {escape(command(path, key, found))}")
    return "".join(f"{line}\n" for line in lines)


def _wrapping(found: Resemblance) -> list[str]:
    part = found.fit
    words = [f"under `{part.stored.path}`"] if part.stored.keys else []
    words += [f"prefix `{part.prefix}`"] if part.prefix else []
    words += [f"names of {part.layout}"] if part.layout else []
    words += [f"{len(part.beside):,} other tensors"] if part.beside else []
    return [", ".join(words)] if words else []


def _as_json(path: str, key: str, found: list[Resemblance]) -> str:
    import json

    objects = [
        {
            "network": each.network,
            "share": round(each.share, 4),
            "alike": each.alike,
            "fits": each.fit.is_whole and not each.differences.total,
            "layout": each.fit.layout or None,
            "under": each.fit.stored.path,
            "prefix": each.fit.prefix,
            "differences": each.differences.words,
            "settings": each.differences.settings,
            "command": command(path, key, each),
        }
        for each in found
    ]
    return json.dumps(objects, indent=2) + "\n"
