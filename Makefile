# `make help` lists the targets. Everything lives in .venv, which make creates and `make clean` removes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# What is installed in .venv. A stamp older than pyproject.toml is made anew.
CORE := $(VENV)/.core
TEST := $(VENV)/.test
SITE := $(VENV)/.site

# An environment of its own for the lowest versions, without torch. The tools of the tests need not be old.
LOWEST_VENV := .venv-lowest
LOWEST := $(LOWEST_VENV)/.installed

# What npm has installed for the playground.
NODE_MODULES := playground/node_modules/.package-lock.json

# Stands for as long as an installation runs. Where it is found at the start, the last one was cut off and may have left
# half a package behind that pip takes for a whole one, so .venv is made from nothing.
UNFINISHED := $(VENV)/.unfinished
CUT_OFF := $(if $(wildcard $(UNFINISHED)),FORCE)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test verify verify-all lint lowest format golden site versions playground clean FORCE

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(CORE) ## compile ResNet-50 and show what came out; installs the compiler alone, no torch
	$(BIN)/resnetgen build specs/resnet50.yaml
	$(BIN)/resnetgen show resnet50
	sed -n '1,60p' generated/resnet50.py

test: lint ## lint, then run the tests
	$(BIN)/pytest -n 2

# Other networks have the same blocks. The last two lines are of what takes longest, on networks that share
# little.
verify: $(TEST) ## run the flagships, and compare what they do with what is said of them
	$(BIN)/resnetgen verify $$(cat generated/flagships.txt) --input-size smallest --device cpu --checks prediction
	$(BIN)/resnetgen verify resnet20 resnet18_1d ecaresnet26t --input-size smallest --device cpu --checks behaviour,tools --skip compile
	$(BIN)/resnetgen verify resnet20 --input-size smallest --device cpu --checks compile

# What takes no training step tells as much of these; `pytest -m slow` has the rest, with those whose weights alone are
# gigabytes.
verify-all: $(TEST) ## run the whole collection, and compare what it predicts; takes minutes
	$(BIN)/resnetgen verify $$($(BIN)/resnetgen list --params ..200M --format names) \
	  --input-size smallest --device cpu --checks imports,tensors,params,shapes,dtypes,macs,features

lint: $(TEST) ## what must hold before a test is worth running: ruff and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

lowest: $(LOWEST) ## run the compiler and its tests with the lowest versions that pyproject.toml allows
	.ci/lowest $(LOWEST_VENV)/bin/python

format: $(TEST) ## lay out our code, and mend what ruff can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

golden: $(TEST) ## write generated/, what docs/ has of the code, and the expected files of tests/cases/ anew; read the diff
	$(BIN)/resnetgen build $$(cat generated/flagships.txt)
	$(BIN)/resnetgen build resnet50 --deploy
	$(BIN)/python -m tests.likeness
	$(BIN)/python -m tests.codegen.golden
	$(BIN)/python -m tests.spec.json_schema_file
	$(BIN)/python -m tests.weights.collection_tensors_file
	$(BIN)/python -m tests.pictures.golden
	$(BIN)/python -m tests.docs.refresh

# The playground is a page of its own: where Node.js is missing, a page in its place says so.
site: $(SITE) ## build the documentation's site into build/site, and check its links
	$(BIN)/python -m docsite
	@if command -v npm > /dev/null; then $(MAKE) playground; \
	else echo 'build/site has no playground: it needs npm (Node.js), which is not installed'; fi

# Commits the site to the local branch gh-pages, beside those of other versions. VERSION is a folder there, such as 0.1.
# mike runs `mkdocs` by its name.
versions: export PATH := $(CURDIR)/$(BIN):$(PATH)
versions: site ## add the site to the branch gh-pages as VERSION, and as latest; pushes nothing
	SITE_VERSIONS=mike $(BIN)/python -m docsite
	SITE_VERSIONS=mike $(BIN)/mike deploy --config-file build/docsite/mkdocs.yml --update-aliases $(VERSION) latest
	$(BIN)/mike set-default --config-file build/docsite/mkdocs.yml latest

# The list of shipped specs is made with resnetgen itself, and the Python files are compiled by the Python of the browser.
playground: $(CORE) $(NODE_MODULES) ## build the playground as a static page in build/site/playground; needs node 20 and npm
	$(BIN)/python playground/python_files.py build/playground/python build/playground/specs.json
	cd playground && npm run --silent build -- ../build/playground/python ../build/playground/specs.json ../build/site/playground

# npm writes this file last.
$(NODE_MODULES): playground/package-lock.json
	cd playground && npm ci --silent --no-audit --no-fund
	@touch $@

clean: ## remove .venv, caches and built distributions
	rm -rf $(VENV) $(LOWEST_VENV) playground/node_modules build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# $(call install,WHAT). Python compiles a module when it is first imported; of torch and scipy most never are.
define install
	@if [ -e $(UNFINISHED) ]; then rm -rf $(VENV); fi
	@mkdir -p $(VENV) && touch $(UNFINISHED)
	@[ -x $(BIN)/pip ] || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --editable '$(1)'
	@rm $(UNFINISHED)
	@touch $@
endef

$(CORE): pyproject.toml $(CUT_OFF)
	$(call install,.)

# After $(CORE), so that `make -j demo test` does not run pip twice at a time.
$(TEST): pyproject.toml $(CUT_OFF) | $(CORE)
	$(call install,.[test])

$(SITE): pyproject.toml $(CUT_OFF) | $(CORE)
	$(call install,.[site])

$(LOWEST): pyproject.toml .ci/lowest_versions.py
	rm -rf $(LOWEST_VENV)
	$(PYTHON) -m venv $(LOWEST_VENV)
	$(LOWEST_VENV)/bin/python .ci/lowest_versions.py > $(LOWEST_VENV)/constraints.txt
	$(LOWEST_VENV)/bin/python -m pip install --quiet --editable . --constraint $(LOWEST_VENV)/constraints.txt \
	  'pytest>=9,<10' 'pytest-xdist>=3.6' 'hypothesis>=6.100' 'jsonschema>=4.18,<5' 'junitparser>=4,<6' 'ruamel.yaml>=0.18.6,<0.20'
	@touch $@
