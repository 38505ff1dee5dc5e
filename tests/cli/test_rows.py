"""The figures of the command line are those of the compiler, for every spec and at every level of detail."""

import pytest

from resnetgen.analysis.cost import Cost, cost, state_dict
from resnetgen.number_format import binary_size, with_si_prefix
from resnetgen.summary.network_summary import summarize
from resnetgen.summary.rows import BLOCKS, OPS, STAGES, rows
from tests.nightly import networks
from tests.subjects import Subject, everything


@pytest.mark.parametrize("subject", networks(everything(), every=3))
def test_every_level_tells_the_same(subject: Subject) -> None:
    for level in (STAGES, BLOCKS, OPS):
        *others, total = rows(subject.compiled.trace, level)
        assert cost(subject.compiled.trace) == total.cost == sum((row.cost for row in others), Cost())
        # A downsampling shortcut sees less than the branch beside it.
        seen = [row.field for row in others if row.field and not row.name.partition(".")[2].startswith("down")]
        assert total.field == max(seen)
    assert len(list(state_dict(subject.compiled.network))) == summarize(subject.compiled, STAGES, 1, "float32").keys


def test_figures_have_three_digits() -> None:
    counts = [0, 7, 999, 1000, 9994, 9995, 99_949, 99_950, 999_499, 999_500, 4_089_184_256, 10**21]
    expected = ["0", "7", "999", "1.00 k", "9.99 k", "10.0 k", "99.9 k", "100 k", "999 k", "1.00 M", "4.09 G", "1000 E"]
    assert expected == [with_si_prefix(count) for count in counts]
    assert ["1023 B", "1.00 KiB", "1.00 MiB", "107 MiB"] == [
        binary_size(n) for n in (1023, 1024, 1024**2 - 1, 112_000_000)
    ]
