"""Loads what every test stands on; each part says what it does."""

from importlib.util import find_spec

pytest_plugins = [
    "tests.support.markers",
    "tests.support.servers",
    "tests.support.network",
    "tests.support.browser",
    *(["tests.fixtures"] if find_spec("tests.fixtures") else []),
]
