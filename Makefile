# Everything that people and CI run. All of it happens in .venv, which is made on first use.

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell command -v $(name) >/dev/null 2>&1 && $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
STACK ?=

.DEFAULT_GOAL := help
.PHONY: help preview test lint types check format benchmarks requirements clean

help: ## Show what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | column -t -s '|'

preview: .venv/run ## Show what every stack would deploy (STACK=kafka-development for one)
	@$(BIN)/moorings preview $(STACK)

test: .venv/dev ## Run the tests, with the coverage of the package
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest
	@$(BIN)/coverage report

lint: .venv/dev ## Look for mistakes and form
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: .venv/dev ## Check the types, with mypy and pyright
	@$(BIN)/mypy
	@$(BIN)/pyright

check: lint types test ## All of the above

format: .venv/dev ## Bring the code into form
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format

benchmarks: .venv/dev ## Measure what the components cost
	@$(BIN)/python benchmarks/components.py

# The stamp comes last, so that what was interrupted is done again.
.venv/run: requirements/run.txt pyproject.toml
	$(call install,run)

.venv/dev: requirements/dev.txt pyproject.toml
	$(call install,dev)
	@touch .venv/run

define install
	@test -n "$(PYTHON)" || { echo "moorings needs Python 3.11 or newer; name one with PYTHON=..." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing requirements/$(1).txt into .venv ..."
	@$(PIP) install --require-hashes --requirement requirements/$(1).txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
endef

requirements: ## Pin the requirements anew
	@for name in run dev lowest bench; do requirements/lock $$name; done

clean: ## Remove what was made
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
