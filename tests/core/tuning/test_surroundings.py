"""A key, a network and tags as they are typed: read, and refused where AWS would refuse them."""

import pytest

from core.config import Vpc
from core.errors import UsageError
from core.tuning import surroundings

KEY = "arn:aws:kms:us-west-2:123456789012:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"


def test_what_fits_is_read():
    assert surroundings.check_key(f" {KEY} ") == KEY
    assert surroundings.check_subnets("subnet-0a1b, subnet-0c2d") == ("subnet-0a1b", "subnet-0c2d")
    assert surroundings.check_groups("sg-0a1b sg-0c2d") == ("sg-0a1b", "sg-0c2d")
    assert surroundings.check_tags("team=ml, cost centre = 42,") == {"team": "ml", "cost centre": "42"}


def test_nothing_is_nothing():
    assert surroundings.check_key("") == ""
    assert surroundings.check_subnets("") == surroundings.check_groups(" ") == ()
    assert surroundings.check_tags("") == {}


@pytest.mark.parametrize(
    ("check", "text", "member"),
    [
        (surroundings.check_key, "my key", "Give its ARN"),
        (surroundings.check_subnets, "vpc-0a1b", "Write ids as: subnet-"),
        (surroundings.check_subnets, " ".join(f"subnet-{n:04x}" for n in range(17)), "subnetIds"),
        (surroundings.check_groups, "subnet-0a1b", "Write ids as: sg-"),
        (surroundings.check_groups, " ".join(f"sg-{n:04x}" for n in range(6)), "securityGroupIds"),
        (surroundings.check_tags, "team=" + "x" * 257, "jobTags"),
    ],
)
def test_what_aws_would_refuse_is_refused_by_its_member(check, text, member):
    with pytest.raises(UsageError, match=member):
        check(text)


def test_a_tag_without_a_value_is_refused_with_an_example():
    with pytest.raises(UsageError, match="team=ml"):
        surroundings.check_tags("team")


def test_a_network_of_which_nothing_is_left_is_taken_away():
    vpc = Vpc(("subnet-0a1b",))
    assert surroundings.vpc_changes(vpc, security_groups=("sg-0a1b",)) == {
        "subnets": ["subnet-0a1b"],
        "security_groups": ["sg-0a1b"],
    }
    assert surroundings.vpc_changes(vpc, subnets=()) is None
    assert surroundings.tags_text({"team": "ml", "stage": "test"}) == "team=ml, stage=test"
