"""Where something happens: a real account and region, or the rehearsal on this machine."""

from typing import Literal

import msgspec

REHEARSAL_ACCOUNT = "123456789012"


class Location(msgspec.Struct, frozen=True):
    """Every job, run and export knows its location; REHEARSAL marks derive from it.

    Attributes:
        target: The real service or the rehearsed one.
        region: As AWS writes it: `us-west-2`.
        account: Twelve digits.
        profile: The AWS profile in use; empty for the default chain.
        as_of: The day the rehearsal lives on, `2025-06-01`; empty on AWS.
    """

    target: Literal["rehearsal", "aws"]
    region: str
    account: str = REHEARSAL_ACCOUNT
    profile: str = ""
    as_of: str = ""

    @property
    def rehearsed(self) -> bool:
        """Whether nothing here is real AWS."""
        return self.target == "rehearsal"

    @property
    def key(self) -> str:
        """What the store files it under; rehearsed and real things never share one."""
        return f"{self.target}/{self.account}/{self.region}"

    def __str__(self) -> str:
        """As the status line shows it."""
        if self.rehearsed:
            return f"REHEARSAL {self.region}"
        account = f" {self.account[:4]}…{self.account[-4:]}" if self.account else ""  # not known before AWS is asked
        who = f"AWS{account} {self.region}"
        return f"{who} {self.profile}" if self.profile else who
