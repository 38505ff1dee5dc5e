"""`resnetgen build --check`: compare the files on disk with what their specs become."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from resnetgen.cli.build.orphans import Orphan
from resnetgen.cli.build.outputs import Form, Output
from resnetgen.cli.exit import FAILURE, OK
from resnetgen.cli.output import print_note, print_result
from resnetgen.number_format import pluralize


def compare(outputs: Sequence[Output], orphans: Sequence[Orphan], form: Form, *, errors: int, skipped: int) -> int:
    """Print how the files differ from the outputs, which files are orphans, and a summary.

    Args:
        outputs: the files as they should be.
        orphans: files whose spec is gone.
        form: the form of the outputs.
        errors: the number of errors already printed.
        skipped: the number of specs that have no output because of these.

    Returns:
        The exit code: 1 if there is an error, a stale file or an orphan.
    """
    stale = [output for output in outputs if output.stale()]
    if not stale and not orphans and not errors:
        print_result(f"{pluralize(len(outputs), 'file')} {'is' if len(outputs) == 1 else 'are'} up to date\n")
        return OK
    from resnetgen.cli.text_diff import diff

    for output in stale:
        print_result(diff(output.path, output.old, output.content))
    for path, why in orphans:
        print_result(f"{path}: orphan; {why}\n")
    if errors:
        left = f"; {pluralize(skipped, 'spec')} {'was' if skipped == 1 else 'were'} not compared" if skipped else ""
        print_note(f"\n{pluralize(errors, 'error')}{left}\n")
    for line in _summary(outputs, stale, orphans, form):
        print_note(f"{line}\n")
    return FAILURE


def _summary(
    outputs: Sequence[Output], stale: Sequence[Output], orphans: Sequence[Orphan], form: Form
) -> Iterator[str]:
    if stale:
        yield f"{len(stale)} of {pluralize(len(outputs), 'file')} out of date; run `{form.value}` to update"
    reformatted = sum(output.reformatted() for output in stale)
    if reformatted:
        folder = os.path.dirname(stale[0].path)
        yield (
            f"{reformatted} of them {'differs' if reformatted == 1 else 'differ'} only in formatting; "
            f"if a formatter does this, exclude {folder} from it, for ruff with "
            f'`extend-exclude = ["{folder}"]` under [tool.ruff], and `force-exclude = true` for pre-commit'
        )
    if orphans:
        yield f"{pluralize(len(orphans), 'orphan')}; {KEEP_OR_PRUNE}"


KEEP_OR_PRUNE = "remove with `--prune`, or delete a file's first line to keep it as your own"
