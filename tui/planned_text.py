"""What a planned job costs and how long it will take, in words."""

from core.text import count, duration, money

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.training.jobs import JobsSnapshot
    from core.tuning.submission import Submission
    from core.workspace import Workspace


def cost(workspace: "Workspace", planned: "Submission") -> str:
    """Dollars, with the price's day and source; or where the price is to be written down."""
    from core.tuning.forecast import price_place
    from core.workspace import own_catalog

    price = planned.model.prices.training
    if price is not None:
        rate = f"{money(price.dollars)} a million tokens ({price.as_of}, {price.source})"
        return f"{money(planned.forecast.dollars)} at {rate}"
    place = price_place(planned.model, own_catalog(), workspace.clock.now().date())
    text = " / ".join(line.strip() for line in place.text.splitlines())
    return f"unknown: add a price to {place.path} line {place.line}: {text}"


def took(workspace: "Workspace", planned: "Submission", known: "JobsSnapshot | None" = None) -> str:
    """How long one's own like jobs took."""
    from core.training.planned import duration as expected

    found = expected(workspace, planned, known)
    if found is None:
        return "unknown: no like job of your own has completed"
    middle, shortest, longest = (
        duration(each.total_seconds()) for each in (found.median, found.shortest, found.longest)
    )
    spread = f" ({shortest} to {longest})" if found.jobs > 1 and shortest != longest else ""
    return f"about {middle}{spread}, by {count(found.jobs, 'job')} of your own"
