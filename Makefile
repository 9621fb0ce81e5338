# `make` lists the targets. Everything is set up in .venv from hash-locked requirements when it is first needed.
PYTHON ?= python3
PY := .venv/bin/python
LOCK := dev
# What needs neither the generator nor other development tools.
LOWEST := tests/test_decoding.py tests/test_client.py
export PYTHONPATH := generated
export PYTHONDONTWRITEBYTECODE := 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
export PYRIGHT_PYTHON_CACHE_DIR := $(CURDIR)/.cache/pyright
OURS := generate.py templates tests examples benchmarks review

.DEFAULT_GOAL := help
.PHONY: help setup demo generate check test bench lock clean review-setup review upstream e2e

help:  ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/ready  ## Make .venv with what the other targets need.

.venv/ready: requirements/dev.txt
.venv-lowest/ready: requirements/lowest.txt
.venv%/ready .venv/ready:
	@command -v "$(PYTHON)" >/dev/null || { echo "Python 3.11 or newer is needed, and there is no $(PYTHON): install it, or say where one is: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, and $(PYTHON) is $$("$(PYTHON)" --version 2>&1): say where a newer one is: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Setting up $(@D) (the first time takes a minute) ..."
	@mkdir -p .cache && rm -rf "$(@D)" && { "$(PYTHON)" -m venv "$(@D)" && "$(@D)/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements/$(LOCK).txt; } >.cache/setup.log 2>&1 || { cat .cache/setup.log >&2; rm -rf "$(@D)"; exit 1; }
	@touch "$@"

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

matrix: setup  ## Run the tests under each other Python that is installed, and with the lowest dependencies.
	@for version in 3.11 3.12 3.13; do \
	  found=; for python in python$$version "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/$$version.*/bin/python; do \
	    "$$python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$$version')" 2>/dev/null && found=$$python; done; \
	  if [ -z "$$found" ]; then echo "Python $$version: not installed, not tested"; continue; fi; \
	  echo "Python $$version:"; \
	  $(MAKE) --no-print-directory .venv-$$version/ready PYTHON="$$found" LOCK=dev && .venv-$$version/bin/python generate.py --check && \
	    .venv-$$version/bin/python -m pytest || exit 1; done
	@echo "The lowest dependencies:"
	@$(MAKE) --no-print-directory .venv-lowest/ready LOCK=lowest && .venv-lowest/bin/python -m pytest $(LOWEST)

# Both look into review/, whose tests run its engines.
check test: review-setup

review-setup: .venv/review  ## Prepare the engines of `make review`.

.venv/review: .venv/ready requirements/review.txt review/package.json
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements/review.txt
	@$(PY) -m review setup && touch "$@"

review: review-setup  ## Say what a change of the spec breaks: [BASE=<git ref>] [ARGS="--format html --output FILE"].
	@$(PY) -m review tree $(BASE) $(ARGS)

upstream: review-setup  ## Say how the spec differs from the vendor's document: SPEC=<file> [ARGS=...].
	@test -n "$(SPEC)" || { echo "say which document: make upstream SPEC=<file>" >&2; exit 2; }
	@$(PY) -m review upstream "$(SPEC)" $(ARGS)

e2e: review-setup  ## Open the review's page in the system's Chromium, and judge all mutations.
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements/e2e.txt
	@$(PY) -m pytest tests/review/page_e2e.py tests/review/packages_e2e.py

lock: setup  ## Write the hash-locked requirements anew from requirements/*.in.
	@for name in $(basename $(notdir $(wildcard requirements/*.in))); do \
	  $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-annotate --no-header requirements/$$name.in -o requirements/$$name.txt || exit 1; done

clean:  ## Remove what the other targets made, but for generated/.
	@rm -rf .venv .venv-* .cache build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
