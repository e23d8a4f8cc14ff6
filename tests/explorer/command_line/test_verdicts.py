"""The table of verdicts that `basin sample --verify` prints."""

import math

from compute.verification import KEY, Outcome, Verdict
from explorer.command_line.verdicts import verdict_table

FOUND = (
    Verdict(-0.25, 0.5, 0, Outcome.VERIFIED, (-0.251, 0.4999), 0, 0.7, (1.0, 2.0), 1.23456e-7, 0.3141, 3, "vanishes"),
    Verdict(1.0, 0.0, 1, Outcome.REFUTED, (1.0, 0.0), None, 0.7, (1.0, 2.0), math.nan, math.nan, 0, "it diverged"),
)


def provenance(*found: Verdict, left_out: int = 0) -> dict:
    return {KEY: {"points": [v.describe() for v in found], "threshold": "twice the error bar", "left_out": left_out}}


def test_each_point_has_a_line_with_what_where_outcome_and_both_norms():
    header, *lines = verdict_table(provenance(*FOUND)).splitlines()
    assert header.split() == ["what", "α,", "β", "outcome", "found", "at", "residual", "|∇L|"]
    assert [line.split("  ") for line in map(squeezed, lines)] == [
        ["minimum", "-0.25, 0.5", "verified", "-0.251, 0.4999", "1.2e-07", "0.314", "vanishes"],
        ["saddle", "1, 0", "refuted", "1, 0", "nan", "nan", "it diverged"],
    ]


def squeezed(line: str) -> str:
    """Columns two spaces apart."""
    while "   " in line:
        line = line.replace("   ", "  ")
    return line


def test_columns_stand_one_under_the_other():
    header, *lines = verdict_table(provenance(*FOUND)).splitlines()
    assert all(line.index(word) == header.index("outcome") for line, word in zip(lines, ("ver", "ref"), strict=True))


def test_what_was_left_out_is_counted_and_nothing_to_check_is_said():
    assert verdict_table(provenance(*FOUND, left_out=7)).splitlines()[-1] == "7 less persistent ones were not checked"
    assert verdict_table(provenance()) == "no critical point stands out from the noise (twice the error bar)"
    assert verdict_table({}).startswith("no critical point stands out")
