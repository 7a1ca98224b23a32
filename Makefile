# Every command of the project. `make` alone lists them; what each does is in tools/, a module a command.

PYTHON ?= python3
RUN := .venv/bin/python -m

.DEFAULT_GOAL := help
.PHONY: help book serve lab results test tidy outputs lock bench clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The environment from the lock; brought up to date when the lock changes.
.venv/.course: requirements.txt pyproject.toml
	@$(PYTHON) tools/environment.py

.venv/.teaching: requirements.txt requirements-teaching.txt pyproject.toml
	@$(PYTHON) tools/environment.py --teaching

.venv/.checks: requirements.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) tools/environment.py --checks

book: .venv/.course ## build the whole book, all notebooks executed, and print where it is
	@$(RUN) tools.build

serve: book ## build, then serve the book on this machine and print the address
	@$(RUN) tools.serve

lab: .venv/.course ## open the chapters in JupyterLab
	@$(RUN) tools.lab

results: .venv/.course ## report on a class: GRADES=grades.csv QUIZ=folder (KEY=file: who is who)
	@$(RUN) tools.results $(if $(GRADES),--grades "$(GRADES)") $(if $(QUIZ),--quizzes "$(QUIZ)") $(if $(KEY),--key "$(KEY)")

test: .venv/.checks ## run everything that CI checks (ONLY="lint tests" runs a part)
	@$(RUN) tools.check $(ONLY)

tidy: .venv/.checks ## bring notebooks and code into their normal form
	@$(RUN) tools.tidy
	@$(RUN) ruff check --quiet --fix .
	@$(RUN) ruff format --quiet .

outputs: .venv/.course ## run the notebooks and keep the outputs that are checked
	@$(RUN) tools.tidy --run

lock: .venv/.checks ## lock the newest versions that the bounds allow
	@$(RUN) tools.lock

bench: .venv/.checks ## print the measurements and their goals
	@$(RUN) tools.bench

clean: ## remove what was made: environment, book, caches
	@rm -rf .venv _build .pytest_cache .ruff_cache .mypy_cache *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
