"""How commands that ask a model say what that will take, how sure that is, and what it has taken."""

from typing import TYPE_CHECKING

from core.text import count, money

if TYPE_CHECKING:
    from core.data.annotation.annotator import Annotator, AnyPrompt
    from core.data.annotation.forecast import Work
    from core.data.calibration import Basis
    from core.inference import Usage


def work(annotator: "Annotator[AnyPrompt]", forecast: "Work") -> list[tuple[str, str]]:
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


def _cost(forecast: "Work") -> str:
    if forecast.dollars is None:
        return "unknown (no price is known)"
    most = "error unknown" if forecast.most_dollars is None else f"up to {money(forecast.most_dollars)}"
    return f"≈ {money(forecast.dollars)}, {most}"
