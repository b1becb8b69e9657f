"""Lines about the way to AWS: whose credentials, which region, whether Bedrock answers, and the clock.

boto3 is imported only where AWS is asked.
"""

from core.checklist import CheckLine, failed, passed, unknown
from core.doctor.context import DoctorContext
from core.text import count, duration


def credentials(context: DoctorContext) -> CheckLine:
    """Whose credentials these are; an error says how to get or renew them."""
    location = context.connection.location
    return passed(f"account {location.account}" + (f", profile {location.profile}" if location.profile else ""))


def region(context: DoctorContext) -> CheckLine:
    """Whether the project's model can be tuned where it is to be."""
    here = context.connection.location.region
    if not context.readable:
        return passed(here)
    found, tuning = context.catalog.tuning_of(context.config.model)
    if here not in tuning.regions:
        return failed(
            f"{found.name} cannot be tuned in {here}",
            f"Set `region:` in outcrop.yaml to {' or '.join(tuning.regions)}",
        )
    return passed(f"{here}, where {found.name} can be tuned")


def bedrock(context: DoctorContext) -> CheckLine:
    """Whether Bedrock answers, and what it lists."""
    from core.aws.models import list_foundation_models

    offered = list_foundation_models(context.connection)
    tunable = sum(each.tunable for each in offered)
    return passed(f"answers, and lists {count(len(offered), 'model')}, {tunable} for fine-tuning")


def clock(context: DoctorContext) -> CheckLine:
    """Whether AWS takes requests that are signed by this machine's clock."""
    from core.aws import machine_clock

    ahead = machine_clock.seconds_ahead(context.connection, context.clock)
    if ahead is None:
        return unknown("The answer of AWS has no date", "Compare the clock with another one")
    found = f"{duration(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} AWS's"
    if abs(ahead) >= machine_clock.MOST:
        return failed(found, "Set it by the network", command="sudo timedatectl set-ntp true")
    return passed(found)
