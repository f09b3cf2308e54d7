# What `sam build` runs for every function and layer, in a copy of its folder, to fill ARTIFACTS_DIR. Included by the
# Makefile of each architecture, since SAM tells make the architecture in no other way.
PYTHON ?= python3
RUNTIME := 3.13
HERE := $(dir $(lastword $(MAKEFILE_LIST)))
LAYER = $(ARTIFACTS_DIR)/python

# Lambda's folders cannot be written to, so that Python would compile every module again at every cold start. Bytecode
# is good for one minor version of Python only, and made where this machine has that. Unchecked: Python takes it without
# looking at the source's time, which is not the same after each upload.
COMPILER := $(shell "$(HERE)find-python" $(RUNTIME))

# $(call compiled,FOLDER): compiles everything in ARTIFACTS_DIR, which is FOLDER on Lambda; so tracebacks name the files
# that are there, and the bytes do not depend on where they were built.
compiled = $(if $(COMPILER),"$(COMPILER)" -m compileall -q --invalidation-mode unchecked-hash \
	-s "$(ARTIFACTS_DIR)" -p $(1) "$(ARTIFACTS_DIR)")

# SAM shows whatever is printed.
.SILENT:
.PHONY: build-IndexFunction build-SearchFunction build-CreateFunction build-DossiersLayer build-DependenciesLayer

build-IndexFunction build-SearchFunction build-CreateFunction:
	cp *.py "$(ARTIFACTS_DIR)"
	$(call compiled,/var/task)

# Without the bytecode that test runs put beside the source.
build-DossiersLayer:
	mkdir -p "$(LAYER)"
	cp -R dossiers "$(LAYER)"
	find "$(LAYER)" -name __pycache__ -type d -prune -exec rm -r {} +
	$(call compiled,/opt)

# requirements.txt is installed for Lambda's Python and processor, whatever this machine's own are.
# --no-deps: it is complete, and pip would look for what this machine's Python needs beside it.
# --no-compile: bytecode of this machine's Python is of no use to Lambda's.
build-DependenciesLayer:
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile \
		--only-binary=:all: --platform $(PLATFORM) --implementation cp --python-version $(RUNTIME) \
		--target "$(LAYER)" --requirement requirements.txt
	$(PYTHON) "$(HERE)trim.py" "$(LAYER)"
	find "$(LAYER)" -type d -empty -delete
	$(call compiled,/opt)
	$(if $(COMPILER),,echo "No Python $(RUNTIME) was found: built without bytecode, so cold starts take three times as long")
