# Two commands need nothing but Python 3.11+ and make: `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: demo test test-netns bench lint schema probe clean

# Installed again only when the dependencies change; the code itself is installed in place.
$(VENV)/.lab: pyproject.toml
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "apidoctor needs Python 3.11 or newer with venv (Debian: apt install python3-venv)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[lab]'
	@touch $@

$(VENV)/.test: $(VENV)/.lab pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

demo: $(VENV)/.lab
	$(BIN)/apidoctor lab run N01 || true

# What is compiled is kept, whatever the environment says: five processes collect, and hundreds start anew.
test: $(VENV)/.test
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q -n 4 --dist loadfile

# Real resolvers, firewalls and proxies in network namespaces; `make test` runs them too where they can be made.
test-netns: $(VENV)/.test
	@sh tests/netns/install.sh $$(cd tests && ../$(BIN)/python -m netns.needs)
	$(BIN)/python -m pytest -q -n 4 --dist worksteal tests/netns

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.live
	$(BIN)/python -m benchmarks.policy
	$(BIN)/python -m benchmarks.network
	$(BIN)/python -m benchmarks.naming

lint: $(VENV)/.test
	$(BIN)/ruff check src checks tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports

schema: $(VENV)/.test
	$(BIN)/python -m apidoctor.schemas

# One file for hosts that have nothing installed; any Python 3.8 or newer builds it, and runs it.
probe:
	@$(PYTHON) src/apidoctor/travelling/bundle.py dist/apidoctor-probe.pyz

clean:
	rm -rf $(VENV) dist build
