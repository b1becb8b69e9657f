"""Objects in S3: addresses as Bedrock takes them, uploads that are not repeated, listings, regions."""

import hashlib

import boto3
import pytest
from botocore.stub import Stubber
from rehearsed import BUCKET, Rehearsed

from core.aws import s3
from core.aws.errors import AwsError
from core.aws.location import Location
from core.aws.s3 import S3Uri, parse_uri
from core.aws.session import Connection
from core.errors import UsageError


@pytest.fixture
def stubbed():
    """A connection as to AWS itself, and what answers in its place."""
    connection = Connection(Location("aws", "us-east-1"), boto3.Session("key", "secret", region_name="us-east-1"))
    with Stubber(connection.client("s3")) as stubber:
        yield connection, stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"0123456789" * 100)
    return path


# Addresses


def test_an_address_is_read_and_written_alike():
    uri = parse_uri("s3://my-bucket/outcrop/train.jsonl")
    assert uri == S3Uri("my-bucket", "outcrop/train.jsonl")
    assert str(uri) == "s3://my-bucket/outcrop/train.jsonl"


@pytest.mark.parametrize("prefix", ["results", "results/"])
def test_what_lies_below_a_prefix_has_one_slash_between(prefix):
    assert str(S3Uri("b", prefix).below("a.csv")) == "s3://b/results/a.csv"
    assert str(S3Uri("b", "").below("a.csv")) == "s3://b/a.csv"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "train.jsonl",
        "https://bucket/key",
        "s3://",
        "s3://Bucket/key",
        "s3://bucket/a b",
        "s3://bucket/a=b",
        "s3://b",
    ],
)
def test_an_address_that_bedrock_would_not_take_is_refused_before_anything_is_sent(text):
    with pytest.raises(UsageError, match="is not an S3 address that Bedrock accepts"):
        parse_uri(text)


@pytest.mark.parametrize(
    ("text", "todo"),
    [
        ("s3://bad_Bucket/x", "Give the bucket by its own name"),
        ("s3://bucket/a b", "Rename the bucket's folder or file"),
        ("bucket/a", "Write it as s3://bucket/key"),
    ],
)
def test_what_helps_depends_on_which_part_of_an_address_is_wrong(text, todo):
    with pytest.raises(UsageError) as caught:
        parse_uri(text)
    assert caught.value.todo == todo


def test_an_address_of_great_length_is_judged_soon():
    with pytest.raises(UsageError):
        parse_uri("s3://bucket/" + "a/" * 50_000 + " ")


# Uploads


def test_a_file_is_uploaded_with_progress_and_its_checksum(rehearsal: Rehearsed, file):
    seen = []
    digest = s3.upload(rehearsal.connection(), file, S3Uri(BUCKET, "upload/first"), seen.append)
    assert digest == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (seen[-1].done, seen[-1].total, seen[-1].unit) == (1000, 1000, "bytes")
    head = rehearsal.client("s3").head_object(Bucket=BUCKET, Key="upload/first")
    assert head["Metadata"] == {"sha256": digest}
    assert s3.read(rehearsal.connection(), S3Uri(BUCKET, "upload/first")) == file.read_bytes()


def test_the_same_bytes_are_not_uploaded_again_but_others_are(rehearsal: Rehearsed, file):
    connection, uri, seen = rehearsal.connection(), S3Uri(BUCKET, "upload/again"), []
    s3.upload(connection, file, uri)
    s3.upload(connection, file, uri, seen.append)
    assert seen == []
    file.write_bytes(b"other")
    s3.upload(connection, file, uri, seen.append)
    assert seen
    assert s3.read(connection, uri) == b"other"


def test_an_upload_to_a_bucket_that_is_not_there_is_explained(rehearsal: Rehearsed, file):
    with pytest.raises(AwsError, match="There is no bucket named no-such-bucket-here") as caught:
        s3.upload(rehearsal.connection(), file, S3Uri("no-such-bucket-here", "key"))
    assert (caught.value.code, caught.value.todo) == (
        "NoSuchBucket",
        "Check the address s3://no-such-bucket-here/key",
    )


# Objects


def test_what_is_there_is_read_and_what_is_not_is_known(rehearsal: Rehearsed):
    connection, uri = rehearsal.connection(), S3Uri(BUCKET, "objects/one")
    assert not s3.exists(connection, uri)
    s3.write(connection, uri, b"bytes", "text/csv")
    assert s3.exists(connection, uri)
    assert s3.read(connection, uri) == b"bytes"
    with pytest.raises(AwsError, match=f"There is nothing at s3://{BUCKET}/objects/none") as caught:
        s3.read(connection, S3Uri(BUCKET, "objects/none"))
    assert caught.value.code == "NoSuchKey"
    with pytest.raises(AwsError, match="There is no bucket named no-such-bucket-here") as caught:
        list(s3.listing(connection, S3Uri("no-such-bucket-here", "")))
    assert "outcrop.yaml" not in caught.value.todo  # the address may have been typed


def test_only_what_lies_below_a_prefix_is_listed(rehearsal: Rehearsed):
    connection = rehearsal.connection()
    for key in ("listing/a", "listing/b/c", "listingelse"):
        s3.write(connection, S3Uri(BUCKET, key), b"")
    assert [uri.key for uri in s3.listing(connection, S3Uri(BUCKET, "listing/"))] == ["listing/a", "listing/b/c"]
    assert list(s3.listing(connection, S3Uri(BUCKET, "nothing/here"))) == []


def test_a_listing_goes_on_over_all_pages(stubbed):
    connection, stubber = stubbed
    first = {"Contents": [{"Key": "a"}], "IsTruncated": True, "NextContinuationToken": "more"}
    stubber.add_response("list_objects_v2", first, {"Bucket": "bucket", "Prefix": "p/"})
    last = {"Contents": [{"Key": "b"}], "IsTruncated": False}
    stubber.add_response("list_objects_v2", last, {"Bucket": "bucket", "Prefix": "p/", "ContinuationToken": "more"})
    assert [uri.key for uri in s3.listing(connection, S3Uri("bucket", "p/"))] == ["a", "b"]


def test_whether_an_object_is_there_is_not_guessed_where_one_may_not_look(stubbed):
    connection, stubber = stubbed
    stubber.add_client_error("head_object", "403", "Forbidden", 403)
    with pytest.raises(AwsError, match="Forbidden") as caught:
        s3.exists(connection, S3Uri("bucket", "key"))
    assert "s3:GetObject" in caught.value.todo


# Regions


@pytest.mark.parametrize(
    ("answer", "region"),
    [
        ({"LocationConstraint": "us-west-2"}, "us-west-2"),
        ({}, "us-east-1"),
        ({"LocationConstraint": "EU"}, "eu-west-1"),
    ],
)
def test_a_buckets_region_is_named_as_everywhere_else(stubbed, answer, region):
    connection, stubber = stubbed
    stubber.add_response("get_bucket_location", answer)
    assert s3.bucket_region(connection, "bucket") == region


def test_a_bucket_that_is_not_there_has_no_region(rehearsal: Rehearsed):
    assert s3.bucket_region(rehearsal.connection(), "no-such-bucket-here") is None


def test_a_bucket_that_one_may_not_look_at_is_an_error(stubbed):
    connection, stubber = stubbed
    stubber.add_client_error("get_bucket_location", "AccessDenied", "Access Denied", 403)
    with pytest.raises(AwsError, match="Access Denied"):
        s3.bucket_region(connection, "bucket")


@pytest.mark.parametrize("region", ["us-west-2", "us-east-1"])
def test_a_bucket_is_made_in_the_connections_region(rehearsal: Rehearsed, region):
    there = rehearsal.connection_in(region)
    s3.create_bucket(there, f"made-in-{region}")
    assert s3.bucket_region(there, f"made-in-{region}") == region
