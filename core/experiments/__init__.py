"""What spans stages: evaluation with a temporary endpoint, and one whole turn of the lifecycle."""
