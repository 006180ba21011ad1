"""Production's settings, as a process meets them: what is missing is said in a sentence, and nothing starts."""

import os
import subprocess
import sys

import pytest

from instainstru.servers.folder import REPOSITORY

COMPLETE = {
    "SITE_MODE": "prod",
    "SECRET_KEY": "k7Q!z" * 12,
    "ALLOWED_HOSTS": "instainstru.example",
    "SITE_ADDRESS": "https://instainstru.example",
    "DATABASE_URL": "postgres://site@db.example/instainstru",
    "REDIS_URL": "redis://redis.example",
}


def check(tmp_path, environ, *flags):
    """`manage.py check` in an environment of these variables only."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", "check", *flags],
        cwd=REPOSITORY,
        env={**clean, "STATE_FOLDER": str(tmp_path), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_with_everything_it_stands_and_djangos_own_check_has_nothing_to_say(tmp_path):
    done = check(tmp_path, COMPLETE, "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "database: PROD instainstru at db.example\n"), done.stderr


@pytest.mark.parametrize(
    ("without", "sentence"),
    [
        (
            {"SECRET_KEY", "ALLOWED_HOSTS", "SITE_ADDRESS", "REDIS_URL"},
            "SITE_MODE=prod needs SECRET_KEY, ALLOWED_HOSTS, SITE_ADDRESS, REDIS_URL: see docs/configuration.md.",
        ),
        ({"DATABASE_URL"}, "PROD is asked for, but PROD_DATABASE_URL or DATABASE_URL gives no address."),
    ],
)
def test_what_is_missing_is_said(tmp_path, without, sentence):
    done = check(tmp_path, {name: value for name, value in COMPLETE.items() if name not in without})
    assert (done.returncode, done.stderr.strip().splitlines()[-1]) == (1, sentence)


def test_a_short_key_is_none(tmp_path):
    done = check(tmp_path, COMPLETE | {"SECRET_KEY": "short"})
    assert done.returncode == 1
    assert "at least 50 random characters" in done.stderr


def test_limits_on_requests_stay_on(tmp_path):
    done = check(tmp_path, COMPLETE | {"RATE_LIMITS": "off"})
    assert done.returncode == 1
    assert "RATE_LIMITS=off is for measurements: take it away, or SITE_MODE=prod." in done.stderr
