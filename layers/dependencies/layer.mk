# Installs requirements.txt for Lambda's Python and processor, whatever this machine's own are, and drops what Lambda
# never reads. Included by the Makefile of each architecture, which says what its PLATFORM is; `sam build` runs it in a
# copy of this folder.
PYTHON ?= python3
SITE = $(ARTIFACTS_DIR)/python

# --no-deps: requirements.txt is complete, and pip would look for what this machine's Python needs beside it.
# --no-compile: bytecode of this machine's Python is of no use to Lambda's.
build-DependenciesLayer:
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile \
		--only-binary=:all: --platform $(PLATFORM) --implementation cp --python-version 3.13 \
		--target "$(SITE)" --requirement requirements.txt
	rm -rf "$(SITE)/bin"
# Of the more than 400 services that botocore describes the functions call one.
	find "$(SITE)/botocore/data" -mindepth 1 -maxdepth 1 -type d ! -name dynamodb -exec rm -r {} +
# METADATA stays: packages ask it for one another's versions (pydantic for email-validator's), and scanners of Lambda
# functions know packages by it.
	find "$(SITE)" -path '*.dist-info/*' -type f ! -name METADATA -exec rm {} +
	find "$(SITE)" -type d -empty -delete
