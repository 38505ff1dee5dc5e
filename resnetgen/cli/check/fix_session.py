"""The session of `check --fix`: specs with fixes applied in memory, before anything is written."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from resnetgen.cli import atomic_write
from resnetgen.cli.spec_args import CompileOptions, SpecArg, outcome
from resnetgen.compiler import Compiled, compile_source, with_scalar_fixes
from resnetgen.diagnostics.apply_edits import apply_edits, compatible_fixes
from resnetgen.diagnostics.model import Diagnostic, Fix, Text
from resnetgen.resources import is_installed, specs_folder
from resnetgen.source import collection
from resnetgen.source.project_root import project_tree
from resnetgen.source.source import parse
from resnetgen.spaces.recognition import spaces_recognized


class FixSession:
    """Texts of specs with their fixes; all other specs are read from their files.

    It changes the specs of the command line, and those of their bases that are in the spec's own tree. Of the
    collection, it changes only specs of a checkout, which are named by their paths: nobody asks for a change of a spec
    that is named as it ships.
    """

    def __init__(self, options: CompileOptions) -> None:
        self._options = options
        self._shipped = os.path.join(os.path.realpath(specs_folder()), "")
        self.read: dict[str, Text] = {}
        """Real path -> the text as it was read, of each file with a fix."""
        self.content: dict[str, str] = {}
        """Real path -> the same with all fixes made so far."""
        self.fixed: list[tuple[str, Diagnostic]] = []
        """The diagnostics that were fixed, each with the real path of its file; lines are those at the time."""

    def diagnostics(self, spec: SpecArg) -> tuple[Diagnostic, ...]:
        """Return the diagnostics of a spec with the fixes so far."""
        return outcome(spec, self._options, self._compile).findings

    def _compile(self, spec: SpecArg, options: CompileOptions) -> Compiled:
        with with_scalar_fixes():
            path = Path(spec.name)
            content = self._unsaved(path)
            source = spec.read() if content is None else parse(content, collection.display_name(path))
            bases = collection.base_finder(source, options.allow_outside, self._unsaved)
            with spaces_recognized(source, options.allow_outside, bases):
                return compile_source(source, options.size, find_base=bases)

    def _unsaved(self, path: Path) -> str | None:
        return self.content.get(os.path.realpath(path))

    def length(self) -> int:
        """Return the characters of all texts that were changed."""
        return sum(map(len, self.content.values()))

    def fix(self, spec: SpecArg, diagnostics: Iterable[Diagnostic]) -> bool:
        """Apply the fixes of a spec's diagnostics that do not overlap; tell whether there were any."""
        by_text: dict[Text, dict[Fix, Diagnostic]] = {}
        for each in diagnostics:
            if each.fix is not None:
                by_text.setdefault(text_of(each.fix), {})[each.fix] = each
        changed = False
        for text, possible in by_text.items():
            chosen = compatible_fixes(self._own_fixes(text, possible, spec))
            if not chosen:
                continue
            path, changed = _path(text), True
            self.read.setdefault(path, text)
            self.content[path] = apply_edits(text, (edit for fix in chosen for edit in fix.edits))
            self.fixed += [(path, possible[fix]) for fix in chosen]
        return changed

    def _own_fixes(self, text: Text, fixes: Collection[Fix], spec: SpecArg) -> Collection[Fix]:
        """Return the fixes of a file that may be made for a spec: of its own all, of a base's those it needs itself."""
        path = _path(text)
        is_own = path == os.path.realpath(spec.path)
        if collection.is_shipped(text.name):
            return ()
        if path.startswith(self._shipped):
            return fixes if is_own and not is_installed() else ()
        if is_own:
            return fixes
        if not project_tree(spec.path.parent).contains(path):
            return ()
        alone = {each.fix for each in self.diagnostics(SpecArg(text.name, collection.path_of(text.name)))}
        return [fix for fix in fixes if fix in alone]

    def write(self) -> tuple[Diagnostic, ...]:
        """Write each changed file atomically.

        Returns:
            A diagnostic for each file that could not be written; its fixes are dropped.
        """
        refused = [refusal for path in list(self.content) if (refusal := self._write(path)) is not None]
        self.fixed = [(path, each) for path, each in self.fixed if path in self.content]
        return tuple(refused)

    def _write(self, path: str) -> Diagnostic | None:
        text = self.read[path]
        why: OSError | str = "this file was changed during the fix"
        help = "it was left as it is; run the command again"
        try:
            raw = atomic_write.read(path)
            if raw is not None and _plain(raw) == text.content:
                mark = raw[: len(raw) - len(text.content.encode())]  # the byte order mark, if there is one
                atomic_write.replace(path, mark + self.content[path].encode())
                return None
        except OSError as error:
            why, help = error, "it was left as it is; `check --diff` shows what to change"
        del self.content[path]
        return atomic_write.refused(text.name, why, help)


def text_of(fix: Fix) -> Text:
    """Return the text that a fix changes."""
    return fix.edits[0].span.text


def _path(text: Text) -> str:
    """Return the real path of a text's file."""
    return os.path.realpath(collection.path_of(text.name))


def _plain(raw: bytes) -> str:
    """Decode a file's content as the reader of specs does."""
    return raw.decode(errors="replace").removeprefix("\ufeff")
