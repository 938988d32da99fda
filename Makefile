# Each target is one named step. `make run` and `make test` work alone on a fresh clone.
SHELL := /bin/bash
PYTHON := $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin


.PHONY: browser help setup run test unit lint types train index bench lock clean

help:  ## these lines
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup:  ## both environments, as their lock files say
	@$(PYTHON) tools/setup.py

run: setup  ## everything, then the addresses
	@$(BIN)/ieum run

train: setup  ## train Rasa when something changed, and report
	@$(BIN)/ieum train --report

index: setup  ## rebuild what changed of the search index
	@$(BIN)/ieum index --report

lint: setup  ## ruff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: setup  ## mypy, strict
	@$(BIN)/mypy

unit: setup  ## unit tests and stories, on SQLite (trains first when something changed)
	@$(BIN)/ieum train
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not integration and not browser and not postgresql"

browser:  # a Chromium for the tests that look at our pages
	@tools/browser.sh

test: lint types browser  ## everything: lint, types, unit, stories, integration on both databases
	@$(BIN)/ieum train
	@$(BIN)/ieum check
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not integration and not browser"
	@$(BIN)/pytest -m "integration or browser"

bench: setup  ## whole turns, search, start-up, memory: table, JSON and plot in docs/bench/
	@$(BIN)/ieum bench

lock: setup  ## resolve both lock files anew
	@$(PYTHON) tools/setup.py --lock

clean:  ## forget environments, models and the index (not the database)
	rm -rf .venv nlu/.venv var/models var/index
