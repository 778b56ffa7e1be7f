# Every target is a thin name for plain commands. `make help` lists them.

PYTHON_DIR = $$(dirname $$(tools/find_python))
VENV       = .venv/bin
SAM        = .tools/sam/bin/sam
PYTEST     = $(VENV)/python -m pytest
E2E        = $(PYTEST) -n 3 --dist loadfile --no-loadscope-reorder tests/e2e
ENV       ?= dev
SEEDS     ?= 1000000
EXAMPLES  ?= 40
BENCH     ?= --write --date "$$(date +%Y-%m-%d)"

# Nothing of this repository reports home, and nothing of it needs a region to be checked.
export SAM_CLI_TELEMETRY = 0
export AWS_DEFAULT_REGION ?= eu-west-1

.DEFAULT_GOAL := help
.PHONY: help setup up down status env run test unit integration simulation e2e fuzz-api bring-back check checkov soak \
        redrive bench bench-dead-receiver bench-peers bench-imports openapi sbom build deploy lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- environments: three, because SAM CLI and MiniStack pin different boto3 ---------------------

setup: ## the three tool environments (.venv, .tools/sam, .tools/ministack)
	@tools/find_python >/dev/null
	@$(MAKE) --no-print-directory --silent -j3 .venv/.ready .tools/sam/.ready .tools/ministack/.ready

.venv/.ready: requirements-dev.txt
	@tools/step "install requirements-dev.txt in .venv" tools/make_env .venv $<

.tools/%/.ready: requirements-%.txt
	@tools/step "install $< in .tools/$*" tools/make_env .tools/$* $<

# --- the local stack ---------------------------------------------------------------------------

up: setup ## start the local stack, or leave it as it is
	@$(VENV)/python -m tools.local_stack up

down: .venv/.ready ## stop the local stack, keep its state
	@$(VENV)/python -m tools.local_stack down

status: .venv/.ready ## say whether the local stack runs, and where
	@$(VENV)/python -m tools.local_stack status

env: .venv/.ready ## shell settings for aws and sam: eval "$$(make -s env)"
	@$(VENV)/python -m tools.local_stack env

run: up ## the stack, a sample rule book, sample mentions, and what became of them
	@$(VENV)/python -m tools.run_sample

redrive: .venv/.ready ## what was given up, shown; DO=--do sends it again; STACK=name for one on AWS
	@PYTHONPATH=layers/core/python $(VENV)/python -m tools.redrive $(if $(STACK),--stack $(STACK)) $(DO)

# --- tests -------------------------------------------------------------------------------------

test: setup check .tools/webhooks-npm/.ready ## everything that must pass
	@$(PYTEST) -n auto --dist worksteal --ignore tests/e2e
	@$(E2E)

unit: .venv/.ready ## fast tests, no AWS
	@$(PYTEST) -n auto --dist worksteal tests/unit

integration: .venv/.ready .tools/webhooks-npm/.ready ## adapters against moto
	@$(PYTEST) -n auto --dist worksteal tests/integration

simulation: .venv/.ready ## seeded histories with faults
	@$(PYTEST) -n auto --dist worksteal tests/simulation

e2e: setup ## the real template in the emulator; three stacks, since tests mostly wait
	@$(E2E)

fuzz-api: setup .tools/fuzz/.ready ## every operation with what its OpenAPI file allows and forbids, EXAMPLES (40) of each
	@FUZZ_EXAMPLES=$(EXAMPLES) $(PYTEST) -s tests/e2e/test_fuzz_api.py

bring-back: .venv/.ready ## STACK=name: make a deleted stack again around the data that it left
	@$(VENV)/python -m tools.bring_back $(STACK)

soak: fuzz-api ## before a release: fuzz-api, 500 mentions through faults, a burst, a backlog, SEEDS histories (1,000,000) for docs/soak.json
	@FAULTY_MENTIONS=500 $(PYTEST) -s tests/e2e/test_faults.py
	@BURST_SECONDS=60 $(PYTEST) -s tests/e2e/test_burst.py
	@BACKLOG=50000 $(PYTEST) -q tests/simulation/test_backlog.py -k thousands
	@PYTHONPATH=layers/core/python $(VENV)/python -m tests.simulation.soak $(SEEDS)

check: setup ## style, types, template, OpenAPI file
	@tools/step "ruff: style" $(VENV)/ruff check
	@tools/step "ruff: format" $(VENV)/ruff format --check
	@tools/step "mypy: types" $(VENV)/mypy
	@tools/step "sam validate --lint: template" $(SAM) validate --lint
	@tools/step "OpenAPI file says the same as the code" $(VENV)/python -m tools.openapi --check

checkov: .tools/checkov/.ready ## the template against checkov's rules: 0 failed, each skip with its reason
	@tools/step "checkov: template" .tools/checkov/bin/checkov --file template.yaml \
		--framework cloudformation --compact --quiet --skip-download

bench bench-dead-receiver bench-peers: export PYTHONPATH = layers/core/python

bench: .venv/.ready ## the compiled matcher against the plain interpreter; writes docs/performance.md
	@$(VENV)/python -m tools.bench.matching $(BENCH); met=$$?; \
		$(VENV)/python -m tools.bench.evaluator $(BENCH) && exit $$met

bench-dead-receiver: .venv/.ready ## what a dead receiver of webhooks does to the others
	@$(VENV)/python -m tools.bench.dead_receiver

bench-peers: .venv/.ready .tools/peers/.ready .tools/peers-npm/.ready ## the same against other rule engines
	@$(VENV)/python -m tools.bench.peers $(BENCH)

.tools/webhooks-npm/.ready: tools/webhook_verifier/package.json tools/webhook_verifier/package-lock.json
	@mkdir -p $(@D) && cp $^ $(@D)
	@tools/step "npm ci in $(@D)" npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund
	@touch $@

.tools/peers-npm/.ready: tools/bench/peers/package.json tools/bench/peers/package-lock.json
	@mkdir -p $(@D) && cp $^ $(@D)
	@tools/step "npm ci in $(@D)" npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund
	@touch $@

bench-imports: setup ## import time and size of each function, against the goals
	@$(VENV)/python -m tools.bench_imports

openapi: .venv/.ready ## write the OpenAPI file from the code
	@$(VENV)/python -m tools.openapi

sbom: .venv/.ready .tools/sbom/.ready ## write docs/sbom.json and docs/licences.md: what is deployed, and on which terms
	@$(VENV)/python -m tools.bill_of_materials

# --- AWS ---------------------------------------------------------------------------------------

build: setup ## sam build, and byte code for the layers, which halves a cold start
	@PATH="$(PYTHON_DIR):$$PATH" tools/step "sam build" $(SAM) build
	@tools/step "byte code" $(VENV)/python -m compileall -q --invalidation-mode unchecked-hash \
		.aws-sam/build/VendorLayer .aws-sam/build/CoreLayer

deploy: build ## sam deploy to AWS; ENV=dev or ENV=prod
	@$(SAM) deploy --config-env $(ENV)

# --- upkeep ------------------------------------------------------------------------------------

lock: ## write the hashed requirements files from their .in sources (needs uv)
	@for each in requirements-dev requirements-sam requirements-ministack requirements-peers requirements-checkov \
		requirements-fuzz requirements-sbom layers/vendor/requirements layers/holidays/requirements; do \
		tools/step "lock $$each.txt" uv pip compile --universal --python-version 3.13 --generate-hashes \
			--no-header --no-emit-index-url --no-emit-find-links $(LOCK) $$each.in -o $$each.txt || exit 1; \
	done

clean: ## stop the local stack; remove environments, builds and kept state
	@for folder in .local .local/test*; do \
		test ! -f $$folder/pid || INBOX_RECIPES_LOCAL=$$folder $(VENV)/python -m tools.local_stack down || exit 1; \
	done
	@rm -rf .venv .tools .local .aws-sam .pytest_cache .mypy_cache .ruff_cache .hypothesis
