# The two commands a newcomer needs are `make demo` and `make test`; both do all set-up themselves.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PYENV_ROOT ?= $(HOME)/.pyenv
# Half of what the tests take is waiting, for a server or a terminal: five at a time keep two cores busy.
PARALLEL := -n 5 --dist loadfile --no-loadscope-reorder

# Where Python may not keep what it compiled, each of the hundreds of children that tests start compiles it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo demo-plain dev console test suite test-all test-pythons golden check lint types format lock wheel clean

demo: $(READY)  ## open the dashboard on a scratch project, on a Bedrock rehearsed on this machine
	@$(BIN)/outcrop demo

demo-plain: $(READY)  ## the whole way as text, on a scratch project that goes again
	@$(BIN)/outcrop demo --plain

dev: $(READY)  ## the same, and what it logs goes to `make console`, which shows events and `log()` in another terminal
	@TEXTUAL=debug,devtools $(BIN)/outcrop demo

console: $(READY)  ## Textual's console, for what `make dev` runs
	@$(BIN)/textual console

test: $(READY) check suite  ## gates, then the test suite

suite: $(READY)
	@$(BIN)/python -P -m pytest $(PARALLEL)

test-all: $(READY) check  ## the slow matrix as well
	@$(BIN)/python -P -m pytest $(PARALLEL) -m "slow or not slow"

# The first interpreter of each version that runs: pyenv puts some on the PATH that do not.
test-pythons:  ## the whole way and the test suite on every Python from 3.11 on, of the PATH and of pyenv, in .venv-3.11 …
	@for version in $$(seq -f 3.%g 11 19); do \
	  for python in "$$(command -v python$$version)" "$(PYENV_ROOT)"/versions/$$version[.-]*/bin/python$$version; do \
	    "$$python" -c "" 2>/dev/null || continue; \
	    echo "Python $$version: $$python"; \
	    $(MAKE) --no-print-directory PYTHON="$$python" VENV=.venv-$$version demo-plain suite && tried="$$tried $$version" || failed="$$failed $$version"; \
	    break; \
	  done; \
	done; \
	echo "passed:$${tried:- none}; failed:$${failed:- none}"; test -z "$$failed" -a -n "$$tried"

golden: $(READY)  ## after a change of a screen, a key, a command or a rule that is meant: write tests/golden/frames, docs/keys.md, docs/commands.md and docs/rules.md anew
	@GOLDEN=write $(BIN)/python -P -m pytest tests/golden
	@$(BIN)/python -P -m tui keys --markdown > docs/keys.md
	@$(BIN)/python -P -m tui.commands.reference > docs/commands.md
	@$(BIN)/python -P -m core.data.checks.reference > docs/rules.md

check: lint types

lint: $(READY)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .

types: $(READY)
	@$(BIN)/mypy --no-error-summary

format: $(READY)
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

lock:  ## needs uv; versions and hashes only, no addresses
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate --upgrade --quiet --group dev pyproject.toml -o requirements.lock

wheel: $(READY)
	@$(BIN)/python -P -m hatchling build -t wheel

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Outcrop needs Python 3.11 or newer: set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

clean:
	rm -rf $(VENV) .venv-3.* dist build .pytest_cache .mypy_cache .ruff_cache
