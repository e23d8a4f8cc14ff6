# Basin. Each target does its own set-up, so `make demo` or `make test` is all a fresh machine needs.

BIN := .venv/bin
READY := .venv/.ready
CHECKS := "ruff check ." "ruff format --check ." "mypy" "pytest"

.PHONY: help setup demo test lint bench gallery clean libraries test-libraries
.NOTPARALLEL:

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

setup: test-libraries $(READY)  ## install what demo and test need (about 6 GB, some minutes; later runs are instant)

demo: libraries $(READY)  ## train a small network, measure its landscape and explore it; ARGS="…" is passed on
	@$(BIN)/basin demo $(ARGS)

test: test-libraries $(READY)  ## ruff, mypy and pytest; runs them all, fails if one fails
	@failed=; for check in $(CHECKS); do \
		echo "== $$check"; $(BIN)/$$check || failed="$$failed, $$check"; \
	done; \
	[ -z "$$failed" ] || { echo "Failed: $${failed#, }"; exit 1; }

lint: $(READY)  ## ruff and mypy only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: test-libraries $(READY)  ## measure the speed here, against peers that it installs; ARGS="drawing idle" chooses
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[bench]"
	@$(BIN)/python -m benchmarks $(ARGS)

gallery: libraries $(READY)  ## draw the pictures of docs/gallery anew, each by the command under it; ARGS="map.png" chooses
	@$(BIN)/python docs/gallery/make.py $(ARGS)

clean:  ## remove .venv, caches and build outputs; runs/ and demo/ stay
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache tests/failures
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

libraries:
	@.ci/setup libraries

test-libraries:
	@.ci/setup libraries xvfb xdotool

# Newer than both files means that .venv holds what they ask for.
$(READY): pyproject.toml constraints.txt
	@.ci/setup python
	@touch $@
