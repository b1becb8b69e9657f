"""What an evaluation costs: its tokens by their price, and its endpoint by the hour."""

import msgspec

from core.aws.endpoints import Endpoint
from core.aws.session import Connection
from core.catalog import Catalog
from core.catalog.model import EndpointKind
from core.clock import Clock
from core.deployment.meter import bill, hourly
from core.evaluation import runs
from core.evaluation.runs import AT_ONCE, Route, Run
from core.inference import Usage, kept, usage
from core.store import Store
from core.text import count, money
from core.workspace import Workspace

_COMING_UP = 0.5  # hours; AWS's notebook for Claude 3 Haiku: creating Provisioned Throughput takes 20 to 30 minutes
_ANSWER = 1.0  # seconds, where no model has answered here yet


class Usual(msgspec.Struct, frozen=True):
    """An answer as it is to be expected.

    Attributes:
        tokens: Of the completion.
        seconds: Until it is there.
    """

    tokens: float
    seconds: float


class EndpointCost(msgspec.Struct, frozen=True):
    """What a temporary endpoint comes to.

    Attributes:
        units: Model units.
        hours: About how long it stands: until it is up, and while it is asked.
        dollars: Units times hours times price; None while that is unknown.
    """

    units: int
    hours: float
    dollars: float | None

    def __str__(self) -> str:
        """`1 model unit x ≈ 0.6 h = ≈ $9.72`."""
        known = "unknown: add a price" if self.dollars is None else f"≈ {money(self.dollars)}"
        return f"{count(self.units, 'model unit')} x ≈ {self.hours:.1f} h = {known}"


def prices(catalog: Catalog, key: str, route: Route = "converse") -> tuple[float, float] | None:
    """Dollars for a million tokens sent to a model and for a million said by it; None where one is unknown."""
    model = catalog.find(key)
    if model is None:
        return None
    known = model.prices
    sent, said = (known.batch_input, known.batch_output) if route == "batch" else (known.input, known.output)
    return (sent.dollars, said.dollars) if sent and said else None


def dollars(catalog: Catalog, key: str, used: Usage, route: Route = "converse") -> float | None:
    """What tokens cost by a route; None while a price is unknown."""
    known = prices(catalog, key, route)
    return None if known is None else (used.input_tokens * known[0] + used.output_tokens * known[1]) / 1_000_000


def usual(connection: Connection, store: Store, asked: str) -> Usual | None:
    """An answer of a model as it has answered here before, in the run that ended last; None where it has not."""
    for run in runs.listing(store, connection.location.key):
        said = kept(store, run.id).values() if run.spec.model == asked and run.ended else ()
        if said:
            seconds = [each.latency_ms / 1000 for each in said if each.latency_ms]  # batch tells none
            tokens = sum(each.output_tokens for each in said) / len(said)
            return Usual(tokens, sum(seconds) / len(seconds) if seconds else _ANSWER)
    return None


def standing(
    catalog: Catalog,
    clock: Clock,
    model_arn: str,
    kind: EndpointKind,
    asks: int,
    known: Usual | None,
    *,
    stands: bool = False,
) -> EndpointCost:
    """What an endpoint that is made for so many asks comes to.

    Args:
        catalog: What Bedrock offers.
        clock: The time.
        model_arn: Of the tuned model.
        kind: Of the endpoint; one on demand stands for nothing.
        asks: That are still without an answer.
        known: An answer of the model, or of the one below it.
        stands: It has come up for an earlier run of the same evaluation, which these asks keep going.
    """
    seconds = known.seconds if known else _ANSWER
    hours = (0.0 if stands else _COMING_UP) + asks * seconds / AT_ONCE / 3600
    made = Endpoint("", "", kind, model_arn, "creating", clock.now(), units=1)
    rate = hourly(made, catalog)
    return EndpointCost(made.units, hours, None if rate is None else rate * hours)


class Bill:
    """What a run has cost since it was started: told while it goes on."""

    def __init__(self, workspace: Workspace, run: Run, endpoint: Endpoint | None = None) -> None:
        self._workspace, self._run = workspace, run
        self._before = usage(workspace.store, run.id)
        self.endpoint = endpoint  # made for the run

    def words(self) -> str:
        """`$0.42`, or what the endpoint bills; nothing where nothing is known, or an endpoint stands anyway."""
        workspace, run = self._workspace, self._run
        if self.endpoint is not None and self.endpoint.kind == "provisioned":
            return f"endpoint: {bill(self.endpoint, workspace.catalog, workspace.clock.now())}"
        if self.endpoint is None and run.job:
            return ""
        used = usage(workspace.store, run.id) - self._before
        known = dollars(workspace.catalog, run.model, used, run.spec.route)
        return "" if known is None else money(known)
