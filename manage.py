#!/usr/bin/env python
"""Runs the site's commands: `python manage.py help` lists them."""

import sys

# Before any import: what follows does not even parse on an old Python.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("InstaInstru needs Python 3.11 or newer, and this is %d.%d." % sys.version_info[:2])  # noqa: UP031

try:
    from instainstru.command_line import main
except ModuleNotFoundError as missing:
    if (missing.name or "").split(".")[0] == "instainstru":
        raise
    sys.exit(f"The package {missing.name} is missing: pip install -r requirements.txt, or use make.")

if __name__ == "__main__":
    main(sys.argv)
