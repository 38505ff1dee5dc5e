"""Specs as they are once every fix that they offer is made."""

from resnetgen.compiler import compile_source, with_scalar_fixes
from resnetgen.diagnostics.apply_edits import apply_edits, compatible_fixes
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import SpecError
from resnetgen.source.source import parse

HEAD = "extends: resnet18\nname: mine\n"
"""The lines that complete a piece of a spec."""


def found(text: str) -> tuple[Diagnostic, ...]:
    """Everything there is to say of a spec, warnings included."""
    try:
        with with_scalar_fixes():
            return compile_source(parse(text, "mine.yaml")).warnings
    except SpecError as error:
        return error.diagnostics


def fixed_once(text: str, diagnostics: tuple[Diagnostic, ...] | None = None) -> str:
    """A text with the fixes made that it offers, as far as they go together."""
    diagnostics = found(text) if diagnostics is None else diagnostics
    fixes = compatible_fixes(each.fix for each in diagnostics if each.fix is not None)
    edits = [edit for fix in fixes for edit in fix.edits]
    return apply_edits(edits[0].span.text, edits) if edits else text


def fixed(text: str) -> str:
    """A text with all fixes made, and those that come to light by them."""
    known = {text}
    while (text := fixed_once(text)) not in known:
        known.add(text)
    return text
