"""Tokens of a text, estimated: Claude's own tokenizer is not public, so every such figure is shown with a ≈."""

CHARACTERS_A_TOKEN = 4  # between AWS's validator (3) and its documentation's planning figure (6)


def estimate(text: str) -> int:
    """About how many tokens a text has."""
    return -(-len(text) // CHARACTERS_A_TOKEN)


def estimate_characters(characters: int) -> int:
    """About how many tokens so many characters have."""
    return -(-characters // CHARACTERS_A_TOKEN)
