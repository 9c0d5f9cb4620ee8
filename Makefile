# `make check` is what CI runs, step by step.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CHECKED := src tests benchmarks

.PHONY: setup run demo check format lint types contracts messages openapi test postgres e2e mutants-access bench docs lock

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml requirements.lock frontend/package-lock.json
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -r requirements.lock
	$(BIN)/pip install -q --no-deps -e .
	touch $@

run: setup
	ZHIKE_DEBUG=1 $(BIN)/zhike serve

demo: setup
	$(BIN)/zhike serve --demo

check: setup
	$(BIN)/python hatch_build.py
	$(MAKE) lint types contracts test postgres e2e

lint: setup
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/ruff check $(CHECKED)

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports --no-logo

test: setup
	$(BIN)/pytest -n 2 -m "not e2e"

postgres: setup
	$(BIN)/python -m tests.postgres -- $(BIN)/pytest -n 2 -m "not e2e" --ignore tests/architecture --ignore tests/analytics

e2e: setup
	$(BIN)/pytest -m e2e

mutants-access: setup
	$(BIN)/python -m tests.mutants

bench: setup
	$(BIN)/python -m benchmarks

format: setup
	$(BIN)/ruff format $(CHECKED)
	$(BIN)/ruff check --fix $(CHECKED)

openapi: setup
	$(BIN)/zhike manage openapi > docs/api/openapi.json

messages: setup
	cd src/zhike && $(abspath $(BIN))/python -m django makemessages -l zh_Hans --no-location --no-obsolete \
		--settings django.conf.global_settings
	$(BIN)/python hatch_build.py

lock: setup
	$(BIN)/uv export --all-extras --format requirements-txt --no-emit-project --no-header -q -o requirements.lock
	rm -f uv.lock
