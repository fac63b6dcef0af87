# Commands for development and CI. They run in the virtual environment .venv, which is created on first use.

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell command -v $(name) >/dev/null 2>&1 && $(name) -c '$(NEW_ENOUGH)' 2>/dev/null && echo $(name))))
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
STACK ?=
# Requirements for the tests: dev, or lowest for the lowest supported releases of the dependencies.
REQUIREMENTS ?= dev
# With yes, make test fails unless it covers every line and branch. It takes more than twice as long.
COVERAGE ?= no
PYTEST := pytest --numprocesses auto --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help install preview sandbox test test-fuzz test-engine test-kafka test-sessions test-pages test-mutation scan lint types check format benchmarks requirements clean
# Delete the stamp file of a failed recipe.
.DELETE_ON_ERROR:

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/run ## Create .venv with the requirements of the stacks, for pulumi up

preview: .venv/run ## Preview all stacks without an engine (STACK=kafka-development for one)
	@$(BIN)/moorings preview $(STACK)

sandbox: .venv/dev ## Deploy a stack with a real engine and emulated providers (STACK=kafka-development)
	@$(BIN)/python tests/engine/sandbox.py $(STACK)

test: .venv/$(REQUIREMENTS) ## Run the tests that need nothing but Python (COVERAGE=yes to require complete coverage)
ifeq ($(COVERAGE),yes)
	@$(BIN)/coverage erase
	@MOORINGS_ENGINE=no $(BIN)/coverage run -m $(PYTEST)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report
else
	@MOORINGS_ENGINE=no $(BIN)/python -m $(PYTEST)
endif

test-fuzz: .venv/dev ## Try 10,000 arbitrary arguments for each class of arguments (takes about an hour)
	@$(BIN)/python -m pytest -m fuzz tests/rules

test-engine: .venv/dev ## Run the tests with a real Pulumi engine and Kubernetes API server (requires Go on first use)
	@$(BIN)/python tests/engine/binaries.py test-engine
	@MOORINGS_ENGINE=required $(BIN)/python -m pytest tests/engine --numprocesses 3 --dist loadfile

test-kafka: .venv/dev ## Run the tests with real Kafka brokers (requires a JDK 17 or later and, on first use, Maven)
	@$(BIN)/python tests/kafka/distributions.py
	@MOORINGS_KAFKA=required $(BIN)/python -m pytest tests/kafka

test-sessions: .venv/dev ## Run the tests with Traefik, NGINX and HAProxy in front of simulated pods (requires Go on first use)
	@$(BIN)/python tests/engine/binaries.py test-sessions
	@MOORINGS_SESSIONS=$${MOORINGS_SESSIONS:-installed} tests/sessions/in-namespace $(BIN)/python -m pytest tests/sessions

test-pages: .venv/dev ## Run the tests of HTML pages in headless Chromium
	@MOORINGS_PAGES=$${MOORINGS_PAGES:-installed} $(BIN)/python -m pytest tests/pages

test-mutation: .venv/dev ## Measure how many mutants of the code the tests kill (MUTATE=kafka or a file)
	@$(BIN)/python tests/mutation/run.py $(MUTATE)

scan: .venv/dev .venv-scanners/done ## Scan the stacks with checkov, cfn-guard, parliament and kubernetes-validate (requires npm)
	@MOORINGS_SCANNERS=.venv-scanners/bin $(BIN)/python -m pytest tests/scanners

lint: .venv/dev ## Run ruff
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: .venv/dev ## Run mypy and pyright
	@$(BIN)/mypy
	@$(BIN)/pyright

check: lint types test ## Run lint, types and test

format: .venv/dev ## Format the code and apply automatic fixes
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format

benchmarks: .venv/bench ## Measure how long the components take
	@$(BIN)/python benchmarks/components.py

# Each set of requirements has a stamp file. It is created last, so that an interrupted installation is repeated. The
# stamp files of the other sets are deleted first, because .venv no longer matches them.
.venv/run: requirements/run.txt pyproject.toml
	$(call install,run)

.venv/dev: requirements/dev.txt pyproject.toml
	$(call install,dev)
	@touch .venv/run

.venv/lowest: requirements/lowest.txt pyproject.toml
	$(call install,lowest)

.venv/bench: requirements/bench.txt pyproject.toml
	$(call install,bench)

# The scanners have their own virtual environment, because their requirements conflict with those of the package.
.venv-scanners/done: requirements/scanners.txt tests/scanners/package-lock.json
	@echo "Installing requirements/scanners.txt into .venv-scanners ..."
	@$(PYTHON) -m venv --clear .venv-scanners
	@.venv-scanners/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --requirement $<
	@cp tests/scanners/package.json tests/scanners/package-lock.json tests/scanners/.npmrc .venv-scanners/
	@npm ci --silent --prefix .venv-scanners
	@touch $@

define install
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(NEW_ENOUGH)' || { echo "moorings requires Python 3.11 or newer; set PYTHON=..." >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@rm -f .venv/run .venv/dev .venv/lowest .venv/bench
	@echo "Installing requirements/$(1).txt into .venv ..."
	@$(PIP) install --require-hashes --requirement requirements/$(1).txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
endef

requirements: .venv/dev ## Update the locked requirements
	@$(PIP) install 'uv>=0.8'
	@for name in run dev lowest bench scanners; do PATH="$(BIN):$$PATH" requirements/lock $$name || exit 1; done

clean: ## Remove generated files
	@rm -rf .venv .venv-scanners .sandbox .mutation .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage dist
