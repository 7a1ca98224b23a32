# Everything one needs to do with the course. `make` alone lists the commands.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help book serve test lab tidy lock bench clean

help:  ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

$(VENV)/book: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Try: make PYTHON=python3.12 book"; exit 1; }
	@echo "Making the environment in $(VENV): once, a few minutes on a slow network …"
	@$(PYTHON) -m venv $(VENV)
	@$(INSTALL) -r requirements.txt || { echo "Packages could not be installed. Is the network there? Then run make again."; exit 1; }
	@touch $@

$(VENV)/dev: $(VENV)/book requirements-dev.txt
	@echo "Adding what the checks need …"
	@$(INSTALL) -r requirements-dev.txt || { echo "Packages could not be installed. Is the network there? Then run make again."; exit 1; }
	@touch $@

book: $(VENV)/book  ## build the book: environment, notebooks, pages
	@$(BIN)/python -m tools.build

serve: $(VENV)/book  ## serve the built book on this machine
	@test -f _build/html/index.html || $(MAKE) --no-print-directory book
	@$(BIN)/python -m tools.serve

test: $(VENV)/dev  ## everything that continuous integration checks
	@$(BIN)/python -m tools.steps

lab: $(VENV)/book  ## open the chapters in JupyterLab
	@echo "JupyterLab opens in your browser; its address is printed below."
	@$(BIN)/jupyter lab --ip=127.0.0.1 --notebook-dir=. --LabApp.default_url=/lab/tree/chapters/01-origins.ipynb $(LAB)

tidy: $(VENV)/dev  ## normalise notebooks, format code
	@$(BIN)/python -m tools.tidy
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

lock: $(VENV)/book  ## lock the newest allowed versions into requirements.txt and requirements-dev.txt
	@$(INSTALL) uv
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-annotate --no-header requirements.in -o requirements.txt
	@grep -v '^-e' requirements.txt > $(VENV)/constraints.txt
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-annotate --no-header -c $(VENV)/constraints.txt requirements-dev.in -o requirements-dev.txt
	@git --no-pager diff --stat -- requirements.txt requirements-dev.txt

bench: $(VENV)/dev  ## print the measurements against their goals
	@$(BIN)/python -m tools.bench

clean:  ## remove what was made, the environment too
	rm -rf _build $(VENV) .pytest_cache .ruff_cache .mypy_cache *.egg-info
