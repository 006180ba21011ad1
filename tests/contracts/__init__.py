"""The parts of tests/test_api_contracts.py: the schema as a judge, and what provokes each answer."""

from typing import Any

import pytest

WALKED = pytest.StashKey[Any]()  # where a test run leaves the walk for the command that asked for it
