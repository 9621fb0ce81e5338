# `make` lists the targets. They install what they need into .venv, from hash-locked requirements.
PYTHON ?= python3
PY := .venv/bin/python
DIST := .venv-dist/bin
# Tests that need neither the generator nor other development tools.
LOWEST := $(addprefix tests/client/test_,$(addsuffix .py,attrs dates decoding client connections errors retries timeouts pages secrets lifecycle \
  logging other_servers flood storms private_names environment))
# Tests of what all transports do.
TRANSPORTS := $(addprefix tests/client/test_,$(addsuffix .py,client errors batches retries timeouts secrets pages lifecycle))
# Two for two cores: each worker collects all tests, which takes as long as a hundred of them.
IN_PARALLEL := -n 2 --dist worksteal
export PYTHONPATH := generated:cli:testing
# Tests start hundreds of Pythons, each of which would compile the package without bytecode.
export PYTHONDONTWRITEBYTECODE :=
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
export PYRIGHT_PYTHON_CACHE_DIR := $(CURDIR)/.cache/pyright
OURS := generator cli testing tests examples docs review .github/release.py
# Empty if the review does not differ from the main branch; CI runs everything.
REVIEW_FILES := review tests/review requirements/review.in requirements/review.txt requirements/review-wire.in requirements/review-wire.txt
REVIEW_TOUCHED = $(shell test -z "$$CI" && base=$$(git merge-base HEAD origin/main 2>/dev/null || git merge-base HEAD main 2>/dev/null) \
  && git diff --quiet "$$base" -- $(REVIEW_FILES) && test -z "$$(git ls-files --others --exclude-standard -- $(REVIEW_FILES))" || echo yes)

.DEFAULT_GOAL := help
.PHONY: help setup demo generate check test coverage transports soak contract record e2e e2e-client documents corpus matrix lowest newest company thorough migrating bench lock audit clean \
  docs docs-check dist release-check hooks \
  review review-setup review-page test-review upstream

help:  ## List the targets.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/ready  ## Install what most other targets need into .venv.

# pip installs uv, which installs the rest in a tenth of pip's time; `pip install --require-hashes -r` does the same.
INSTALL := install --quiet --disable-pip-version-check --no-input --require-hashes -r
define set-up
@"$(PYTHON)" -c "" 2>/dev/null || { echo "Python 3.11 or newer is needed, and there is no $(PYTHON) that runs: install it, or say where one is: make PYTHON=/path/to/python3.12" >&2; exit 1; }
@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, and $(PYTHON) is $$("$(PYTHON)" --version 2>&1): say where a newer one is: make PYTHON=/path/to/python3.12" >&2; exit 1; }
@echo "Setting up $(@D) ..."
@mkdir -p .cache && { { test -e "$(@D)/demo" -a ! -e "$(@D)/ready" -a -z "$(OTHER_PYTHON)" || { rm -rf "$(@D)" && { "$(PYTHON)" -m pip --version && "$(PYTHON)" -m venv --without-pip "$(@D)" || "$(PYTHON)" -m venv "$(@D)"; } && \
  { "$(PYTHON)" -m pip --python "$(@D)/bin/python" $(INSTALL) requirements/setup.txt || "$(@D)/bin/python" -m pip $(INSTALL) requirements/setup.txt; }; }; } && \
  "$(@D)/bin/python" -m uv pip install --python "$(@D)/bin/python" --quiet --require-hashes -r $<; } >.cache/setup.log 2>&1 || { cat .cache/setup.log >&2; rm -rf "$(@D)"; exit 1; }
@touch "$@"
endef

# An environment of another Python than PYTHON is made again.
ifneq ($(origin PYTHON),file)
OTHER_PYTHON := $(shell test -x $(PY) && { asked=$$("$(PYTHON)" --version 2>&1); has=$$($(PY) --version 2>&1); test "$$asked" = "$$has" || echo "$$has"; })
endif

.venv/ready: requirements/dev.txt $(if $(OTHER_PYTHON),another-python)
	$(set-up)
# The part of it that `make demo` needs.
.venv/demo: requirements/demo.txt $(if $(OTHER_PYTHON),another-python)
	$(set-up)
.PHONY: another-python
another-python:
	@echo ".venv has $(OTHER_PYTHON), and $(PYTHON) is asked for: it is made again."
.venv-lowest/ready: requirements/lowest.txt
	$(set-up)
# A separate environment, since neither the package nor its tests may depend on the peers.
.venv-bench/ready: requirements/bench.txt
	$(set-up)
.venv-company/ready: requirements/company.txt
	$(set-up)
.venv-docs/ready: requirements/docs.txt
	$(set-up)
.venv-dist/ready: requirements/dist.txt
	$(set-up)
.venv-audit/ready: requirements/audit.txt
	$(set-up)
.venv-%/ready: requirements/dev.txt
	$(set-up)

demo: $(if $(wildcard .venv/ready),setup,.venv/demo)  ## Show that it works: regenerate, start a server on loopback, run the example, export.
	@echo "1. The generator makes the package from openapi.yaml, and compares it with generated/:"
	@$(PY) -m generator --check
	@echo "2. An embedded server starts on loopback, with three stored completions in it."
	@echo "3. examples/get_chat_completion.py runs against it and prints the completion:"
	@echo
	@$(PY) -m stored_completions_testing $(PY) examples/get_chat_completion.py
	@echo
	@echo "4. The command stored-completions shows the completion of the reference page, from a server that has it:"
	@echo
	@$(PY) -m stored_completions_testing --completion tests/fixtures/reference/chat_completion.json \
	  $(PY) -m stored_completions_cli get chatcmpl-abc123
	@echo
	@echo "5. It exports what the server has; this is the first line:"
	@echo
	@folder=$$(mktemp -d) && trap 'rm -r "$$folder"' EXIT && \
	  $(PY) -m stored_completions_testing $(PY) -m stored_completions_cli export "$$folder/all.jsonl" && head -1 "$$folder/all.jsonl"

generate: setup  ## Regenerate generated/ from openapi.yaml, and list the changed files.
	@$(PY) -m generator

check: setup  ## Check for drift, outdated templates and an invalid spec, and run ruff, codespell, zizmor, mypy and pyright.
	@$(PY) -m generator --check
	@$(PY) -m ruff check --quiet . && $(PY) -m ruff format --check --quiet .
	@.venv/bin/codespell && .venv/bin/zizmor --offline --no-progress --quiet .github
	@$(PY) -m mypy generated/stored_completions $(wildcard $(OURS))
	@$(PY) -m pyright

test: setup $(if $(REVIEW_TOUCHED),review-setup)  ## Run the tests; CI=1 for all cases, and the review's tests even if the review was not changed.
	@$(PY) -m pytest --sample $(IN_PARALLEL) $(if $(REVIEW_TOUCHED),,--ignore tests/review)
	@$(if $(REVIEW_TOUCHED),,echo "tests/review was left out: nothing of the review is touched; make test-review runs it")

# A separate environment: Python 3.11's tracing loses the lines after a coroutine that raised.
COVERED := .venv-coverage/bin/python
coverage:  ## Run the tests, and list the lines and branches that they do not cover: [PYTHON=python3.13].
	@"$(PYTHON)" -c "import sys; sys.exit(sys.version_info < (3, 12))" 2>/dev/null || { echo "Python 3.12 or newer is needed to measure the coverage, and $(PYTHON) is none: say where one is: make coverage PYTHON=python3.13" >&2; exit 1; }
	@$(MAKE) --no-print-directory .venv-coverage/ready
	@$(COVERED) -m uv pip install --python $(COVERED) --quiet --require-hashes -r requirements/review.txt
	@rm -rf .cache/coverage && mkdir -p .cache/coverage
	@CI=1 $(COVERED) -m coverage run -m pytest $(IN_PARALLEL) --timeout 300
	@$(COVERED) -m coverage run -m pytest $(IN_PARALLEL) --timeout 300 --transports httpx2,aiohttp $(TRANSPORTS)
	@$(COVERED) -m coverage combine --quiet
	@echo "generated/, and so generator/runtime/:" && $(COVERED) -m coverage report --include 'generated/*' --fail-under 100
	@echo "All else:" && $(COVERED) -m coverage report --omit 'generated/*'

soak: setup  ## Test the command with a million completions, more kills, and all faults in all commands.
	@CI=1 WHOLE_PRODUCT=1 $(PY) -m pytest $(IN_PARALLEL) $(addprefix tests/cli/,soak.py $(addprefix test_,$(addsuffix .py,laws odd disk cluster)))

transports: setup  ## Run the tests of transports with httpx2 and aiohttp.
	@$(PY) -m pytest $(IN_PARALLEL) --transports httpx2,aiohttp $(TRANSPORTS)

contract: setup  ## Check the fixtures, openapi.yaml and the client against each other, and list what each lacks.
	@$(PY) -m tests.programs.contract

record: setup  ## Record the fixtures again, from ogx; BASE_URL=... and OPENAI_API_KEY: from another server, reading only.
	@$(PY) -m tests.programs.record $(if $(BASE_URL),--base-url "$(BASE_URL)") $(if $(SERVER),--server "$(SERVER)") \
	  $(if $(VERSION),--version "$(VERSION)") $(if $(MODEL),--model "$(MODEL)")

e2e: e2e-client review-page  ## Run the tests that need more than Python: other servers, and the page in a browser.

e2e-client: setup  ## Run the client against ogx and Steady; needs Python >= 3.12, node and npm.
	@$(PY) -m tests.programs.e2e

documents: review-setup  ## Generate and drive the packages of other APIs' documents, and write docs/documents.md: [DOCUMENTS="name ..."].
	@$(PY) -m tests.programs.documents $(DOCUMENTS)

corpus: setup  ## Decode the JSON, JSON Lines or VCR files in FILES=..., and list what the spec does not declare.
	@$(PY) -m tests.programs.corpus $(FILES)

matrix: setup  ## Run the tests with each other installed Python, and with the lowest dependencies.
	@tested=$$($(PY) -c "import sys; print('%d.%d' % sys.version_info[:2])"); for version in 3.11 3.12 3.13 3.14; do \
	  if [ $$version = $$tested ]; then echo "Python $$version: what make test runs under"; continue; fi; \
	  found=; for python in python$$version "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/$$version.*/bin/python; do \
	    "$$python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$$version')" 2>/dev/null && found=$$python; done; \
	  if [ -z "$$found" ]; then echo "Python $$version: not installed, not tested"; continue; fi; \
	  echo "Python $$version:"; \
	  $(MAKE) --no-print-directory .venv-$$version/ready PYTHON="$$found" && .venv-$$version/bin/python -m generator --check && \
	    .venv-$$version/bin/python -m pytest $(IN_PARALLEL) --ignore tests/review || exit 1; done
	@$(MAKE) --no-print-directory lowest

lowest: .venv-lowest/ready  ## Run the client's tests with the lowest allowed versions of its dependencies.
	@.venv-lowest/bin/python -m pytest $(IN_PARALLEL) $(LOWEST)

# Too slow for `.ci/run`; run before a release.
# Not locked, so not reviewed: it runs where nothing can be written or published.
newest:  ## Run the client's tests with the newest versions of everything, pre-releases included.
	@rm -rf .venv-newest && "$(PYTHON)" -m venv .venv-newest
	@.venv-newest/bin/python -m pip install --quiet --disable-pip-version-check --pre --upgrade -r requirements/newest.in
	@.venv-newest/bin/python -m pip list --disable-pip-version-check
	@.venv-newest/bin/python -m pytest $(IN_PARALLEL) $(LOWEST)

# A separate environment, since some of these tools patch other packages when they are imported.
company: .venv-company/ready  ## Test the client with tools that trace, mock or record httpx, beside the vendor's SDK.
	@.venv-company/bin/python -m pytest -n 2 tests/client/test_company.py

# All cases of the tests; other targets run a part of them (tests/support/amount.py).
thorough: export CI := 1
thorough: company transports soak matrix migrating release-check docs  ## Run everything that is too slow for CI.
	@$(MAKE) --no-print-directory test
	@if "$(PYTHON)" -c "import sys; sys.exit(sys.version_info < (3, 12))"; then $(MAKE) --no-print-directory coverage; else echo "make coverage was not run: it needs Python 3.12 or newer"; fi
	@if $(PY) -m tests.programs.e2e --check; then $(MAKE) --no-print-directory e2e-client; else echo "make e2e-client was not run: see above for what it needs"; fi
	@if command -v chromium || command -v google-chrome; then $(MAKE) --no-print-directory review-page docs-check; else echo "make review-page and docs-check were not run: they need Chromium"; fi

migrating: .venv-bench/ready  ## Check the tests' statements about openai-python, and docs/migrating.md, with openai-python.
	@.venv-bench/bin/python -m tests.programs.migrating

bench: setup .venv-bench/ready  ## Measure calls, decoding and import beside the peers; writes tests/programs/benchmarks/results.md.
	@$(PY) -m tests.programs.benchmarks --python .venv-bench/bin/python
	@$(PY) -m tests.programs.benchmarks.export --python .venv-bench/bin/python

# These tools check review/ too.
check matrix: review-setup

review-setup: .cache/review/ready  ## Install what the review needs.

.cache/review/ready: .venv/ready requirements/review.txt
	@$(PY) -m uv pip install --python $(PY) --quiet --require-hashes -r requirements/review.txt
	@mkdir -p $(@D) && touch "$@"

test-review: review-setup  ## Run the tests of the review.
	@$(PY) -m pytest $(IN_PARALLEL) tests/review

# make's status is 2 for every failure; the last line, `review: status N (...)`, has the review's.
review: review-setup  ## Print what a change of the spec breaks: [BASE=<git ref>] [ARGS="--format html --output FILE"].
	@$(PY) -m review tree $(BASE) $(ARGS)

upstream: review-setup  ## Print how the spec differs from the vendor's document: SPEC=<file> [ARGS=...].
	@test -n "$(SPEC)" || { echo "say which document: make upstream SPEC=<file>" >&2; exit 2; }
	@$(PY) -m review upstream "$(SPEC)" $(ARGS)

review-page: review-setup  ## Test the review's page in the system's Chromium, and run the review's slow tests.
	@$(PY) -m uv pip install --python $(PY) --quiet --require-hashes -r requirements/page.txt
	@$(PY) -m pytest tests/review/page_e2e.py tests/review/packages_e2e.py

docs: setup .venv-docs/ready  ## Build the documentation into build/site, with warnings as errors, and check its links.
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --quiet --config-file .github/mkdocs.yml
	@.venv-docs/bin/linkchecker --no-status --no-warnings --ignore-url '^https?:' build/site/index.html >.cache/links.log 2>&1 || \
	  { cat .cache/links.log >&2; exit 1; }
	@echo "build/site/index.html is the documentation."

docs-check: docs  ## Test all pages in the system's Chromium: errors, accessibility, phone width, dark mode.
	@$(PY) -m uv pip install --python $(PY) --quiet --require-hashes -r requirements/page.txt
	@$(PY) -m pytest $(IN_PARALLEL) tests/docs/site_e2e.py

# Built twice, also from a copy elsewhere with other times: the bytes must be the same.
dist: setup .venv-dist/ready  ## Build the sdist and the wheel, check them, and run a program with the wheel alone.
	@rm -rf dist .cache/dist && mkdir -p .cache/dist/copy
	@git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t .cache/dist/copy
	@for tree in . .cache/dist/copy; do \
	  $(DIST)/python -m build --no-isolation "$$tree" >.cache/dist/log 2>&1 || { cat .cache/dist/log >&2; exit 1; }; done
	@diff -r dist .cache/dist/copy/dist && echo "Two builds have the same bytes."
	@$(DIST)/twine check --strict dist/*
	@$(DIST)/check-wheel-contents dist/*.whl
	@# The project has no address: problems are reported where [project.urls] says.
	@$(DIST)/pyroma --min=10 --quiet --skip-tests AuthorEmail dist/*.tar.gz
	@tar -xf dist/*.tar.gz -C .cache/dist --strip-components=1 --one-top-level=sdist && cd .cache/dist/sdist && $(CURDIR)/$(PY) -m generator --check
	@$(PY) -m venv .cache/dist/venv && .cache/dist/venv/bin/pip install --quiet --disable-pip-version-check "$$(echo dist/*.whl)[testing]"
	@cd .cache/dist && env -u PYTHONPATH venv/bin/python -m stored_completions_testing venv/bin/python ../../examples/get_chat_completion.py

release-check: check dist review-setup  ## Run all steps of a release before publishing: [TAG=v1.2.3].
	@previous=$$($(PY) .github/release.py --previous); if [ -n "$$previous" ]; then \
	  $(MAKE) --no-print-directory review BASE="$$previous"; else echo "No release before this one: nothing to review."; fi
	@$(DIST)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-format JSON \
	  --output-file .cache/dist/sbom.json .cache/dist/venv/bin/python && echo ".cache/dist/sbom.json is the SBOM."
	@$(PY) .github/release.py $(if $(TAG),--tag "$(TAG)") --output .cache/dist/notes.md

hooks: setup  ## Let git run the quick checks and check the subject of each commit (pre-commit).
	@.venv/bin/pre-commit install

lock: setup  ## Update the hash-locked requirements from requirements/*.in: [UPGRADE=1] for the newest versions.
	@for name in dev $(filter-out dev runtime newest,$(basename $(notdir $(wildcard requirements/*.in)))); do \
	  case $$name in ogx) version=3.12 ;; *) version=3.11 ;; esac; case $$name in demo|setup) like="-c requirements/dev.txt" ;; *) like= ;; esac; \
	  $(PY) -m uv pip compile $$like --quiet --universal --python-version $$version --generate-hashes --no-emit-index-url $(if $(UPGRADE),--upgrade) \
	    --no-annotate --no-header requirements/$$name.in -o requirements/$$name.txt || exit 1; done

audit: .venv-audit/ready  ## List locked packages with known vulnerabilities; needs the network.
	@failed=; for file in $(filter-out requirements/lowest.txt,$(wildcard requirements/*.txt)); do \
	  echo "$$file:"; .venv-audit/bin/pip-audit --disable-pip --require-hashes -r "$$file" || failed=1; done; test -z "$$failed"

clean:  ## Remove everything that the other targets made, except generated/.
	@rm -rf .venv .venv-* .cache build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
