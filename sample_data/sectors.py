"""What companies do: the trades of `sectors.yaml`, each with the words its annual report would use."""

from importlib.resources import files

import msgspec

from sample_data.amounts import Kind


class Metric(msgspec.Struct, frozen=True):
    """An operating figure: its label in the table, the words for it in a question, and its usual range."""

    label: str
    said: str
    kind: Kind
    low: float
    high: float
    places: int = 0
    scale: str = ""


class Sector(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A trade.

    Attributes:
        business: Completes "The company …".
        names: Full names of invented companies.
        segments: Operating segments.
        products: Revenue lines.
        stock: Kinds of inventory.
        plant: Classes of equipment with their useful lives.
        sites: What its buildings are for.
        teams: Functions that people work in.
        metrics: Operating figures.
        ups: Why something grew, completing "because of …".
        downs: Why something shrank.
        streams: Revenue streams as (stream, when revenue is recognised, payment terms).
    """

    business: str
    names: tuple[str, ...]
    segments: tuple[str, ...]
    products: tuple[str, ...]
    stock: tuple[str, ...]
    plant: dict[str, str]
    sites: tuple[str, ...]
    teams: tuple[str, ...]
    metrics: tuple[Metric, ...]
    ups: tuple[str, ...]
    downs: tuple[str, ...]
    streams: tuple[tuple[str, str, str], ...]


def sectors() -> list[Sector]:
    """All trades, in the order of the file."""
    return msgspec.yaml.decode(files("sample_data").joinpath("sectors.yaml").read_bytes(), type=list[Sector])
