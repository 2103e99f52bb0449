# make claims   sets everything up and runs the lecture        make test       sets everything up and runs the tests
# make bench    the benchmarks                                 make calibrate  every trained claim under many seeds
# make lint     ruff and mypy                                  make clean      takes .venv away
# make report   the lecture on one page, out/report/index.html, with its pictures
# A second call installs nothing: .venv/installed is younger than what it was made from.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: claims report test bench calibrate lint clean
.DEFAULT_GOAL := claims

.venv/installed: requirements.txt constraints.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 10) and 'Python 3.10 or later is needed: make PYTHON=python3.11')"
	@echo "Setting up .venv, once: torch and fastai take a few minutes to download and unpack ..."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	@touch $@

claims: .venv/installed
	$(BIN)/python -m pytest claims/ $(ARGS)

report: .venv/installed
	$(BIN)/python -m pytest claims/ --report out/report $(ARGS)

test: .venv/installed
	$(BIN)/python -m pytest $(ARGS)

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/installed
	$(BIN)/python -m pytest benchmarks/bench_*.py $(ARGS)

calibrate: .venv/installed
	$(BIN)/python -m calibration $(ARGS)

clean:
	rm -rf .venv
