"""Faults on a schedule: which call meets which rule."""

import pytest

from core import yaml_file
from core.errors import InputError
from core.rehearsal.faults import FaultRule, Faults, error_of


def answers(faults, operation, calls):
    return [rule.answer if (rule := faults.strike(operation)) else None for _ in range(calls)]


def test_a_rule_may_name_the_calls_that_it_strikes():
    faults = Faults((FaultRule("Converse", "throttle", calls=(2, 3)),))
    assert answers(faults, "Converse", 4) == [None, "throttle", "throttle", None]


def test_calls_are_counted_for_each_operation_by_itself():
    faults = Faults((FaultRule("Converse", "throttle", calls=(1,)), FaultRule("CountTokens", "drop", calls=(1,))))
    assert answers(faults, "Converse", 1) == ["throttle"]
    assert answers(faults, "CountTokens", 2) == ["drop", None]
    assert answers(faults, "InvokeModel", 1) == [None]


def test_the_first_rule_that_strikes_wins():
    faults = Faults((FaultRule("Converse", "throttle", calls=(1,)), FaultRule("Converse", "error-500")))
    assert answers(faults, "Converse", 2) == ["throttle", "error-500"]


def test_a_share_of_the_calls_is_drawn_by_seed_so_that_a_drill_can_be_repeated():
    def drawn(seed):
        return answers(Faults((FaultRule("Converse", "throttle", share=0.3, seed=seed),)), "Converse", 1000)

    assert 250 < drawn(0).count("throttle") < 350
    assert drawn(0) == drawn(0) != drawn(1)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("throttle", "ThrottlingException"),
        ("error-500", "InternalServerException"),
        ("error-503", "ServiceUnavailableException"),
        ("not-ready", "ModelNotReadyException"),
        ("model-timeout", "ModelTimeoutException"),
        ("model-error", "ModelErrorException"),
        ("expired-token", "ExpiredTokenException"),
        ("access-denied", "AccessDeniedException"),
    ],
)
def test_errors_have_the_names_that_aws_gives_them(answer, code):
    error = error_of(FaultRule("Converse", answer))
    assert error is not None
    assert error.code == code


@pytest.mark.parametrize("answer", ["stall", "drop", "drop-after-commit", "truncate", "late", "missing"])
def test_what_is_no_error_answers_with_none(answer):
    assert error_of(FaultRule("Converse", answer)) is None


@pytest.mark.parametrize("line", ["answer: explode", "answer: drop\n  when: now"])
def test_a_faults_file_with_a_mistake_says_where(line):
    with pytest.raises(InputError, match="A field does not have the right shape"):
        yaml_file.load_as(list[FaultRule], f"- operation: Converse\n  {line}\n", "faults.yaml")
