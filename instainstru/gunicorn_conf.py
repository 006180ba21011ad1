"""gunicorn's configuration, for development and production: `gunicorn -c python:instainstru.gunicorn_conf`."""

import os
from pathlib import Path
from typing import Any

from instainstru import logs
from instainstru.servers import state_folder
from instainstru.servers.process import die_with_parent

# Settings give a process that serves pages a pool of connections. The workers import them, after this.
os.environ["INSTAINSTRU_PROCESS"] = "web"
# Each worker writes what it counts into files of this folder, and whichever is asked adds them all up.
METRICS = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(state_folder(os.environ) / "metrics")))

from prometheus_client import multiprocess  # noqa: E402  # looks for the folder's name while it is imported

wsgi_app = "instainstru.wsgi"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# Each worker opens its own pool. With the application loaded before the fork they would share one, and its sockets.
preload_app = False
# The sign of life of a worker is a file's time stamp; on a slow disk writing it can block.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
timeout = 30
graceful_timeout = 5
keepalive = 5
accesslog = None  # the site writes its own
logconfig_dict = logs.configuration(os.environ)
control_socket_disable = True


def on_starting(_server: object) -> None:
    """Counts begin anew: files of an earlier run would be added to them."""
    METRICS.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in METRICS.glob("*.db"):
        file.unlink()


def post_fork(_server: object, _worker: object) -> None:
    """A worker in the middle of a request would outlive a killed parent until the answer is written."""
    die_with_parent()


def child_exit(_server: object, worker: Any) -> None:
    """What a worker counted stays; what it measured of itself ends with it."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
