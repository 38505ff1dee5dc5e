"""Unknown keys: what each may mean, as a misspelling, as another library's word, or at another place of the spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.diagnostics.suggestions import closest
from resnetgen.layers import KINDS
from resnetgen.schema.known_keys import known_keys
from resnetgen.schema.record import Record
from resnetgen.source.unambiguous import replacement, unambiguous_match

if TYPE_CHECKING:
    from resnetgen.spec.foreign_meaning import Meaning


def unknown_key(
    path: Path,
    word: str,
    known: tuple[str, ...],
    tag: str,
    candidates: tuple[str, ...] = (),
    instead: str = "",
    meaning: Meaning | None = None,
) -> Fault:
    """Return the fault for an unknown key; if the key makes a layer of another kind, the message says so.

    `candidates` are the keys that it may be a misspelling of, by default the known ones; `instead` is what to write;
    `meaning` is that of a key of another library.
    """
    candidates = candidates or known
    key = str(path[-1])[:60]
    close = meaning.question() if meaning else f"; did you mean `{word}`?" if word else ""
    note = meaning.note if meaning else ""
    help = "; ".join(filter(None, (f"the keys here are {', '.join(known)}", instead, note)))
    if is_another(path, tag):
        close = f" beside `{tag[1:-1]}`"
        help += f"; `{key}` makes a layer of its own"
    place = Place(path, Part.KEY)
    certain = meaning.certain if meaning else unambiguous_match(path[-1], candidates)
    fix = replacement(place, certain)
    return Fault("RG201", f"unknown key `{key}`{close}", place, help=help, fix=fix)


def foreign(path: Path, known: tuple[str, ...]) -> Meaning | None:
    """Return the meaning of another library's key; None if it is none, or surely a misspelt key of this mapping."""
    from resnetgen.spec.foreign_meaning import foreign_meaning

    meaning = foreign_meaning(path, known)
    return None if meaning and not meaning.here and unambiguous_match(path[-1], known) else meaning


def kind_meant(path: Path, known: tuple[str, ...]) -> bool:
    """Tell whether an unknown key of a layer means a kind of layer that this layer is not."""
    if path[-1] in KINDS:
        return False
    meaning = foreign(path, known)
    if meaning is not None:
        other = None if meaning.here else foreign(path, KINDS)
        return other is not None and bool(other.here)
    return closest(path[-1], KINDS) not in (*known, "")


def is_another(path: Path, tag: str) -> bool:
    """Tell whether an unknown key makes a layer of its own, beside the key of the layer's kind."""
    return str(path[-1])[:60] in KINDS and is_kind(tag)


def is_kind(tag: str) -> bool:
    """Tell whether a tag of a union is that of a kind of layer."""
    return tag[:1] == "<" and tag[1:-1] in KINDS


def named_head_help(path: Path, value: object) -> str:
    """Return where several heads stand, for one that was written in `head`."""
    return (
        "several heads stand under `heads`, each by its name"
        if path[:-1] == ("head",) and isinstance(value, dict)
        else ""
    )


def further_in(key: str, record: type[Record]) -> str:
    """Return the key of a spec under which a top-level key may belong."""
    inside = {
        owner: known_keys((owner, key), record, {})
        for owner in ("head", "input", "block", "init", "training")
        if owner in record.model_fields
    }
    owner = next((owner for owner, words in inside.items() if key in words), "")
    return f"; did you mean `{owner}.{key}`?" if owner else ""
