"""A list of checks: a line each, in their order, whatever goes wrong with one."""

from core.checklist import Check, CheckLine, failed, passed, run, unknown
from core.errors import OutcropError


def refuses(_: str) -> CheckLine:
    raise OutcropError("It is broken", todo="Mend it")


def cannot_read(_: str) -> CheckLine:
    raise PermissionError(13, "Permission denied", "file")


def found(*checks: Check[str]) -> list[tuple[str, str, str]]:
    return [(line.name, line.state, line.found) for line in run(checks, "here", skipped=unknown("not asked"))]


def test_each_check_looks_at_the_context_and_has_its_line():
    assert found(Check("one", passed), Check("two", failed)) == [("one", "pass", "here"), ("two", "fail", "here")]


def test_an_error_is_the_line_of_its_check_and_spoils_no_other():
    assert found(Check("one", refuses), Check("two", cannot_read), Check("three", passed)) == [
        ("one", "fail", "It is broken"),
        ("two", "fail", "[Errno 13] Permission denied: 'file'"),
        ("three", "pass", "here"),
    ]


def test_a_check_is_skipped_where_the_one_it_needs_did_not_pass():
    way = Check("way", refuses)
    lines = found(way, Check("asked", passed, needs="way"), Check("asked after", passed, needs="asked"))
    assert lines[1:] == [("asked", "unknown", "not asked"), ("asked after", "unknown", "not asked")]


def test_a_check_that_is_not_wanted_has_no_line():
    assert found(Check("one", passed, wanted=lambda here: here == "there")) == []
