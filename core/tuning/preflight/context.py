"""What the lines of a preflight look at, each thing asked for once."""

import json
import shlex
from functools import cached_property
from pathlib import Path

from core.aws import identity, kms, models, permissions, policies, s3
from core.aws.customization import JobRequest
from core.aws.kms import KmsKey
from core.aws.models import FoundationModel
from core.aws.permissions import Caller
from core.aws.policies import PolicyDocument
from core.aws.s3 import S3Uri
from core.aws.session import Connection
from core.formatting import Export
from core.records import check
from core.tuning import sizes, submission
from core.workspace import Workspace

POLICY = "OutcropCustomization"  # the name of the policies that remedies put


class PreflightContext:
    """A project and what it would submit."""

    def __init__(self, workspace: Workspace, export: Export, folder: Path) -> None:
        """Prepares to look.

        Args:
            workspace: The project.
            export: What would be trained on.
            folder: Where it lies.

        Raises:
            UsageError: There is no such model.
            RefusedError: The model cannot be tuned.
        """
        self.workspace, self.export, self.folder = workspace, export, folder
        self.config = workspace.config
        self.model, self.tuning = workspace.tuning()
        self.day = submission.today(workspace.clock, workspace.config)
        chosen = self.config.hyperparameters
        knobs = self.tuning.hyperparameters or ()
        self.values = {knob.name: chosen.get(knob.name, knob.default) for knob in knobs}
        self.subject = submission.subject_of(workspace.config, export, self.values)

    @cached_property
    def connection(self) -> Connection:
        """The way to AWS."""
        return self.workspace.connection

    @cached_property
    def caller(self) -> Caller:
        """Whose credentials these are."""
        return permissions.caller(self.connection)

    @cached_property
    def trust(self) -> PolicyDocument | None:
        """The role's trust policy, or None where there is no such role."""
        return identity.role_trust(self.connection, self.config.role) if self.config.role else None

    @cached_property
    def key(self) -> KmsKey | None:
        """The key of the tuned model, or None where there is none of that name."""
        return kms.describe_key(self.connection, self.config.kms_key)

    @cached_property
    def offered(self) -> list[FoundationModel]:
        """What the region lists."""
        return models.list_foundation_models(self.connection)

    @cached_property
    def request(self) -> JobRequest:
        """What would be sent."""
        return submission.request_for(self.workspace.config, self.tuning, self.export, self.values, self.subject)

    @cached_property
    def reports(self) -> dict[str, check.CheckReport]:
        """The outcome of the check of each file, by what it is."""
        found: dict[str, check.CheckReport] = {}
        for part, what in sizes.PARTS:
            if self.export.records(part):
                with (self.folder / self.export.files[part].name).open("rb") as file:
                    found[what] = check.check_lines(file, self.tuning.requirements(what))
        return found

    @property
    def inputs(self) -> list[S3Uri]:
        """The files that the job reads.

        Raises:
            UsageError: Bedrock takes no such address.
        """
        return [s3.parse_uri(each) for each in (self.request.training_uri, self.request.validation_uri) if each]

    @property
    def output(self) -> S3Uri:
        """The prefix of what it writes."""
        return s3.parse_uri(self.request.output_uri)

    @property
    def role_name(self) -> str:
        """The role's name, without account and path."""
        return self.config.role.rpartition("/")[2]

    @property
    def base_arn(self) -> str:
        """The ARN of the model that is tuned."""
        return f"arn:aws:bedrock:{self.config.region}::foundation-model/{self.tuning.base_id}"

    def role_policy(self) -> PolicyDocument:
        """The least that the role must be allowed."""
        return policies.role_permissions(
            inputs=self.inputs,
            output=self.output,
            region=self.config.region,
            account=self.caller.account,
            kms_key=self.key.arn if self.config.kms_key and self.key else "",
            subnets=self.config.vpc.subnets,
            security_groups=self.config.vpc.security_groups,
        )

    def caller_policy(self) -> PolicyDocument:
        """The least that whoever submits must be allowed."""
        return policies.caller_permissions(
            role=self.config.role,
            region=self.config.region,
            account=self.caller.account,
            models=[self.base_arn],
            inputs=s3.S3Uri(self.output.bucket, self.output.key.split("/results")[0]),
        )

    def cli(self, *words: str) -> str:
        """A command of the AWS CLI, quoted for a shell, for the project's region and profile."""
        profile = ["--profile", self.config.profile] if self.config.profile else []
        return shlex.join(["aws", *words, "--region", self.config.region, *profile])

    def cli_policy(self, *words: str, document: PolicyDocument) -> str:
        """The same with a policy document at its end."""
        return self.cli(*words, "--policy-document", json.dumps(document, separators=(",", ":")))
