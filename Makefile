# Everything that people and CI run. All of it happens in .venv, which is made on first use.

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell command -v $(name) >/dev/null 2>&1 && $(name) -c '$(NEW_ENOUGH)' 2>/dev/null && echo $(name))))
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
STACK ?=
# What tests run with: dev, or lowest for the oldest releases of what the package depends on.
REQUIREMENTS ?= dev

.DEFAULT_GOAL := help
.PHONY: help install preview sandbox test test-engine verdicts lint types check format benchmarks requirements clean
# A recipe that failed half-way leaves no stamp.
.DELETE_ON_ERROR:

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/run ## Make .venv with what the stacks need, for pulumi up

preview: .venv/run ## Show what every stack would deploy (STACK=kafka-development for one)
	@$(BIN)/moorings preview $(STACK)

sandbox: .venv/dev ## Deploy a stack with a real engine on a double of the cloud (STACK=kafka-development)
	@$(BIN)/python tests/engine/sandbox.py $(STACK)

test: .venv/$(REQUIREMENTS) ## Run the tests, with the coverage of the package
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest --numprocesses auto --dist loadfile
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

test-engine: .venv/dev ## Run the tests with a real engine and API server, which Go builds on first use
	@$(BIN)/python tests/engine/binaries.py
	@MOORINGS_ENGINE=required $(BIN)/python -m pytest tests/engine --numprocesses 2 --dist loadfile

verdicts: .venv/dev .venv-verdicts/done ## Have checkov, cfn-guard, parliament and schemas judge what the stacks make (needs npm)
	@MOORINGS_VERDICTS=.venv-verdicts/bin $(BIN)/python -m pytest tests/verdicts

lint: .venv/dev ## Look for mistakes and form
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: .venv/dev ## Check the types, with mypy and pyright
	@$(BIN)/mypy
	@$(BIN)/pyright

check: lint types test ## Lint, types and tests

format: .venv/dev ## Bring the code into form
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format

benchmarks: .venv/bench ## Measure what the components cost
	@$(BIN)/python benchmarks/components.py

# The stamp comes last, so that what was interrupted is done again; the other sets' stamps go first, for they no longer
# tell what is there.
.venv/run: requirements/run.txt pyproject.toml
	$(call install,run)

.venv/dev: requirements/dev.txt pyproject.toml
	$(call install,dev)
	@touch .venv/run

.venv/lowest: requirements/lowest.txt pyproject.toml
	$(call install,lowest)

.venv/bench: requirements/bench.txt pyproject.toml
	$(call install,bench)

# Tools whose requirements would not go with ours.
.venv-verdicts/done: requirements/verdicts.txt tests/verdicts/package-lock.json
	@echo "Installing requirements/verdicts.txt into .venv-verdicts ..."
	@$(PYTHON) -m venv --clear .venv-verdicts
	@.venv-verdicts/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --requirement $<
	@cp tests/verdicts/package.json tests/verdicts/package-lock.json tests/verdicts/.npmrc .venv-verdicts/
	@npm ci --silent --prefix .venv-verdicts
	@touch $@

define install
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(NEW_ENOUGH)' || { echo "moorings needs Python 3.11 or newer; name one with PYTHON=..." >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@rm -f .venv/run .venv/dev .venv/lowest .venv/bench
	@echo "Installing requirements/$(1).txt into .venv ..."
	@$(PIP) install --require-hashes --requirement requirements/$(1).txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
endef

requirements: .venv/dev ## Pin the requirements anew
	@$(PIP) install 'uv>=0.8'
	@for name in run dev lowest bench verdicts; do PATH="$(BIN):$$PATH" requirements/lock $$name || exit 1; done

clean: ## Remove what was made
	@rm -rf .venv .venv-verdicts .sandbox .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage dist
