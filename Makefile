# Every command of the project. `make` alone lists them; what each does is in tools/, a module a command.

PYTHON ?= python3
RUN := .venv/bin/python -m

.DEFAULT_GOAL := help
.PHONY: help book serve lab results test assignment answers grade mark lms simulation tidy outputs lock audit versions bench binder warm clean pdf epub offline release twice

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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

pdf: .venv/.checks book ## make the whole book one PDF, in _build/editions (needs a Chromium)
	@$(RUN) tools.pdf

epub: .venv/.checks book ## make the whole book one EPUB, in _build/editions
	@$(RUN) tools.epub

results: .venv/.course ## report on a class: GRADES=grades.csv QUIZ=folder (KEY=file: who is who)
	@$(RUN) tools.results $(if $(GRADES),--grades "$(GRADES)") $(if $(QUIZ),--quizzes "$(QUIZ)") $(if $(KEY),--key "$(KEY)")

offline: book ## make one archive of the book that opens from a folder, without a network
	@$(RUN) tools.offline

release: .venv/.checks ## make a release: VERSION=x.y.z (DRY=1 only says what, TAG=1 commits and tags)
	@$(RUN) tools.release $(VERSION) $(if $(DRY),--dry-run) $(if $(TAG),--tag)

twice: .venv/.checks ## build the last commit twice, in two places, and say which files differ
	@$(RUN) tools.twice

test: .venv/.checks ## run everything that CI checks (ONLY="lint tests" runs a part)
	@$(RUN) tools.check $(ONLY)

assignment: .venv/.teaching ## release an assignment for a class: CHAPTER=03 COHORT=key
	@$(RUN) tools.assignment "$(CHAPTER)" "$(COHORT)"

answers: .venv/.teaching ## write the instructor's key for a class: CHAPTER=03 COHORT=key
	@$(RUN) tools.answers "$(CHAPTER)" "$(COHORT)"

grade: .venv/.teaching ## grade a class: CHAPTER=03 SUBMISSIONS=zip-or-folder COHORT=key (HIDDEN=1 AGAIN=1)
	@$(RUN) tools.grade "$(CHAPTER)" "$(COHORT)" "$(SUBMISSIONS)" $(if $(HIDDEN),--hidden) $(if $(AGAIN),--again)

mark: .venv/.teaching ## read and mark what waits, in the browser: CHAPTER=03 COHORT=key
	@$(RUN) tools.mark "$(CHAPTER)" "$(COHORT)"

lms: .venv/.teaching ## make the files for Canvas, Moodle and paper (SEED=a-word for another order of options)
	@$(RUN) tools.lms --seed "$(or $(SEED),1)"

simulation: .venv/.course ## write the pack of the simulation (SIZE=14 MINUTES=75 VARIANT=real COHORT=word)
	@$(RUN) tools.simulation --size "$(or $(SIZE),14)" --minutes "$(or $(MINUTES),75)" --variant "$(or $(VARIANT),real)" --cohort "$(COHORT)"

tidy: .venv/.checks ## bring notebooks and code into their normal form
	@$(RUN) tools.tidy
	@$(RUN) ruff check --quiet --fix .
	@$(RUN) ruff format --quiet .

outputs: .venv/.course ## run the notebooks and keep the outputs that are checked
	@$(RUN) tools.tidy --run

lock: .venv/.checks ## lock the newest versions that the bounds allow
	@$(RUN) tools.lock

audit: .venv/.checks ## licences, bill of materials and known faults of the packages (needs a network)
	@mkdir -p _build
	@$(RUN) tools.packages licences
	@$(RUN) tools.packages bill _build/bill-of-materials.json
	@$(RUN) tools.packages faults

versions: .venv/.checks ## test with the lowest and newest versions and other Pythons (ONLY="lowest 3.13" tries some)
	@$(RUN) tools.versions $(ONLY)

bench: .venv/.checks ## print the measurements and their goals
	@$(RUN) tools.bench

binder: .venv/.checks ## try what Binder offers: its packages, its commands, every notebook and every lab
	@$(RUN) tools.binder

warm: ## ask Binder to build the image now: REPOSITORY=owner/name REF=main
	@$(PYTHON) tools/warm.py $(if $(REPOSITORY),--repository "$(REPOSITORY)") $(if $(REF),--ref "$(REF)")

clean: ## remove what was made: environment, book, caches
	@rm -rf .venv _build .pytest_cache .ruff_cache .mypy_cache *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
