"""How far this machine's clock is from AWS's, which refuses requests whose time is off."""

from email.utils import parsedate_to_datetime

from core.aws.session import Connection
from core.clock import Clock

MOST = 300.0  # seconds; AWS, "Troubleshooting Signature Version 4 signing": a request is refused beyond five minutes


def seconds_ahead(connection: Connection, clock: Clock) -> float | None:
    """How far `clock` is ahead of AWS's, by the date of an answer, to a second; None where the answer has no date."""
    answer = connection.call("sts", "get_caller_identity")
    stamp = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    return (clock.now() - parsedate_to_datetime(stamp)).total_seconds() if stamp else None
