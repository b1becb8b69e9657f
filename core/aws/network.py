"""Subnets and security groups that a job may run in."""

from collections.abc import Sequence

from core.aws.session import Connection


def vpcs_of_subnets(connection: Connection, subnets: Sequence[str]) -> dict[str, str]:
    """The VPC of each subnet that there is, by id; the others are left out."""
    answer = connection.call("ec2", "describe_subnets", Filters=[{"Name": "subnet-id", "Values": list(subnets)}])
    return {item["SubnetId"]: item["VpcId"] for item in answer["Subnets"]}


def vpcs_of_groups(connection: Connection, groups: Sequence[str]) -> dict[str, str]:
    """The VPC of each security group that there is, by id; the others are left out."""
    answer = connection.call(
        "ec2", "describe_security_groups", Filters=[{"Name": "group-id", "Values": list(groups)}]
    )
    return {item["GroupId"]: item["VpcId"] for item in answer["SecurityGroups"]}
