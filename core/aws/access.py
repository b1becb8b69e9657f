"""Whether the account has been given a foundation model."""

import msgspec

from core.aws.session import Connection


class Access(msgspec.Struct, frozen=True):
    """What stands between the account and a model; each True where nothing does."""

    agreed: bool
    authorised: bool
    entitled: bool
    in_region: bool

    def missing(self) -> list[str]:
        """What is not there, in words."""
        named = (
            (self.in_region, "the model is not offered in this region"),
            (self.entitled, "the account is not entitled to it"),
            (self.authorised, "the caller is not authorised for it"),
            (self.agreed, "its agreement is not accepted"),
        )
        return [words for there, words in named if not there]


def model_access(connection: Connection, model_id: str) -> Access:
    """Asks for a foundation model by its id."""
    answer = connection.call("bedrock", "get_foundation_model_availability", modelId=model_id)
    return Access(
        agreed=answer["agreementAvailability"]["status"] == "AVAILABLE",
        authorised=answer["authorizationStatus"] == "AUTHORIZED",
        entitled=answer["entitlementAvailability"] == "AVAILABLE",
        in_region=answer["regionAvailability"] == "AVAILABLE",
    )
