"""The sample data as it ships, and as the generator makes it."""

import json
from typing import Any

import pytest
from asked import Asked, every

import sample_data
from sample_data import contexts, generate


@pytest.fixture(scope="module")
def data() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(sample_data.path(sample_data.FINANCE_QA).read_bytes())
    return read


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(sample_data.path(sample_data.MANIFEST).read_bytes())
    return read


@pytest.fixture(scope="module")
def asked(data: list[dict[str, Any]]) -> dict[str, Asked]:
    return {question.uid: question for question in every(data)}


@pytest.fixture(scope="module")
def clean(asked: dict[str, Asked], manifest: dict[str, Any]) -> list[Asked]:
    named = {uid for fault in manifest["faults"][sample_data.FINANCE_QA] for uid in fault["questions"]}
    return [question for uid, question in asked.items() if uid not in named]


@pytest.fixture(scope="module")
def made() -> list[contexts.Made]:
    return contexts.make(generate.SEED, generate.TABLES)
