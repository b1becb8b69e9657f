"""What a person must say before a job is paid for: a yes, or, above a threshold, its name or its cost."""

import math

from core.config import Config
from core.errors import RefusedError, UsageError
from core.text import money
from core.tuning.submission import Submission

UNKNOWN = "unknown"  # what is confirmed where no price is known


def wants_typing(config: Config, planned: Submission) -> bool:
    """Whether a plain yes is not enough: the job costs more than `confirm_above:`, or nobody knows what, on AWS."""
    dollars = planned.forecast.dollars
    return not planned.location.rehearsed if dollars is None else dollars > config.confirm_above


def amount(planned: Submission) -> str:
    """What `--confirm-cost` takes for a job: its dollars, rounded up to a cent, or `unknown`."""
    dollars = planned.forecast.dollars
    return UNKNOWN if dollars is None else f"{math.ceil(dollars * 100) / 100:.2f}"


def refuse_unconfirmed(config: Config, planned: Submission, confirmed: str) -> None:
    """Holds what a person has confirmed on the command line to what the job costs.

    Args:
        config: The project's configuration.
        planned: What would be submitted.
        confirmed: Dollars, `unknown` where no price is known, or empty. Dollars hold below the threshold as well.

    Raises:
        RefusedError: Too little is confirmed, or nothing where a yes is not enough.
        UsageError: That is no amount.
    """
    said, dollars, wanted = _amount(confirmed), planned.forecast.dollars, wants_typing(config, planned)
    if dollars is None:
        if wanted and confirmed != UNKNOWN:
            raise RefusedError(
                "Nobody knows what this job costs", todo=f"Add a price to the catalogue, or --confirm-cost {UNKNOWN}"
            )
        return
    if said is None and not wanted:
        return
    if said is None or not said >= dollars:
        most = f"the {money(config.confirm_above)} that a yes is for" if said is None else money(said)
        raise RefusedError(
            f"This job costs about {money(dollars)}, more than {most}",
            todo=f"Confirm it with --confirm-cost {amount(planned)}",
        )


def _amount(confirmed: str) -> float | None:
    """Dollars; None where nothing, or that the price is unknown, was said."""
    if not confirmed or confirmed == UNKNOWN:
        return None
    try:
        return float(confirmed.removeprefix("$"))
    except ValueError as error:
        what = f"{confirmed!r} is no amount of dollars"
        raise UsageError(what, todo="Write one like: --confirm-cost 12.50") from error
