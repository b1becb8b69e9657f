"""Lines about what a project may set besides: a key of its own, a network of its own."""

from core.aws import network, policies
from core.checklist import CheckLine, failed, unknown
from core.tuning.preflight.context import PreflightContext
from core.tuning.preflight.rights import role_may


def key(context: PreflightContext) -> CheckLine:
    """Whether the key can encrypt a model, and the role use it; its own policy may say more than the role's."""
    name, region = context.config.kms_key, context.config.region
    found = context.key
    if found is None:
        return failed(
            f"There is no key {name} in {region}",
            "Set `kms_key:` in outcrop.yaml to one of these",
            command=context.cli("kms", "list-aliases"),
        )
    if found.region != region:
        return failed(f"{name} is in {found.region}", f"Set `kms_key:` in outcrop.yaml to a key in {region}")
    if found.state != "Enabled":
        return failed(
            f"{name} is {found.state}", "Enable it", command=context.cli("kms", "enable-key", "--key-id", name)
        )
    if (found.spec, found.usage) != ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"):
        return failed(f"{name} is {found.spec} for {found.usage}", "Set `kms_key:` to a symmetric key that encrypts")
    may = role_may(
        context, [(policies.KEY_ACTIONS, [found.arn])], f"{found.arn} is enabled, and {context.role_name} may use it"
    )
    if may.state != "fail" or context.trust is None:
        return may
    return unknown(
        f"{found.arn} is enabled; {context.role_name}'s own policies do not let it use the key, whose policy may",
        "Give the role this policy, unless the key's own policy allows it",
        command=may.command,
        policy=may.policy,
    )


def vpc(context: PreflightContext) -> CheckLine:
    """Whether the subnets and security groups are there, in one VPC, and the role may use them."""
    wanted = context.config.vpc
    if not wanted.subnets or not wanted.security_groups:
        return failed(
            "A network needs subnets and security groups", "Set both below `vpc:` in outcrop.yaml, or neither"
        )
    subnets = network.vpcs_of_subnets(context.connection, wanted.subnets)
    groups = network.vpcs_of_groups(context.connection, wanted.security_groups)
    missing = [each for each in (*wanted.subnets, *wanted.security_groups) if each not in subnets | groups]
    if missing:
        return failed(
            f"{', '.join(missing)}: not in {context.config.region}",
            "Mend `vpc:` in outcrop.yaml",
            command=context.cli("ec2", "describe-subnets", "--query", "Subnets[].[SubnetId,VpcId,AvailabilityZone]"),
        )
    there = sorted({*subnets.values(), *groups.values()})
    if len(there) > 1:
        return failed(f"They are of more than one VPC: {', '.join(there)}", "Set subnets and groups of one VPC")
    here = f"arn:aws:ec2:{context.config.region}:{context.caller.account}"
    resources = [f"{here}:subnet/{each}" for each in wanted.subnets]
    resources += [f"{here}:security-group/{each}" for each in wanted.security_groups]
    asked = [(["ec2:CreateNetworkInterface"], resources), (["ec2:DescribeSubnets"], ["*"])]
    return role_may(
        context, asked, f"{', '.join(wanted.subnets)} in {there[0]}, where {context.role_name} may run jobs"
    )
