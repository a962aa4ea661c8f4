# The two commands a newcomer needs: `make run` and `make test`. Both set everything up in .venv.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
DEFINITION ?= patterns/cruddur.yaml

.PHONY: help run test lint types imports unit notebooks gallery lab bench mutation lock docs clean

help: ## What there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

run: $(READY) ## Run the main job on patterns/cruddur.yaml
	$(BIN)/dynaproof run $(DEFINITION) --charts out --json out/run.json

test: lint types imports unit notebooks ## All checks and tests, notebooks included

lint: $(READY) ## Style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## Types
	$(BIN)/mypy

imports: $(READY) ## Imports go one way
	$(BIN)/lint-imports

unit: $(READY) ## Tests, those with a real DynamoDB Local and a real browser included
	sh scripts/system-packages
	$(BIN)/pytest -n 2

notebooks: $(READY) ## Execute the notebooks and hold them against what is stored
	$(BIN)/pytest --nbval -n 2 --dist loadscope notebooks

gallery: $(READY) ## Render the notebooks to out/gallery, for reading without Jupyter
	$(BIN)/python tools/gallery.py

lab: $(READY) ## Open the notebooks in JupyterLab
	$(BIN)/jupyter lab --notebook-dir notebooks

bench: $(READY) ## Benchmarks: pairs, medians and ratios
	$(BIN)/python benchmarks/generate.py
	$(BIN)/python benchmarks/items.py
	$(BIN)/python benchmarks/export.py
	$(BIN)/python benchmarks/load.py
	$(BIN)/python benchmarks/sizes.py
	$(BIN)/python benchmarks/patterns.py
	$(BIN)/python benchmarks/prove.py
	$(BIN)/python benchmarks/startup.py

# mutmut has an environment of its own, on top of the locked one, which it does not change.
mutation: $(READY) ## Mutation testing of capacity/: about half an hour
	$(BIN)/python -m venv .mutation
	.mutation/bin/python -m pip install --quiet --disable-pip-version-check mutmut==3.8.1
	$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" \
	  > "$$(.mutation/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/locked.pth"
	nice .mutation/bin/mutmut run --max-children 2
	$(BIN)/python tools/mutation_score.py

docs: $(READY) ## Write the generated pages of docs/
	$(BIN)/python tools/reference_pages.py
	$(BIN)/python tools/conformance_pages.py

lock: ## Resolve requirements.lock anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate --extra java --extra notebooks --extra pdf --group dev pyproject.toml \
	  -o requirements.lock

clean: ## Remove what was made here
	rm -rf .venv .mutation mutants out .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(READY): requirements.lock pyproject.toml scripts/bootstrap
	PYTHON=$(PYTHON) sh scripts/bootstrap
	@touch $(READY)
