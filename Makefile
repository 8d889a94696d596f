# make practice   set up and rehearse a call        make practice ARGS='voicemail-status --typed'
# make test       set up and pass every check       make check: lint, types and import rules alone
# make bench      print the figures                 make bench ONLY=judge
# make lock       renew the lock files (needs uv)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
ONLY ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: practice test check bench lock clean

practice: $(VENV)/.run
	@if [ -z '$(ARGS)' ] && ! [ -t 0 ]; then $(BIN)/trainer practice --sample </dev/null; \
	else $(BIN)/trainer practice $(ARGS); fi

test: $(VENV)/.test check
	$(BIN)/python -m pytest -n auto --maxprocesses=4 --dist=worksteal

check: $(VENV)/.test
	$(BIN)/ruff format --check trainer tests training
	$(BIN)/ruff check trainer tests training
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.test
	$(BIN)/python -m tests.bench $(ONLY)

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q \
	  --extra install pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q \
	  --extra install --extra test -c requirements.lock pyproject.toml -o requirements-test.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# uv is quicker where it is present; else Python's own venv and pip. Both check every hash.
$(VENV)/.run: requirements.lock pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	  [ -d $(VENV) ] || uv venv -q --python $(PYTHON) $(VENV); \
	  uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock; \
	  uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else \
	  [ -d $(VENV) ] || $(PYTHON) -m venv $(VENV); \
	  $(BIN)/python -m pip install -q --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .; \
	fi
	@touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.run
	@if command -v uv >/dev/null 2>&1; then \
	  uv pip install -q --python $(BIN)/python --require-hashes -r requirements-test.lock; \
	else \
	  $(BIN)/python -m pip install -q --require-hashes -r requirements-test.lock; \
	fi
	@touch $@
