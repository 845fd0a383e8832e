# Everything one needs: each target makes .venv and installs the pinned requirements first, without root.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# How long `make hunt` searches: 90s, 25m, 1h.
BUDGET ?= 25m
# Workers of the tests: three for two cores, since browsers and processes are waited for.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) * 3 // 2)')

# Tests start many processes: what one of them has compiled the others read, whatever the shell wishes.
READ_ONCE := PYTHONDONTWRITEBYTECODE=

RUN := $(VENV)/run.stamp
DEV := $(VENV)/dev.stamp
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test hunt lint format benchmarks translations

help: ## Say what there is.
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: $(RUN) ## Make a fictional academy, start web and worker, print where to click.
	@BASCULE_DEMO=1 BASCULE_HTTPS=0 BASCULE_GRACE=15 BASCULE_DATA_DIR="$${BASCULE_DATA_DIR:-data/demo}" $(BIN)/flask --app wsgi demo start

test: $(DEV) ## Check the code, run every test on SQLite, those that a database can break on PostgreSQL too, browsers' in Chromium.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if command -v chromium-headless-shell >/dev/null; then :; \
	elif command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then \
		echo "The browser's tests take minutes less with apt-get install chromium-headless-shell."; \
	else echo "No Chromium here: the browser's tests are skipped (apt-get install chromium-headless-shell)."; fi
	@# mypy thinks on one core: beside the tests it costs no minute of its own; what it finds stands below them.
	$(BIN)/mypy >$(VENV)/mypy.txt 2>&1 & types=$$!; \
	$(READ_ONCE) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not hunt and not long"; tests=$$?; \
	wait $$types; typed=$$?; cat $(VENV)/mypy.txt; exit $$((tests ? tests : typed))

hunt: $(DEV) ## What make test leaves out (kills, walks, the rest on PostgreSQL), then random worlds for BUDGET; prints its seeds (HUNT_SEED=... repeats one).
	$(READ_ONCE) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not hunt" --rest
	HUNT_BUDGET=$(BUDGET) $(READ_ONCE) $(BIN)/python -m pytest tests/hunt -m hunt -q -p no:cacheprovider

lint: $(DEV) ## ruff and mypy.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(DEV) ## Put the code into its form.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmarks: $(DEV) ## Print every measured ratio.
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

translations: $(DEV) ## Gather the French sentences and compile the English catalogue.
	$(BIN)/pybabel extract -F babel.cfg -k _l -k N_ -k ngettext:1,2 --no-location --sort-output -o $(VENV)/messages.pot .
	$(BIN)/pybabel update -i $(VENV)/messages.pot -d app/translations -l en --no-fuzzy-matching --ignore-obsolete
	$(BIN)/pybabel compile -d app/translations

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements.txt | $(VENV)/bin/python
	$(PIP) -r requirements.txt
	@touch $@

$(DEV): requirements.txt requirements-dev.txt | $(VENV)/bin/python
	$(PIP) -r requirements-dev.txt
	@touch $@ $(RUN)
