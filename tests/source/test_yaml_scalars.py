"""Plain scalars: what they mean, and the spellings that YAML 1.1 reads differently from how they look."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from resnetgen.source.yaml_scalars import MAX_INTEGER, AmbiguousScalar, resolve_plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("0", 0),
        ("-0", 0),
        ("+3", 3),
        ("224", 224),
        (str(MAX_INTEGER), MAX_INTEGER),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1.0e-5", 1e-5),
        ("out / 4", "out / 4"),
        ("3x3", "3x3"),
        ("1.2.3", "1.2.3"),
        ("-", "-"),
        (".", "."),
        ("nO", "nO"),
        ("y", "y"),
    ],
)
def test_plain(text: str, expected: object) -> None:
    actual = resolve_plain(text)
    assert (type(expected), expected) == (type(actual), actual)


@pytest.mark.parametrize(
    ("text", "message", "help_"),
    [
        ("no", "`no` means false in YAML 1.1", "put it in quotes, or write `false`"),
        ("Off", "`Off` means false in YAML 1.1", "put it in quotes, or write `false`"),
        ("YES", "`YES` means true in YAML 1.1", "put it in quotes, or write `true`"),
        ("on", "`on` means true in YAML 1.1", "put it in quotes, or write `true`"),
        (
            "010",
            "`010` means 8 in YAML 1.1, which reads it in base 8",
            "write `10`, or `8` if that is what it should be",
        ),
        (
            "-017",
            "`-017` means -15 in YAML 1.1, which reads it in base 8",
            "write `-17`, or `-15` if that is what it should be",
        ),
        ("0x1F", "`0x1F` means 31 in YAML 1.1", "write `31`, or put it in quotes"),
        ("0b11", "`0b11` means 3 in YAML 1.1", "write `3`, or put it in quotes"),
        ("1_000", "`1_000` means 1000 in YAML 1.1", "write `1000`, or put it in quotes"),
        ("1_0.5", "`1_0.5` means 10.5 in YAML 1.1", "write `10.5`, or put it in quotes"),
        (
            "1:30",
            "`1:30` means 90 in YAML 1.1, which reads it in base 60",
            "put it in quotes, or write `90`",
        ),
        (
            "-1:30.5",
            "`-1:30.5` means -90.5 in YAML 1.1, which reads it in base 60",
            "put it in quotes, or write `-90.5`",
        ),
        ("1e-5", "`1e-5` is text in YAML 1.1, not a number", "write `1.0e-5`, or put it in quotes"),
        ("1e5", "`1e5` is text in YAML 1.1, not a number", "write `100000`, or put it in quotes"),
        ("2.5e3", "`2.5e3` is text in YAML 1.1, not a number", "write `2500`, or put it in quotes"),
        ("2.5e0", "`2.5e0` is text in YAML 1.1, not a number", "write `2.5e+0`, or put it in quotes"),
        ("1e15", "`1e15` is text in YAML 1.1, not a number", "write `1.0e+15`, or put it in quotes"),
        ("-.5", "`-.5` is text in YAML 1.1, not a number", "write `-0.5`, or put it in quotes"),
        ("08", "`08` is text in YAML 1.1, not a number", "write `8`, or put it in quotes"),
        ("0o17", "`0o17` is text in YAML 1.1, not a number", "write `15`, or put it in quotes"),
        ("2020-01-31", "`2020-01-31` is a date in YAML 1.1", 'put it in quotes: "2020-01-31"'),
        (".inf", "`.inf` is not a number that a network can use", "write a finite number"),
        (".NaN", "`.NaN` is not a number that a network can use", "write a finite number"),
    ],
)
def test_trap(text: str, message: str, help_: str) -> None:
    actual = resolve_plain(text)
    assert isinstance(actual, AmbiguousScalar)
    assert ("RG105", message, help_) == (actual.code, actual.message, actual.help)


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("no", "false"),
        ("On", "true"),
        ("1e-5", "1.0e-5"),
        ("08", "8"),
        ("07", "7"),
        ("0x1F", "31"),
        ("1_000", "1000"),
        ("017", ""),
        ("1:30", ""),
        ("2020-01-31", ""),
        (".inf", ""),
    ],
)
def test_a_trap_has_another_spelling_where_it_has_one_number(text: str, instead: str) -> None:
    actual = resolve_plain(text)
    assert isinstance(actual, AmbiguousScalar)
    assert instead == actual.replacement


@pytest.mark.parametrize("text", [str(MAX_INTEGER + 1), "9" * 5000, "-" + "9" * 5000, "0x" + "f" * 5000, "08" * 5000])
def test_numbers_out_of_range(text: str) -> None:
    actual = resolve_plain(text)
    assert isinstance(actual, AmbiguousScalar)
    assert ("RG107", "the largest whole number in a spec is 9223372036854775807") == (actual.code, actual.help)


@pytest.mark.parametrize(
    "text", ["1.0e+999", "1e400", "-1E400", "1e" + "9" * 5000, "9" * 400 + ".", "1_0.0e+400", "9" * 400 + "e5"]
)
def test_numbers_with_fractions_out_of_range(text: str) -> None:
    actual = resolve_plain(text)
    assert isinstance(actual, AmbiguousScalar)
    most = "a number with a fraction or an exponent is at most about 1.79e+308"
    assert ("RG107", most) == (actual.code, actual.help)


@pytest.mark.parametrize("text", ["1" + "_0" * 40 + ".5", "1:30.5" + "0" * 5000, "." + "0" * 5000 + "1e5"])
def test_numbers_that_are_too_long(text: str) -> None:
    actual = resolve_plain(text)
    assert AmbiguousScalar("RG107", f"`{text[:37]}...` has more than 60 characters", "write fewer digits") == actual


@given(st.text("0179_.:+-eExXobTf ", min_size=1, max_size=9).map(str.strip).filter(bool))
def test_what_is_no_trap_means_what_pyyaml_says(text: str) -> None:
    actual = resolve_plain(text)
    if isinstance(actual, AmbiguousScalar):
        return
    resolve = yaml.SafeLoader("").resolve
    tag = resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]  # its types leave it out
    node = yaml.ScalarNode(tag, text)
    if text in ("0x_", "0b_"):  # PyYAML resolves these as numbers, and fails to read them
        return
    expected = text if node.tag.endswith("str") else yaml.SafeLoader("").construct_object(node)
    assert (type(expected), expected) == (type(actual), actual)
