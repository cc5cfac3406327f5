# The project's commands. `make` alone lists them.
#
# PYTHON=/path/to/python   the interpreter for .venv; without it, the first of python3.13, 3.12, 3.11, python3 and python
#                          that really runs (a name on the PATH may be a shim that does not) and is 3.11 to 3.13.
# PORT, DATABASE_URL, DATABASE_OWNER_URL, DATA_DIR   are handed to `make run`; BASE_URL to `make demo`.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help audit-dependencies setup run demo test test-browser test-clients test-crash test-idp check bench lint fix deep openapi assurance lock law-report law-coverage

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LONG := $(VENV)/.ready-long

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## make .venv from the hashed lock; does nothing when it is up to date

run: $(READY) ## start everything in ./var and serve http://127.0.0.1:8000; Ctrl-C stops it
	@exec $(BIN)/python -m app run

demo: $(READY) ## play one referral from the police system to the scrutiny sample against BASE_URL
	@exec $(BIN)/python -m app demo

test: $(READY) ## everything that must pass: all checks and all tests, every failure reported
	@exec $(BIN)/python tools/check.py

# Node 20 and Chromium are wanted here alone. CHROMIUM=/path/to/chromium; SCREENSHOTS=/folder keeps pictures of the pages.
CHROMIUM ?= /usr/bin/chromium
BROWSER := tests/browser
test-browser: $(READY) ## open the pages that people read in Chromium: accessible, no script, a case to a sheet
	@[ -x "$(CHROMIUM)" ] || { echo "There is no Chromium at $(CHROMIUM): install one, or set CHROMIUM=/path/to/chromium" >&2; exit 1; }
	@command -v npm >/dev/null || { echo "There is no npm: install Node 20 or newer" >&2; exit 1; }
	@cd $(BROWSER) && { cmp -s package-lock.json node_modules/.lock || { npm ci && cp package-lock.json node_modules/.lock; }; }
	@cd $(BROWSER) && CHROMIUM="$(CHROMIUM)" npm test

check: test ## the same under the name that the habits of the project use

lint: $(READY) ## the checks alone, without the tests
	@exec $(BIN)/python tools/check.py --lint

fix: $(READY) ## repair what a machine can: format, imports, simple lint
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

law-report: $(READY) ## write docs/law-report.md and docs/law-coverage.md from the law and its cases
	@exec $(BIN)/python tools/law_pages.py

law-coverage: law-report ## the same

deep: $(LONG) ## everything of `make test`, and what is too long for every run
	@exec $(BIN)/python tools/check.py --deep

bench: $(LONG) ## measure against floors, a quarter of an hour; `python -m benchmarks NAME` measures one thing
	@exec $(BIN)/python -m benchmarks

test-clients: $(READY) ## make the example clients from the OpenAPI document, check and run them; needs Node.js
	@exec $(BIN)/python tools/clients.py

test-crash: $(READY) ## what any crash must leave true: kills, restarts, two processes behind nginx (which must be installed)
	@command -v nginx >/dev/null || { echo "nginx is not installed (Debian: apt-get install nginx-light)" >&2; exit 1; }
	@exec $(BIN)/pytest --no-header -m "not deep" tests/crash

test-idp: $(READY) ## tokens of a real provider, installed by npm (Node 20 or later): rotation, DPoP, mutual TLS
	@command -v npm >/dev/null || { echo "npm is not installed (Debian: apt-get install npm)" >&2; exit 1; }
	@cd tests/idp && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@exec $(BIN)/pytest --no-header -m idp tests/idp

openapi: $(READY) ## write openapi/openapi.json from the code
	@exec $(BIN)/python -m app openapi

assurance: $(READY) ## write docs/assurance from code and lists, and print what is met
	@$(BIN)/python -m tools.walls
	@$(BIN)/python tools/sbom.py
	@$(BIN)/python tools/assurance.py

audit-dependencies: $(LONG) ## hold the locks against known vulnerabilities, and say what could not be
	@exec $(BIN)/python tools/audit_dependencies.py

lock: $(READY) ## resolve requirements/*.in anew into the hashed locks
	@exec $(BIN)/python tools/lock.py

# The stamp holds the digest of the locks, so that a fresh clone, a changed lock or a broken .venv makes it anew.
$(READY): requirements-dev.txt requirements-uv.txt tools/install.py
	@set -e; \
	if ! $(BIN)/python -c 'import pip' >/dev/null 2>&1; then \
	  for name in "$(PYTHON)" python3.13 python3.12 python3.11 python3 python; do \
	    [ -n "$$name" ] || continue; \
	    if "$$name" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	      >/dev/null 2>&1; then python=$$name; break; fi; \
	    [ "$$name" != "$(PYTHON)" ] || { echo "PYTHON=$$name does not run, or is not Python 3.11 to 3.13 with venv" >&2; exit 1; }; \
	  done; \
	  [ -n "$$python" ] || { echo "No Python 3.11 to 3.13 with venv found; install one or set PYTHON=/path/to/python" >&2; exit 1; }; \
	  rm -rf $(VENV); \
	  "$$python" -m venv $(VENV); \
	fi; \
	$(BIN)/python tools/install.py; \
	touch $@

# What only the long targets need, on top.
$(LONG): $(READY) requirements-long.txt
	@$(BIN)/python tools/install.py --long
	@touch $@
