"""The steps of a check: each shows all its errors, and hides those of the next until it has none."""

import pytest

from tests.diagnostics.fixing import HEAD, found

STEPS = [
    pytest.param("act: relu\nact: gelu\naka: {timm: *x}\n", ["RG103", "RG104"], id="reading"),
    pytest.param("head: {clases: 10, classifier: lin}\n", ["RG201", "RG204"], id="keys and values"),
    pytest.param("block: {type: basik}\n", ["RG206"], id="keys together"),
    pytest.param("input: {size: 1}\nstem: [{conv: 3, to: 64, padding: 0}]\n", ["RG304"], id="shapes"),
]
PIECES = [str(step.values[0]) for step in STEPS]


def codes(text: str) -> list[str]:
    return sorted(each.code for each in found(HEAD + text))


@pytest.mark.parametrize(("piece", "expected"), STEPS)
def test_a_step_shows_its_errors_and_hides_those_of_the_next(piece: str, expected: list[str]) -> None:
    assert expected == codes(piece)
    assert expected == codes("".join(PIECES[PIECES.index(piece) :]))
