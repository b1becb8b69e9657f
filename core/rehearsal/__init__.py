"""Bedrock on this machine: a server of its own, a trainer, a small model that learns, faults on demand."""
