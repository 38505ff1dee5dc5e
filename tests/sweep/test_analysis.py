"""Statistics of scored candidates, on scores whose statistics are known."""

import pytest

from resnetgen.sweep.analysis import best_values, distribution, front


def test_the_distribution_counts_equal_scores_together() -> None:
    assert ((1.0, 0.25), (2.0, 0.75), (3.0, 1.0)) == distribution([3.0, 1.0, 2.0, 2.0])


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(1, 5), (2, 3), (3, 4), (4, 1)], ((1, 5), (2, 3), (4, 1))),
        ([(1, 1), (1, 1), (2, 1), (1, 2)], ((1, 1),)),
        ([], ()),
    ],
)
def test_a_front_has_the_points_that_none_dominates(points: list[tuple[float, float]], expected: object) -> None:
    assert expected == front(points)


def test_the_best_values_surround_the_least_of_a_bowl() -> None:
    values = [float(each) for each in range(101)]
    found = best_values(values, [(value - 60) ** 2 for value in values])
    assert found is not None
    # Of 25 draws, the nearest to 60 is further away than 6 with a probability below 0.05: (1 - 13 / 101) ** 25.
    assert 53 <= found.low <= 60 <= found.high <= 67
    assert abs(found.median - 60) <= 1


def test_a_choice_without_effect_has_its_best_values_everywhere() -> None:
    values = [float(each % 10) for each in range(200)]
    scores = [((each * 7919) % 200) / 200 for each in range(200)]
    found = best_values(values, scores)
    assert found is not None
    assert found.high - found.low >= 4
    assert best_values([1.0], [1.0]) is None
