# Everything that JobMate needs on a machine with Python 3.11+ is installed by these targets into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false

.DEFAULT_GOAL := help
.PHONY: help setup demo run test lint bench evaluate train-tagger train-titles starter-vectors lock clean

help:  ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

setup: $(STAMP)  ## Install everything into .venv

$(STAMP): requirements.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: setup  ## Register, upload a resume, save jobs, poll and print the reports
	$(BIN)/jobmate demo

run: setup  ## Start the service (http://127.0.0.1:8000/docs)
	$(BIN)/jobmate db upgrade
	$(BIN)/jobmate serve

lint: setup  ## Check style, types and imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint  ## Run every check and the whole test suite
	$(BIN)/python -m pytest -n 2 --dist worksteal -q $(PYTEST_ARGS)

bench: setup  ## Measure speed against floors; writes build/bench.json
	$(BIN)/python -m benchmarks.bench

evaluate: setup  ## Measure how right the engine is on labelled data; writes build/evaluate.json
	$(BIN)/python -m benchmarks.evaluate

train-tagger: setup  ## Teach the span tagger anew from the labelled data beside the repository (half an hour)
	$(BIN)/python -m benchmarks.tagger.train ../shared/data/gold jobmate_agent/tagger
	$(BIN)/python -m benchmarks.tagger.calibrate ../shared/data/gold jobmate_agent/tagger

train-titles: setup  ## Teach the vectors for titles of jobs anew from O*NET's files beside the repository, print weights for the classifier
	$(BIN)/python -m benchmarks.titles.train ../shared/data/onet/30_1 ../shared/data/gold/title_to_soc_dev.csv jobmate_agent/titles
	$(BIN)/python -m benchmarks.titles.fit ../shared/data/onet/30_1 ../shared/data/gold/title_to_soc_dev.csv

starter-vectors: setup  ## Encode the starter vocabulary anew, after a change of its files (half a minute)
	$(BIN)/python -m benchmarks.starter_vectors

lock:  ## Resolve requirements*.in anew and pin the result into requirements*.txt
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --upgrade pip
	build/lock/bin/python -m pip install --quiet torch==2.13.0
	build/lock/bin/python -m pip install --quiet -r requirements.in
	$(call freeze,requirements.txt)
	build/lock/bin/python -m pip install --quiet -r requirements-dev.in
	$(call freeze,requirements-dev.txt)

define freeze
{ echo "# Made by 'make lock' from $(1:.txt=.in)."; build/lock/bin/python -m pip freeze | sed -E 's/\+cpu$$//' | grep -vE '^(pip|setuptools|wheel)=='; } > $(1)
endef

clean:  ## Remove what was built (keeps var/, where the data is)
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
