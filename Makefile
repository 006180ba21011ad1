# The words that people, pre-commit and CI use. The tier that a command works on stands beside it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# make test ARGS="-k booking" runs a part; the gates judge only the whole.
ARGS ?=

.PHONY: run test quick check lock audit format bench \
	check-format check-lint check-types check-imports check-architecture check-migrations check-contracts check-templates

## The site --------------------------------------------------------------------------------------------------------

run: $(VENV)/.runtime  ## the whole site until Ctrl-C; PORT= for another port (STG)
	@exec $(BIN)/python manage.py run

## Tests and checks ------------------------------------------------------------------------------------------------

test: $(VENV)/.dev  ## everything, then the gates on coverage (TEST)
	@rm -rf .state/coverage
	$(BIN)/pytest -n 2 -m "not browser" --cov --cov-report= $(ARGS)
	$(BIN)/pytest -m browser $(ARGS)
ifeq ($(ARGS),)
	@echo "Branches of services and repositories: all of them"
	@$(BIN)/coverage report --fail-under=100 --include="*/services/*,*/services.py,*/repositories/*,*/repositories.py"
	@echo "Branches of everything: 95 %"
	@$(BIN)/coverage report --fail-under=95
endif

quick: $(VENV)/.dev  ## the tests that need no server, in a few seconds
	$(BIN)/pytest -q -n 2 -m unit $(ARGS)

check: check-format check-lint check-types check-imports check-architecture check-migrations check-templates check-contracts

check-format: $(VENV)/.dev
	$(BIN)/ruff format --check

check-lint: $(VENV)/.dev
	$(BIN)/ruff check

check-types: $(VENV)/.dev
	$(BIN)/mypy

check-imports: $(VENV)/.dev
	$(BIN)/lint-imports --cache-dir .state/imports

check-architecture: $(VENV)/.dev
	$(BIN)/pytest -q tests/unit/test_architecture.py

check-migrations: $(VENV)/.dev  ## (INT)
	$(BIN)/python manage.py makemigrations --check --dry-run

check-templates: $(VENV)/.dev
	$(BIN)/djlint --lint --check --quiet templates

check-contracts: $(VENV)/.dev  ## (TEST)
	$(BIN)/python -m tests.test_api_contracts

format: $(VENV)/.dev
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	$(BIN)/djlint --reformat --quiet templates || true  # it exits 1 when it changed something

## Measurements --------------------------------------------------------------------------------------------------

bench: $(VENV)/.dev  ## what the product does beside the bare SQL of the same change; ARGS="weeks --repeat 100" (a database of its own)
	@$(BIN)/python -m bench $(ARGS)

## Packages --------------------------------------------------------------------------------------------------------

# requirements*.txt are edited by hand. constraints.txt is what they need in turn; the locks are both, with hashes.
LOCK = $(BIN)/uv pip compile - --quiet --universal --python-version 3.11 --no-annotate --no-header --output-file

lock: $(VENV)/.dev  ## pins everything anew; ARGS="--upgrade" for the newest that fits
	grep -hv '^-' requirements.txt requirements-dev.txt | $(LOCK) constraints.txt $(ARGS)
	grep -hv '^-' requirements.txt | $(LOCK) requirements.lock --constraints constraints.txt --generate-hashes
	grep -hv '^-' requirements.txt requirements-dev.txt | \
		$(LOCK) requirements-dev.lock --constraints constraints.txt --generate-hashes

audit: $(VENV)/.dev  ## known vulnerabilities of what is pinned (asks PyPI, so it is no part of check)
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off --requirement requirements-dev.lock

$(VENV)/.runtime: requirements.lock | $(BIN)/python
	@echo "Installing the packages that the site runs on"
	@$(PIP) --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(BIN)/python
	@echo "Installing the packages that tests and checks need"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.runtime

$(BIN)/python:
	@test -w . || { echo "The folder $(CURDIR) is not writable." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"InstaInstru needs Python 3.11 or newer, and $(PYTHON) is %d.%d: name another with PYTHON=." % sys.version_info[:2])'
	@echo "Making the virtual environment $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
