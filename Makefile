# Everything a fresh clone needs. `make help` lists the targets; work once done is not done again.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/*.po)

.PHONY: help setup setup-dev demo serve test check format messages lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.base .venv/.package build/vendor/.stamp build/.messages ## everything a running Jiceng needs
	@:

setup-dev: setup .venv/.dev
	@:

demo: setup ## load the demo and serve it, e.g. ARGS="--no-serve"
	@$(BIN)/jiceng demo $(ARGS)

serve: setup ## serve what is in the data home, e.g. ARGS="--port 9000"
	@$(BIN)/jiceng serve $(ARGS)

test: setup-dev ## all tests and checks this machine can run, e.g. ARGS="--full" or ARGS="sqlite"
	@$(BIN)/python tools/test.py $(ARGS)

check: setup-dev ## lint, types, imports, templates, house rules
	@$(BIN)/python tools/test.py checks

format: setup-dev ## put the code in order
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

messages: setup-dev ## add new interface texts to the catalogues and list what is untranslated
	@$(BIN)/python tools/messages.py update
	@$(BIN)/python tools/messages.py missing

lock: setup-dev ## write all lock files anew, with the newest allowed versions
	@for name in tools base dev node spark; do \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --annotation-style line requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done
	@$(BIN)/python tools/frontend.py lock

clean: ## remove what set-up made; the data home stays
	rm -rf .venv build node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src tools tests -name __pycache__ -prune -exec rm -rf {} +
	rm -rf src/*.egg-info locale/*/LC_MESSAGES/*.mo

# Each stamp below says that a step is done for the files it stands on.
.venv/.tools: requirements/tools.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Jiceng needs Python 3.11 or newer; say which with make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python cannot make virtual environments here; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "setup: virtual environment"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

.venv/.base: .venv/.tools requirements/base.txt
	@echo "setup: locked packages"
	@$(INSTALL) --require-hashes -r requirements/base.txt
	@touch $@

.venv/.dev: .venv/.base requirements/dev.txt
	@echo "setup: locked packages for tests"
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

# Only the tests that ask a cluster, and installations that have one, want it: it is half a gigabyte.
.venv/.spark: .venv/.dev requirements/spark.txt
	@echo "setup: Spark"
	@$(INSTALL) --no-build-isolation --require-hashes -r requirements/spark.txt
	@touch $@

# Without build isolation nothing is fetched: setuptools is there, locked, from the first step.
.venv/.package: .venv/.base pyproject.toml
	@$(INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@

build/vendor/.stamp: .venv/.tools package.json package-lock.json .npmrc tools/frontend.py
	@$(BIN)/python tools/frontend.py
	@touch $@

build/.messages: .venv/.tools tools/messages.py $(CATALOGUES)
	@$(BIN)/python tools/messages.py compile
	@mkdir -p build && touch $@
