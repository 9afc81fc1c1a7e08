# Cinedex. `make run` starts it, `make test` checks everything; `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: up down reliability reliability.elasticsearch reliability.replicas help run test test.coverage fuzz lint bench bench.million bench.cache bench.cluster bench.growth bench.logins bench.write lock clean \
	server.install server.start database.upgrade database.connect

help: ## say what each target does
	@grep -hE '^[a-z.]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-25s %s\n", $$1, $$2}'

run: .venv/run.done ## install what is missing, then start the service on 127.0.0.1:8000
	@exec $(BIN)/cinedex serve

test: .venv/dev.done lint ## lint, types, import contract, and all tests
	$(BIN)/pytest --numprocesses=2

test.coverage: .venv/dev.done ## all tests with branch coverage, which fails under 95 %
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=95

FUZZ_EXAMPLES ?= 200
FUZZ_SEED ?=

fuzz: .venv/dev.done ## call everything in every way, for long; FUZZ_EXAMPLES of each call, FUZZ_SEED to have a run again
	CINEDEX_FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) CINEDEX_FUZZ_SEED=$(FUZZ_SEED) $(BIN)/pytest tests/fuzz --numprocesses=2

lint: .venv/dev.done ## style, types, and the import contract
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev.done ## targets and figures: the engine, HTTP beside an empty handler, memory, rebuild
	$(BIN)/python bench/run.py

bench.million: .venv/dev.done ## the same with a million films, most of them made
	$(BIN)/python bench/run.py --films 1000000

bench.cache: .venv/dev.done ## simulate how often a cache of answers knows what people type
	$(BIN)/python bench/hit_rate.py

bench.cluster: .venv/dev.done ## a search cluster beside the embedded engine; needs Maven and Java
	PYTHONPATH=tests $(BIN)/python bench/search_cluster.py opensearch3 elasticsearch9

bench.growth: .venv/dev.done ## search and rebuild at 10,000 to a million films
	$(BIN)/python bench/run.py --growth

bench.logins: .venv/dev.done ## searches while two hundred people log in at once, and whether a failed login tells who has an account
	$(BIN)/python bench/logins.py

bench.write: .venv/dev.done ## measure all of it, and write docs/benchmarks.md and its plot anew
	$(BIN)/python bench/run.py --write docs
	$(BIN)/python bench/run.py --films 1000000 --write docs
	$(BIN)/python bench/run.py --growth --write docs

RELIABILITY := PYTHONPATH=tests $(BIN)/python bench/reliability.py --write docs

reliability: .venv/dev.done ## kill each part of an installation while callers go on; needs HAProxy, Maven and Java
	$(RELIABILITY)

reliability.elasticsearch: .venv/dev.done ## the same with Elasticsearch in place of OpenSearch
	$(RELIABILITY) --search-nodes elasticsearch9

reliability.replicas: .venv/dev.done ## the same with an index on each node in place of a search cluster
	$(RELIABILITY) --replicas

server.install: .venv/run.done ## install the service and what it needs

server.start: run ## the same as run

database.upgrade: .venv/run.done ## migrate, and load the sample films into a new catalogue
	@$(BIN)/cinedex database upgrade

database.connect: .venv/run.done ## an SQL prompt on the database, read-only
	@$(BIN)/cinedex database connect

COMPOSE := docker compose --file deploy/compose.yaml

up: deploy/.env ## with Docker: two nodes behind HAProxy, PostgreSQL, Elasticsearch, Redis, on 127.0.0.1:8080
	$(COMPOSE) up --build --detach --wait

down: ## with Docker: end what `make up` started; the data stays
	$(COMPOSE) down

# Made once. Whoever reads it can sign tokens.
deploy/.env:
	@umask 077; $(PYTHON) -c 'import secrets; print("CINEDEX_SECRET=" + secrets.token_urlsafe(48)); print("POSTGRES_PASSWORD=" + secrets.token_urlsafe(24))' > $@

# Each stamp stands for one lock, so that an unchanged tree starts without asking pip.
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.venv/run.done: requirements/run.txt pyproject.toml | .venv/made.done
	@echo "Installing what Cinedex needs into .venv, once ..."
	@$(PIP) install --require-hashes --requirement requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.done: requirements/dev.txt .venv/run.done
	@echo "Installing what the checks and tests need ..."
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@

.venv/made.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cinedex needs Python 3.11 or newer: make run PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv
	@touch $@

# The locks hold every package with its hashes, for all platforms, and no address.
UV_VERSION := 0.13.9
COMPILE := .lock-venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet --upgrade

lock: ## write the locks anew, with the newest versions that pyproject.toml allows
	$(PYTHON) -m venv .lock-venv
	.lock-venv/bin/pip install --quiet uv==$(UV_VERSION)
	$(COMPILE) --group build --output-file requirements/run.txt
	$(COMPILE) --group build --group dev --output-file requirements/dev.txt

clean: ## remove everything that make made, but never the data
	rm -rf .venv .lock-venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
