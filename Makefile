# Two commands set everything up in .venv: `make demo` and `make test`. Neither needs root.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(or $(shell command -v uv 2>/dev/null),$(BIN)/uv)
# Compiled once here, for every process that is to come: starting one takes seconds otherwise.
INSTALL = $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python
COMPILE = $(BIN)/python -m compileall -q toolkit/collective_impact
EXAMPLE ?= alla-i-mal
OUT ?= reports

export UV_LINK_MODE ?= copy

.DEFAULT_GOAL := help
.PHONY: help demo test tests check translations examples clean

help: ## list what there is to make
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/ready-to-run ## run all evaluations of the example and render its report
	$(BIN)/collective-impact check $(EXAMPLE)
	$(BIN)/collective-impact run $(EXAMPLE) --out $(OUT)

test: $(VENV)/ready-to-test ## run the checks and all tests, side by side
	@$(MAKE) --no-print-directory -j 2 check tests

tests: $(VENV)/ready-to-test ## run all tests
	$(BIN)/python -m pytest -n auto --dist loadgroup --no-loadscope-reorder

check: $(VENV)/ready-to-test ## style, types, direction of imports, templates without outputs, translations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/nbstripout --verify --keep-id notebooks/templates/*.ipynb
	$(BIN)/python -m collective_impact.reporting.constructs
	$(BIN)/python -m collective_impact.translating check

translations: $(VENV)/ready-to-run ## bring the catalogues up to date with the sentences; LANGUAGE=nb begins a further one
	$(BIN)/python -m collective_impact.translating update $(LANGUAGE)

examples: $(VENV)/ready-to-run ## make the invented example anew, byte for byte
	$(BIN)/python data/generator data/examples/alla-i-mal

clean: ## remove the environment and rendered reports
	rm -rf $(VENV) dist
	find reports -mindepth 1 -maxdepth 1 ! -name theme ! -name figures ! -name '*.qmd' ! -name '*.bib' -exec rm -rf {} +

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, and $(PYTHON) was not found. Set PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@command -v uv >/dev/null || $(BIN)/python -m pip install --quiet uv

$(VENV)/ready-to-run: $(VENV)/bin/python pyproject.toml
	$(INSTALL) --editable .
	@$(COMPILE)
	@touch $@

$(VENV)/ready-to-test: $(VENV)/bin/python pyproject.toml
	$(INSTALL) --editable '.[test]'
	@$(COMPILE)
	@touch $@ $(VENV)/ready-to-run
