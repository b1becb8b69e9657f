"""Asking a model: what that will take, how sure that is, and what it has taken."""

from typing import TYPE_CHECKING

from core.text import count, money

if TYPE_CHECKING:
    from core.data.annotation.annotator import AnnotationForecast, Annotator, AnyPrompt
    from core.data.annotation.judge import JudgePlan
    from core.data.annotation.rationale import RationalePlan
    from core.data.calibration import Basis
    from core.experiments.evaluation_plan import EvaluationPlan, PlannedRun
    from core.inference import Usage
    from core.workspace import Workspace


def evaluation_facts(workspace: "Workspace", planned: "EvaluationPlan") -> list[tuple[str, str]]:
    """What a person confirms: where, who is asked how much, through what, at which price."""
    found = [("where", f"{workspace.location} {workspace.location.as_of}".strip())]
    jobs = {each.entrant.job.arn for each in planned.runs if each.entrant.job}
    counts: list[str] = []
    for each in planned.runs:
        found += [("asked", _evaluated(each, several=len(jobs) > 1))]
        counts += [counted(each.forecast.basis)] if each.forecast.to_ask else []
        if each.forecast.endpoint:
            found += [("endpoint", f"{each.forecast.endpoint}, made for this and deleted after it")]
        if each.forecast.standing:
            found += [("bills", str(each.forecast.standing))]
    costs = [each.forecast.dollars for each in planned.runs if each.forecast.to_ask]
    known = sum(cost for cost in costs if cost is not None)
    unknown = sum(cost is None for cost in costs)
    found += [("counted", by) for by in dict.fromkeys(counts)]
    return [*found, ("cost", f"≈ {money(known)}" + (f" and {count(unknown, 'unknown price')}" if unknown else ""))]


def judge_facts(workspace: "Workspace", planned: "JudgePlan") -> list[tuple[str, str]]:
    """What a person confirms: who judges how many records, and what that costs."""
    judge, forecast = planned.annotator, planned.forecast
    left_out = {"unreadable": forecast.unreadable, "the same again": forecast.duplicates}
    without = ", ".join(f"{count(number)} {why}" for why, number in left_out.items() if number)
    asked = f"{count(forecast.records)}, {count(forecast.records - forecast.to_ask)} of them judged before"
    return [
        ("where", f"{workspace.location} {workspace.location.as_of}".strip()),
        ("judge", f"{judge.model} ({judge.asked})"),
        ("records", asked + (f"; left out: {without}" if without else "")),
        *work(judge, forecast),
    ]


def rationale_facts(workspace: "Workspace", planned: "RationalePlan") -> list[tuple[str, str]]:
    """What a person confirms: who writes for how many records, what that costs, and what becomes of it."""
    writer, forecast = planned.annotator, planned.forecast
    left_out = {"have one": forecast.have_one, "without question and answer": forecast.unfit}
    without = ", ".join(f"{count(number)} {why}" for why, number in left_out.items() if number)
    shown = workspace.config.format.template + ("" if forecast.shown else " shows no rationale: choose one that does")
    sentences = count(writer.prompt.sentences, "sentence")
    return [
        ("where", f"{workspace.location} {workspace.location.as_of}".strip()),
        ("model", f"{writer.model} ({writer.asked})"),
        ("records", count(forecast.records) + (f"; left out: {without}" if without else "")),
        ("asks", f"{count(forecast.to_ask)} to be paid, of at most {sentences} each"),
        *work(writer, forecast),
        ("template", shown),
        ("review", "each becomes an edit of its record; u in Data takes all of them back"),
    ]


def work(annotator: "Annotator[AnyPrompt]", forecast: "AnnotationForecast") -> list[tuple[str, str]]:
    """Tokens and dollars, each with how far it may be off."""
    asks = forecast.to_ask
    known = f"as {count(forecast.replies)} were billed" if forecast.replies else "assumed"
    each = f"{count(round(forecast.output_tokens / max(1, asks)))} a reply, {known}"
    most = f"at most {count(annotator.prompt.max_tokens)}"
    return [
        ("to send", f"≈ {count(forecast.input_tokens)} tokens, {error(forecast.basis)}"),
        ("counted", counted(forecast.basis)),
        ("back", f"≈ {count(forecast.output_tokens)} tokens: {each}, {most}"),
        ("cost", _cost(forecast)),
    ]


def spent(used: "Usage", dollars: float | None) -> str:
    """What was billed."""
    return f"spent {money(dollars)}: {count(used.input_tokens)} tokens sent, {count(used.output_tokens)} received"


def error(basis: "Basis") -> str:
    """`± 6.0 % (95 %)`: how far an estimate of tokens may be off."""
    return "error unknown" if basis.error is None else f"± {basis.error:.1%} (95 %)"


def counted(basis: "Basis") -> str:
    """Who counted."""
    if not basis.prompts:
        return "by nobody yet: 4 characters a token; `outcrop tokens` counts (T in Data)"
    few = "" if basis.error is not None else ", too few for an error"
    return f"{basis.by}, on {count(basis.prompts, 'prompt')}{few}"


def _cost(forecast: "AnnotationForecast") -> str:
    if forecast.dollars is None:
        return "unknown (no price is known)"
    most = "error unknown" if forecast.most_dollars is None else f"up to {money(forecast.most_dollars)}"
    return f"≈ {money(forecast.dollars)}, {most}"


def _evaluated(each: "PlannedRun", *, several: bool) -> str:
    whose = f" by {each.entrant.job.name}" if several and each.entrant.job else ""
    cost = each.forecast
    known = cost.asks - cost.to_ask
    before = f", {count(known)} of them answered before" if known else ""
    tokens = f"≈ {count(cost.input_tokens)} tokens to send, {error(cost.basis)}, ≈ {count(cost.output_tokens)} back"
    return f"{each.label}{whose}: {count(cost.asks, 'question')}{before} by {each.spec.route}, {tokens}"
