# Everything starts here: `make help`. Only Python 3.11 or newer and make are needed beforehand.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links
PARALLEL := --numprocesses=auto --maxprocesses=4
CODE := $(wildcard src tests bench examples)
LONG := races kills decimals model fuzz histories book exchange exchange_races

.PHONY: help run test check format lock bench clean $(LONG)

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z $$()A-Z]+:.*## / { printf "make %-10s %s\n", $$1 == "$$(LONG)" ? "NAME" : $$1, $$2 }' Makefile

run: $(VENV)/base.stamp ## start a demo server with a demo user on PORT (8000)
	@exec $(BIN)/steward demo --port $(PORT)

test: $(VENV)/dev.stamp ## run the tests; the domain and the use cases must be covered to the last branch
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest tests/domain tests/usecases $(PARALLEL)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --include='*/steward/domain/*,*/steward/usecases/*' --fail-under=100
	$(BIN)/python -m pytest --ignore=tests/domain --ignore=tests/usecases $(PARALLEL) --dist=loadfile

check: $(VENV)/dev.stamp ## format, lint, types, layers and docs: exactly what CI runs before the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --quiet tests/test_docs.py

format: $(VENV)/dev.stamp ## format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/tools.stamp ## write requirements/ again; ARGS=--upgrade takes the newest releases
	printf 'flit-core>=3.12,<4\nuv\n' | $(BIN)/$(LOCK) $(ARGS) --output-file requirements/uv.txt -
	$(BIN)/$(LOCK) $(ARGS) --output-file requirements/base.txt pyproject.toml
	$(BIN)/$(LOCK) $(ARGS) --extra otel --constraint requirements/base.txt \
	    --output-file requirements/otel.txt pyproject.toml
	$(BIN)/$(LOCK) $(ARGS) --extra otel --group dev --constraint requirements/otel.txt \
	    --output-file requirements/dev.txt pyproject.toml
	! grep -nE '://|--(extra-)?index|find-links|@ ' requirements/*.txt

bench: $(VENV)/dev.stamp ## measure, and print ratios
	$(BIN)/python -m bench
	$(BIN)/python -m bench book
	$(BIN)/python -m bench orders
	$(BIN)/python -m bench r50
	$(BIN)/python -m bench streams

$(LONG): $(VENV)/dev.stamp ## one of the long tests: races kills decimals model fuzz histories book exchange exchange_races
	$(BIN)/python -m tests.long $@

clean: ## remove what make made; data/ stays
	rm -rf $(VENV) dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A version manager's shim may stand on the PATH and yet not start, so each candidate is run.
$(VENV)/tools.stamp: requirements/uv.txt
	@for python in python3.14 python3.13 python3.12 python3.11 python3; do \
	    if $$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "$(VENV): $$($$python --version)"; \
	        $$python -m venv --clear $(VENV); \
	        break; \
	    fi; \
	done
	@test -x $(BIN)/python || { echo 'Python 3.11 or newer, with venv, is needed on the PATH.' >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

$(VENV)/base.stamp: requirements/base.txt pyproject.toml $(VENV)/tools.stamp
	$(INSTALL) --require-hashes --requirement $<
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/base.stamp
	$(INSTALL) --require-hashes --requirement $<
	@touch $@
