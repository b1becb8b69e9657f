"""Lines about what a project may set besides: a key of its own, a network of its own."""

from core.aws import network, policies
from core.line import Line, failed, unknown
from core.tuning.preflight.flight import Flight
from core.tuning.preflight.rights import role_may


def key(flight: Flight) -> Line:
    """Whether the key can encrypt a model, and the role use it; its own policy may say more than the role's."""
    name, region = flight.config.kms_key, flight.config.region
    found = flight.key
    if found is None:
        return failed(
            f"There is no key {name} in {region}",
            "Set `kms_key:` in outcrop.yaml to one of these",
            command=flight.cli("kms", "list-aliases"),
        )
    if found.region != region:
        return failed(f"{name} is in {found.region}", f"Set `kms_key:` in outcrop.yaml to a key in {region}")
    if found.state != "Enabled":
        return failed(
            f"{name} is {found.state}", "Enable it", command=flight.cli("kms", "enable-key", "--key-id", name)
        )
    if (found.spec, found.usage) != ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"):
        return failed(f"{name} is {found.spec} for {found.usage}", "Set `kms_key:` to a symmetric key that encrypts")
    may = role_may(
        flight, [(policies.KEY_ACTIONS, [found.arn])], f"{found.arn} is enabled, and {flight.role_name} may use it"
    )
    if may.state != "fail" or flight.trust is None:
        return may
    return unknown(
        f"{found.arn} is enabled; {flight.role_name}'s own policies do not let it use the key, whose policy may",
        "Give the role this policy, unless the key's own policy allows it",
        command=may.command,
        policy=may.policy,
    )


def vpc(flight: Flight) -> Line:
    """Whether the subnets and security groups are there, in one VPC, and the role may use them."""
    wanted = flight.config.vpc
    if not wanted.subnets or not wanted.security_groups:
        return failed(
            "A network needs subnets and security groups", "Set both below `vpc:` in outcrop.yaml, or neither"
        )
    subnets = network.vpcs_of_subnets(flight.connection, wanted.subnets)
    groups = network.vpcs_of_groups(flight.connection, wanted.security_groups)
    missing = [each for each in (*wanted.subnets, *wanted.security_groups) if each not in subnets | groups]
    if missing:
        return failed(
            f"{', '.join(missing)}: not in {flight.config.region}",
            "Mend `vpc:` in outcrop.yaml",
            command=flight.cli("ec2", "describe-subnets", "--query", "Subnets[].[SubnetId,VpcId,AvailabilityZone]"),
        )
    there = sorted({*subnets.values(), *groups.values()})
    if len(there) > 1:
        return failed(f"They are of more than one VPC: {', '.join(there)}", "Set subnets and groups of one VPC")
    here = f"arn:aws:ec2:{flight.config.region}:{flight.caller.account}"
    resources = [f"{here}:subnet/{each}" for each in wanted.subnets]
    resources += [f"{here}:security-group/{each}" for each in wanted.security_groups]
    asked = [(["ec2:CreateNetworkInterface"], resources), (["ec2:DescribeSubnets"], ["*"])]
    return role_may(
        flight, asked, f"{', '.join(wanted.subnets)} in {there[0]}, where {flight.role_name} may run jobs"
    )
