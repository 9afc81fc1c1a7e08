# Cinedex. `make run` starts it, `make test` checks everything; the rest is below.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run test test.coverage lint bench lock sample clean \
	server.install server.start database.upgrade database.connect

help: ## say what each target does
	@grep -hE '^[a-z.]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

run: .venv/run.done ## install what is missing, then start the service on 127.0.0.1:8000
	@exec $(BIN)/cinedex serve

# Each stamp stands for one lock, so that an unchanged tree starts without asking pip.
.venv/run.done: requirements/run.txt pyproject.toml | .venv/made.done
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.done: requirements/dev.txt .venv/run.done
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	@touch $@

.venv/made.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cinedex needs Python 3.11 or newer: make run PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	@touch $@
