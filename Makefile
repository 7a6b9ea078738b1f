# `make local` runs the stack on this machine, `make test` runs every test. Both install what they
# need into this folder first; nothing else is touched (but Chromium, see tests/browser).

PYTHON ?= python3
PORT ?= 3000
VENV := .venv
BIN := $(VENV)/bin
# its own Python first, as the layer's makefile calls pip
SAM := PATH="$(CURDIR)/.venv-sam/bin:$$PATH" SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam
TYPESCRIPT := tests/clients/typescript
# What the tests have of npm, each with a lock of its own
OF_NPM := $(TYPESCRIPT) tests/browser/axe tests/providers/openid
# The tests write down what the functions ask of AWS; the last step compares it with their roles.
RECORDED := AWS_CALLS_FOLDER=$(CURDIR)/.local/aws-calls

# What Lambda runs, as the template says it.
RUNTIME := $(shell sed -n 's/^ *Runtime: *//p' template.yaml)
RUNTIME_VERSION := $(RUNTIME:python%=%)
ARCHITECTURE ?= $(shell sed -n '/^  Architecture:/,/Default:/s/^ *Default: *//p' template.yaml)

# That Python on this machine, if there is one: the PATH's (which may be a shim that leads nowhere),
# pyenv's or uv's. Looked for only where it is needed.
RUNTIME_PYTHON ?= $(shell \
	for python in $(RUNTIME) "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/$(RUNTIME_VERSION).*/bin/$(RUNTIME) \
		"$$($(BIN)/uv python find --managed-python $(RUNTIME_VERSION) 2> /dev/null)"; do \
		"$$python" -c 'import sys; print(sys.executable)' 2> /dev/null && break; \
	done)

# Bytecode that Python takes as it is, without a look at the source: Lambda's folders are read-only,
# and what a cold start compiles it could not keep.
COMPILE = (cd $(2) && $(1) -m compileall -q -j 0 --invalidation-mode unchecked-hash .)

.PHONY: local test conformance check build runtime-python build-local validate bench pictures lock clean distclean

local: $(VENV)/installed-local node_modules/installed $(BIN)/gatehouse
	@PORT=$(PORT) $(BIN)/python -m local

test: check build .aws-sam/runtime-client/installed build-local validate node_modules/installed $(OF_NPM:%=%/node_modules/installed) .python-client-1/installed $(VENV)/installed-chromium
	@rm -rf .local/aws-calls
	$(RECORDED) $(BIN)/pytest -n 3 --dist loadfile $(PYTEST_ARGS)
	$(RECORDED) $(BIN)/pytest $(PYTEST_ARGS) tests/least_privilege/compare.py

# The official suite against the local stack, by the requirements of each era; `make test` has it too.
conformance: $(VENV)/installed-test node_modules/installed $(TYPESCRIPT)/node_modules/installed
	$(BIN)/pytest -q $(PYTEST_ARGS) tests/conformance

check: $(VENV)/installed-test $(BIN)/gatehouse
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Not cached: the SAM CLI's cache does not know which ARCHITECTURE the layer was built for.
build: .venv-sam/installed $(VENV)/installed-local $(BIN)/gatehouse
	@ARCHITECTURE=$(ARCHITECTURE) $(SAM) build --no-cached --parameter-overrides Architecture=$(ARCHITECTURE) > /dev/null
	@python="$(RUNTIME_PYTHON)"; if test "$$python"; then $(call COMPILE,"$$python",.aws-sam/build); \
	else echo "There is no $(RUNTIME) to compile the code with (make RUNTIME_PYTHON=... build): cold starts will take longer" >&2; fi

# For whoever wants to know which Python that was; nothing if there is none.
runtime-python:
	@echo "$(RUNTIME_PYTHON)"

# Lambda's runtime client for that Python, with which the tests run what is deployed.
.aws-sam/runtime-client/installed: requirements/local.txt $(VENV)/installed-local
	@python="$(RUNTIME_PYTHON)"; if test "$$python"; then rm -rf $(@D) && \
	$(BIN)/uv pip install -q --python "$$python" --target $(@D) --require-hashes -c $< \
	$$(sed -n 's/^\(awslambdaric==[^ ]*\).*/\1/p' $<) && touch $@; fi

# The same for this machine's Python, which `make local` and the tests run. Nothing to do if nothing
# has changed.
build-local: .venv-sam/installed $(VENV)/installed-local
	@$(BIN)/python -m local.build

validate: .venv-sam/installed
	$(SAM) validate --lint

# Cold starts and warm answers, as multiples of the least that a function can do, and what each step
# of a connection costs; a few minutes.
bench: build-local node_modules/installed .bench/installed
	@$(BIN)/python -m benchmarks

# The pictures in docs/pictures, of the pages as they are now.
pictures: node_modules/installed $(VENV)/installed-chromium
	@PYTHONPATH=shared $(BIN)/python -m tests.browser.pictures

# Pins every dependency of pyproject.toml, by version and hash.
LOCK := $(BIN)/uv pip compile -q --upgrade --generate-hashes --no-emit-index-url --universal \
	--python-version 3.11 --no-header --no-annotate
lock: $(VENV)/bin/uv
	$(LOCK) pyproject.toml -o shared/requirements.txt
	$(LOCK) pyproject.toml --group local -c shared/requirements.txt -o requirements/local.txt
	$(LOCK) pyproject.toml --group local --group test -c requirements/local.txt -o requirements/test.txt
	$(LOCK) --group sam -o requirements/sam.txt
	$(LOCK) --group bench -o requirements/bench.txt
	$(LOCK) --group python-client-1 -o requirements/python-client-1.txt

# What the local stack remembers, and what was built.
clean:
	rm -rf .local .aws-sam .hypothesis .mypy_cache .pytest_cache .ruff_cache

# What was installed goes too.
distclean: clean
	rm -rf $(VENV) .venv-sam .bench .python-client-1 node_modules $(OF_NPM:%=%/node_modules)

$(VENV)/bin/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Gatehouse needs Python 3.11 or newer: make PYTHON=python3.12 local" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

# The command for operators, beside those that were installed.
$(BIN)/gatehouse:
	@mkdir -p $(@D) && ln -sf "$(CURDIR)/cli/gatehouse" $@

# The set for the tests holds the one for the local stack.
$(VENV)/installed-local: requirements/local.txt $(VENV)/bin/uv
	@if test -e $(VENV)/installed-test; then $(MAKE) -s $(VENV)/installed-test; \
	else VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --compile-bytecode --require-hashes -r requirements/local.txt; fi
	@touch $@

$(VENV)/installed-test: requirements/test.txt pyproject.toml $(VENV)/bin/uv
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --compile-bytecode --require-hashes -r requirements/test.txt
	@touch $@

.venv-sam/installed: requirements/sam.txt $(VENV)/bin/uv
	@test -x .venv-sam/bin/python || $(PYTHON) -m venv .venv-sam
	@VIRTUAL_ENV=.venv-sam $(BIN)/uv pip install -q --compile-bytecode --require-hashes -r requirements/sam.txt
	@touch $@

# As a layer has its packages, with bytecode as ours.
.bench/installed: requirements/bench.txt $(VENV)/installed-local
	@rm -rf .bench
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --require-hashes --target .bench/python -r requirements/bench.txt
	@$(call COMPILE,$(CURDIR)/$(BIN)/python,.bench)
	@touch $@

# Beside the set for the tests, which has the client of the 2.x line.
.python-client-1/installed: requirements/python-client-1.txt $(VENV)/installed-local
	@rm -rf $(@D)
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --compile-bytecode --require-hashes --target $(@D)/python -r $<
	@touch $@

# Without npm, and without the tests' own, the local stack takes moto for DynamoDB.
node_modules/installed: package-lock.json
	@if command -v npm > /dev/null; then npm ci --silent && touch $@; \
	elif test -e $(VENV)/installed-test; then $(BIN)/python -m tests.clients.npm ci --silent && touch $@; \
	else echo "npm is missing: DynamoDB will be moto, which forgets at the end"; fi

# The tests bring their own Node, as the official suite wants a newer one than most machines have.
$(OF_NPM:%=%/node_modules/installed): %/node_modules/installed: %/package-lock.json $(VENV)/installed-test
	@$(BIN)/python -m tests.clients.npm ci --silent --prefix $*
	@touch $@

$(VENV)/installed-chromium: $(VENV)/installed-test
	@sh tests/browser/install-chromium.sh
	@touch $@
