# `make` makes the edition in output/; `make help` lists the rest.
# Python 3.11 or later must be there; anything else that is missing, .ci/needs.py installs or names.

PYTHON ?= python3

# A stamp's name holds Python's version and the lock's checksum: another Python or lock makes the environment
# anew, another date on the file (a checkout, a copy) does not.
python_version := $(shell "$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
checksum = $(firstword $(shell cksum < $(1)))
build_stamp := .venv/build-$(python_version)-$(call checksum,requirements.txt)
node_stamp := tests/node/node_modules/.stamp-$(call checksum,tests/node/package-lock.json)
test_stamp := .venv/test-$(python_version)-$(call checksum,requirements-test.txt)

# Takes only files whose hash is in the lock, and only wheels, so that nothing is compiled.
pip_install = .venv/bin/python -m pip -qq --disable-pip-version-check --no-input \
	install --require-hashes --no-deps --only-binary=:all:

# What `make lock` locks with.
uv = uv==0.13.9
uv_compile = "$$tools/bin/uv" pip compile --no-config --quiet $(UPGRADE) --universal --python-version=3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command='make lock'

.PHONY: build test lock clean help build-needs test-needs reading-systems
.NOTPARALLEL:

build: build-needs $(build_stamp)  ## Make the edition in output/; what is current is left alone
	@.venv/bin/python build.py

test: test-needs build $(test_stamp) reading-systems  ## Make the edition, then check the code and run the tests
	@.venv/bin/python -m ruff check
	@.venv/bin/python -m ruff format --check
	@.venv/bin/python -m mypy
	@.venv/bin/python -m pytest --numprocesses=auto --dist=worksteal

lock:  ## Lock the packages that pyproject.toml names (with UPGRADE=--upgrade, also renew those they need)
	tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT \
	&& "$(PYTHON)" -m venv "$$tools" && "$$tools/bin/python" -m pip install --quiet $(uv) \
	&& $(uv_compile) --output-file=requirements.txt pyproject.toml \
	&& $(uv_compile) --output-file=requirements-test.txt --constraint=requirements.txt --group=test

clean:  ## Remove all that was made or installed in this folder
	rm -rf .venv tests/node/node_modules .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find output -mindepth 1 ! -path output/.gitignore -delete

help:  ## List what make can do
	@sed -n 's/^\([a-z]*\):.*  ## \(.*\)/make \1 \2/p' Makefile | while read -r make name what; do \
		printf '%s %-6s %s\n' "$$make" "$$name" "$$what"; done

build-needs:
	@"$(PYTHON)" .ci/needs.py

test-needs:
	@"$(PYTHON)" .ci/needs.py --test

# The reading systems, by their lock; without them, or without Node, the tests that need them are skipped and say so.
reading-systems: | test-needs
	@if command -v npm >/dev/null && ! [ -e $(node_stamp) ]; then \
		echo 'Installing the packages of tests/node'; \
		(cd tests/node && PUPPETEER_SKIP_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) \
		&& touch $(node_stamp) || rm -rf tests/node/node_modules; fi

$(build_stamp): | build-needs
	@echo 'Installing the packages of requirements.txt in .venv'
	@"$(PYTHON)" -m venv --clear .venv
	@$(pip_install) --requirement requirements.txt
	@touch $@

$(test_stamp): $(build_stamp) | test-needs
	@echo 'Installing the packages of requirements-test.txt in .venv'
	@rm -f .venv/test-*
	@$(pip_install) --requirement requirements-test.txt
	@touch $@
