# Headgate. `make demo` shows it; `make test` proves it. Both set up what they need.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
MANAGE := $(RUN) manage.py
PORT ?= 8000
DEMO := DATABASE_URL=
CHECK := HEADGATE_HOME=.headgate/check DATABASE_URL=

.PHONY: demo demo-data test check soak bench lock clean

demo: $(VENV)/.installed ## the State of Ohio, served on this machine
	@$(DEMO) $(MANAGE) serve_demo --port $(PORT)

demo-data: $(VENV)/.installed ## all of the demonstration but serving; the last line is JSON
	@$(DEMO) $(MANAGE) load_demo

test: $(VENV)/.installed-dev check ## every check and every test
	@tests/system-packages
	@$(VENV)/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.installed-dev ## lint, format, types, migrations
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(CHECK) $(VENV)/bin/mypy
	@$(CHECK) $(MANAGE) makemigrations --check --dry-run

soak: $(VENV)/.installed-dev ## tests that run long
	@$(VENV)/bin/pytest -m soak

bench: $(VENV)/.installed-dev ## measures against the limits; one JSON object a line
	@$(RUN) -m benchmarks

lock: ## new lock files from pyproject.toml; needs uv
	uv pip compile --upgrade --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	uv pip compile --upgrade --generate-hashes --no-header --no-annotate --extra dev pyproject.toml -o requirements-dev.lock

clean: ## forget the demonstration and everything installed
	rm -rf $(VENV) .headgate

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Headgate needs Python 3.11 or newer.")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock | $(VENV)/bin/python
	@echo "Installing what Headgate needs …"
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing what Headgate and its tests need …"
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.installed
