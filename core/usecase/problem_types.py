"""The article's advice before anything is trained: what fine-tuning is good for, and when to prompt instead.

Source: AWS, "Best practices and lessons for fine-tuning Anthropic's Claude 3 Haiku on Amazon Bedrock", sections
"Recommended use cases for fine-tuning" and the table of problem types.
"""

import msgspec


class RecommendedUse(msgspec.Struct, frozen=True):
    """A use that fine-tuning suits well.

    Attributes:
        name: What the article calls it.
        example: Its example.
        records: The data size it names, where it names one.
    """

    name: str
    example: str
    records: int | None = None


class ProblemType(msgspec.Struct, frozen=True):
    """A row of the article's table.

    Attributes:
        key: How `outcrop.yaml` refers to it.
        name: The problem.
        examples: Examples of it.
        fine_tuning: Likelihood of success with fine-tuning.
        prompting: Likelihood of success with prompting and retrieval augmented generation.
    """

    key: str
    name: str
    examples: str
    fine_tuning: str
    prompting: str


RECOMMENDED_USES = (
    RecommendedUse("Classification", "do well at one labelling task", 10_000),
    RecommendedUse("Structured outputs", "identify what is specific to the use case", 10_000),
    RecommendedUse("Tools and APIs", "use your own APIs well"),
    RecommendedUse("Particular tone or language", "answer in the voice of a brand"),
)

PROBLEMS = (
    ProblemType(
        "format",
        "Follow a specific format or tone",
        "a specific JSON schema; talk like the customer service",
        "Very High",
        "High",
    ),
    ProblemType(
        "skill",
        "Teach a new skill",
        "call APIs, fill out proprietary documents, classify support tickets",
        "High",
        "Medium",
    ),
    ProblemType(
        "similar-skills",
        "Teach a new skill, and hope it learns similar ones",
        "summarise contracts, in order to write better ones",
        "Low",
        "Medium",
    ),
    ProblemType(
        "knowledge",
        "Teach new knowledge for general tasks",
        "the organisation's acronyms, more music facts",
        "Low",
        "Medium",
    ),
)

KEY_POINTS = (
    "Quality over quantity: a smaller, cleaner set beats a larger, less refined one.",
    "The best settings depend on data size and task.",
    "Combine fine-tuning with prompt engineering; few-shot examples help tuned models, too.",
    "The process is a round: improve the data, train, evaluate, and go again.",
)


def problem_named(key: str) -> ProblemType | None:
    """A row of the table by its key."""
    return next((each for each in PROBLEMS if each.key == key), None)
