# Genkan: `make demo` shows it, `make test` proves it. Both set everything up by themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= auto
# order of the tests: the same everywhere by default; SEED=7 shuffles anew
SEED ?= 20261123
# how long each target is fuzzed
SECONDS ?= 5

.PHONY: help setup demo demo-reset test conformance check format messages css lock clean fuzz

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

setup: $(VENV)/.demo genkan.env ## virtual environment and settings, nothing else

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Genkan needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: requirements/demo.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/demo.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

genkan.env: | $(VENV)/.demo
	$(BIN)/genkan setup

demo: setup ## portal, worker, mail catcher and sample service on this machine
	$(BIN)/genkan demo

demo-reset: setup ## forget everything the demo has stored
	$(BIN)/genkan demo-reset --yes

fuzz: $(VENV)/.dev ## bytes that look like tokens and addresses, SECONDS=5 for each target (x86-64 Linux)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/fuzz.lock || echo "no atheris for this machine: nothing is fuzzed"
	@! $(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(ARGS)

test: $(VENV)/.dev ## all tests, on a PostgreSQL that comes along
	@$(BIN)/python -m tests.tell_skips
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup --randomly-seed=$(SEED) --cov --cov-report= $(ARGS)

conformance: $(VENV)/.dev ## strangers' relying parties against `genkan serve` over TLS
	$(BIN)/python -m tests.conformance $(ARGS)

check: $(VENV)/.dev ## format, lint, types, import contracts, templates, translations, CSS
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m mypy
	MYPYPATH=examples/shinsei $(BIN)/python -m mypy -p shinsei
	MYPYPATH=examples/ninsho $(BIN)/python -m mypy -p ninsho
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet src
	$(BIN)/codespell src tests docs examples README.md CHANGELOG.md
	$(BIN)/python -m tests.tools.catalogues check
	$(BIN)/python -m tests.tools.css check

format: $(VENV)/.dev ## bring code into shape
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

messages: $(VENV)/.dev ## collect and compile translations (needs gettext)
	$(BIN)/python -m tests.tools.catalogues make

css: ## rebuild the committed CSS (needs node)
	npm install --no-save --silent && npm run --silent css

lock: ## resolve dependencies anew (needs uv)
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-annotate --allow-unsafe --extra demo pyproject.toml -o requirements/demo.lock --custom-compile-command "make lock"
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-annotate --allow-unsafe --extra demo --extra dev -c requirements/demo.lock pyproject.toml -o requirements/dev.lock --custom-compile-command "make lock"
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-annotate requirements/fuzz.in -o requirements/fuzz.lock --custom-compile-command "make lock"

clean: ## remove what was built; the demo's data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache node_modules
