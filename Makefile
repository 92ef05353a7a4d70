# Every target explains itself: `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := shared services/auth services/preferences services/activation services/notifier deploy/local
MANIFESTS := $(addsuffix /pyproject.toml,$(PACKAGES))
# One project at a time may prepare the environment; pip needs no index named here.
OURS := $(addprefix --no-emit-package carillon-,shared auth preferences activation notifier local)
RESOLVE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(OURS)
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help install install-dev demo test test-unit lint format bench soak docs lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.installed: requirements.lock $(MANIFESTS)
	@echo "preparing $(VENV) (once; later runs start at once)"
	@$(PYTHON) -c 'import sys; sys.exit("Carillon needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation $(addprefix -e ,$(PACKAGES))
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	@echo "adding the tools for tests and linting"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

install: $(VENV)/.installed ## the virtual environment .venv with every command

install-dev: $(VENV)/.installed-dev ## the same, with the tools for tests and linting

demo: install ## start everything on this machine, send a message, an alert and a code, and say who received what
	@$(BIN)/carillon demo

test: install-dev ## the whole suite
	@$(BIN)/python -m pytest

test-unit: install-dev ## the part that needs no browser, no database and no broker (under a minute)
	@$(BIN)/python -m pytest tests/unit -p no:schemathesis

lint: install-dev ## ruff, mypy strict, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: install-dev ## put the code in order
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: install ## measure the whole path, with conservation checked in the same run
	@$(BIN)/carillon bench

soak: install-dev ## the long runs: kill storms, outages in turn
	@$(BIN)/python -m pytest tests/e2e tests/integration -m soak

docs: install-dev ## regenerate the documents that are made from the code
	@$(BIN)/python -m tests.generate

lock: ## resolve the versions again (needs uv)
	@$(RESOLVE) requirements.in -o requirements.lock
	@$(RESOLVE) requirements.in requirements-dev.in -c requirements.lock -o requirements-dev.lock

clean: ## remove the virtual environment and the caches
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
