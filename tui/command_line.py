"""What the dashboard needs of the plain commands; who opens it brings it, so that no tab imports a command."""

from typing import Any, Protocol


class CommandLine(Protocol):
    """Reads what a person types after a command's name."""

    def parse(self, name: str, words: str) -> tuple[list[str], dict[str, Any]]:
        """Reads the words that follow a command's name.

        Args:
            name: As one types it after `outcrop`, such as `sweep start`.
            words: As in a shell.

        Returns:
            The words, one by one, and the command's parameters by name.

        Raises:
            UsageError: The command does not take them.
        """
        ...

    def options(self, name: str) -> list[str]:
        """The options that a command takes, by name."""
        ...
