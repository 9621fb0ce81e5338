# `make` lists the targets. Everything is set up in .venv from hash-locked requirements when it is first needed.
PYTHON ?= python3
PY := .venv/bin/python
RUNTIME := .venv/runtime
export PYTHONPATH := generated
export PYTHONDONTWRITEBYTECODE := 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
export PYRIGHT_PYTHON_CACHE_DIR := $(CURDIR)/.cache/pyright
OURS := generate.py templates tests examples benchmarks review

.DEFAULT_GOAL := help
.PHONY: help setup demo generate check test bench lock clean

help:  ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/dev  ## Make .venv with what the other targets need.

.venv/dev: requirements/dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, and there is no $(PYTHON): install it, or say where it is: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, and $(PYTHON) is $$($(PYTHON) --version 2>&1): say where a newer one is: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Setting up .venv (the first time takes a minute) ..."
	@mkdir -p .cache && rm -rf .venv && { $(PYTHON) -m venv .venv && $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements/dev.txt; } >.cache/setup.log 2>&1 || { cat .cache/setup.log >&2; rm -rf .venv; exit 1; }
	@touch $@

demo: setup  ## See it work: regenerate, start the embedded server, run the example against it.
	@echo "1. openapi.yaml is fed to openapi-python-client, and the output compared with generated/:"
	@$(PY) generate.py --check
	@echo "2. An embedded server starts on loopback, with the stored completions of tests/fixtures/ in it."
	@echo "3. examples/get_chat_completion.py runs against it and prints the completion:"
	@echo
	@$(PY) -m tests.server $(PY) examples/get_chat_completion.py

generate: setup  ## Regenerate generated/ from openapi.yaml, and say which files changed.
	@$(PY) generate.py

check: setup  ## Find drift, stale overrides, an invalid spec, and what ruff, mypy and pyright find.
	@$(PY) generate.py --check
	@$(PY) -m ruff check --quiet . && $(PY) -m ruff format --check --quiet .
	@$(PY) -m mypy generated/stored_completions $(wildcard $(OURS))
	@$(PY) -m pyright

test: setup  ## Run all the tests.
	@$(PY) -m pytest

lock: setup  ## Write the hash-locked requirements anew from requirements/*.in.
	@for name in $(basename $(notdir $(wildcard requirements/*.in))); do \
	  $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-annotate --no-header requirements/$$name.in -o requirements/$$name.txt || exit 1; done

clean:  ## Remove what the other targets made, but for generated/.
	@rm -rf .venv .venv-* .cache build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
