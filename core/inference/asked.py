"""Who is asked, by whatever name somebody gave, and what its tokens cost."""

import msgspec

from core.catalog import Catalog
from core.inference.answers import Usage
from core.text import count, money


class AskedModel(msgspec.Struct, frozen=True):
    """A model that is asked.

    Attributes:
        model: A key of the catalogue, or what was given where the catalogue does not have it.
        asked: What Converse is given.
        prices: Dollars for a million tokens sent and for a million said; None where one of them is unknown.
    """

    model: str
    asked: str
    prices: tuple[float, float] | None

    def dollars(self, used: Usage) -> float | None:
        """What tokens cost; None while a price is unknown."""
        if self.prices is None:
            return None
        sent, said = self.prices
        return (used.input_tokens * sent + used.output_tokens * said) / 1_000_000

    def spent(self, used: Usage) -> str:
        """The same in words; the number of tokens while a price is unknown."""
        dollars = self.dollars(used)
        return count(used.input_tokens + used.output_tokens, "token") if dollars is None else money(dollars)


def find(catalog: Catalog, name: str) -> AskedModel:
    """A model by its name.

    Args:
        catalog: What Bedrock offers.
        name: A key of the catalogue, a model id, an inference profile or an ARN.

    Raises:
        UsageError: It is neither in the catalogue nor something that Converse takes.
    """
    is_key = not any(sign in name for sign in ".:")  # which every id, profile and ARN has
    asked = catalog.get(name).inference_id if is_key else name
    found = catalog.find(asked)
    key = found.key if found is not None and found.inference_id == asked else name
    sent, said = (found.prices.input, found.prices.output) if found is not None else (None, None)
    return AskedModel(key, asked, (sent.dollars, said.dollars) if sent is not None and said is not None else None)
