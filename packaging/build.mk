# `sam build` runs one of these targets for each function and layer, in a copy of its folder. The target puts the files
# for Lambda into ARTIFACTS_DIR. The Makefile of each architecture includes this file, because SAM does not pass the
# architecture to make.
PYTHON ?= python3
HERE := $(dir $(lastword $(MAKEFILE_LIST)))
LAYER = $(ARTIFACTS_DIR)/python
RUNTIME := $(or $(shell "$(HERE)runtime-version"),$(error $(HERE)runtime-version has failed))

# Lambda's folders are read-only, so without bytecode Python compiles every module at every cold start. Only the
# runtime's own version of Python can write its bytecode. Without that version the build continues without bytecode.
COMPILER := $(shell "$(HERE)find-python" $(RUNTIME))

# $(call compile,FOLDER) compiles all modules in ARTIFACTS_DIR. FOLDER is the path of ARTIFACTS_DIR on Lambda, so that
# tracebacks name the files on Lambda, and the bytecode does not depend on the folder in which it was compiled.
# unchecked-hash: Python does not compare the bytecode with the time of the source, which changes with every upload.
compile = $(if $(COMPILER),"$(COMPILER)" -m compileall -q --invalidation-mode unchecked-hash \
	-s "$(ARTIFACTS_DIR)" -p $(1) "$(ARTIFACTS_DIR)")

# SAM CLI prints the output of make.
.SILENT:

build-%Function:
	cp *.py "$(ARTIFACTS_DIR)"
	$(call compile,/var/task)

# The documentation page: its own files, and those files of Swagger UI that it loads. --ignore-scripts: packages run
# nothing on this machine.
build-DocsFunction:
	npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	mkdir -p "$(ARTIFACTS_DIR)/swagger-ui"
	cp -R app.py openapi.json page "$(ARTIFACTS_DIR)"
	cd node_modules/swagger-ui-dist && cp LICENSE NOTICE swagger-ui.css swagger-ui-bundle.js favicon-32x32.png \
		"$(ARTIFACTS_DIR)/swagger-ui"
	$(call compile,/var/task)

# `find` removes the bytecode that Python wrote on this machine.
build-DossiersLayer:
	mkdir -p "$(LAYER)"
	cp -R dossiers "$(LAYER)"
	find "$(LAYER)" -name __pycache__ -type d -prune -exec rm -r {} +
	$(call compile,/opt)

# The options of pip select packages for Lambda's Python and processor instead of this machine's.
# --no-deps: requirements.txt is complete, and pip would add packages that only this machine's Python needs.
# --no-compile: Lambda's Python cannot read bytecode of this machine's Python.
build-DependenciesLayer:
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile \
		--only-binary=:all: --platform $(PLATFORM) --implementation cp --python-version $(RUNTIME) \
		--target "$(LAYER)" --requirement requirements.txt
	$(PYTHON) "$(HERE)trim.py" "$(LAYER)"
	find "$(LAYER)" -type d -empty -delete
	$(call compile,/opt)
	$(if $(COMPILER),,echo "No Python $(RUNTIME) was found: built without bytecode, so cold starts take three times as long")
