# The version of Python that the functions run on, as major.minor. template.yaml sets it.
RUNTIME := $(shell sed -n 's/^ *Runtime: python//p' "$(dir $(lastword $(MAKEFILE_LIST)))../template.yaml")
$(if $(filter 1,$(words $(RUNTIME))),,$(error template.yaml needs one line `Runtime: python3.N`, under Globals))
