"""Lines about the way to AWS: whose credentials, which region, whether Bedrock answers, and the clock.

boto3 is imported only where AWS is asked.
"""

from core.doctor.patient import Patient
from core.line import Line, failed, passed, unknown
from core.text import count, duration


def credentials(patient: Patient) -> Line:
    """Whose credentials these are; an error says how to get or renew them."""
    location = patient.connection.location
    return passed(f"account {location.account}" + (f", profile {location.profile}" if location.profile else ""))


def region(patient: Patient) -> Line:
    """Whether the project's model can be tuned where it is to be."""
    here = patient.connection.location.region
    if not patient.readable:
        return passed(here)
    found, tuning = patient.catalog.tuning_of(patient.config.model)
    if here not in tuning.regions:
        return failed(
            f"{found.name} cannot be tuned in {here}",
            f"Set `region:` in outcrop.yaml to {' or '.join(tuning.regions)}",
        )
    return passed(f"{here}, where {found.name} can be tuned")


def bedrock(patient: Patient) -> Line:
    """Whether Bedrock answers, and what it lists."""
    from core.aws.models import list_foundation_models

    offered = list_foundation_models(patient.connection)
    tunable = sum(each.tunable for each in offered)
    return passed(f"answers, and lists {count(len(offered), 'model')}, {tunable} for fine-tuning")


def clock(patient: Patient) -> Line:
    """Whether AWS takes requests that are signed by this machine's clock."""
    from core.aws import machine_clock

    ahead = machine_clock.seconds_ahead(patient.connection, patient.clock)
    if ahead is None:
        return unknown("The answer of AWS has no date", "Compare the clock with another one")
    found = f"{duration(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} AWS's"
    if abs(ahead) >= machine_clock.MOST:
        return failed(found, "Set it by the network", command="sudo timedatectl set-ntp true")
    return passed(found)
