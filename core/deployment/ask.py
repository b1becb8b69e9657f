"""One question to one model, to see it answer: a smoke prompt."""

from core.aws.runtime import Reply, converse
from core.records.record import Chat, Message
from core.workspace import Workspace


def ask(workspace: Workspace, model: str, prompt: str, system: str = "") -> Reply:
    """Asks a model or an endpoint.

    Args:
        workspace: The project.
        model: A model id, an inference profile or an endpoint's ARN.
        prompt: The user's turn.
        system: The system prompt, or empty.

    Raises:
        AwsError: It does not answer.
    """
    chat = Chat((Message("user", prompt),), system or None)
    return converse(workspace.connection, model, chat, patient=False)
