# Every chore of the house; `just` alone lists them. CI calls the same names.
# Without a just of your own: .venv/bin/just, after ./test or requirements/install dev.

set quiet

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")
pin := "uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes --system-certs --no-header --no-annotate --no-emit-index-url"

# Say what there is.
default:
    {{ quote(just_executable()) }} --list --unsorted

# Set up everything a developer needs in .venv.
setup:
    requirements/install dev

# Run the demo town on http://127.0.0.1:8000.
run *arguments:
    ./run {{ arguments }}

# Run the tests; what is added goes to pytest.
test *arguments:
    ./test {{ arguments }}

# Everything that must hold before a change lands.
check: format-check lint types imports schema test

# Lay the code out.
format:
    ruff format .
    ruff check --select I --fix --quiet .

# Is the code laid out?
format-check:
    ruff format --check .

# Look for mistakes, with all rules on.
lint:
    ruff check .

# Check the types, strictly.
types:
    basedpyright

# Do the rooms import downward only?
imports:
    lint-imports --no-cache --no-logo

# Would a migration hurt a running installation?
schema:
    squawk src/gotovo/store/schema/*.sql

# The house rules alone: sizes, names, purity, pages, decisions.
tidy:
    python -m pytest tests/tidy -q

# Take a picture of every page: on a phone and on a desk, light and dark, in both languages.
screenshots folder="build/screenshots":
    python -m tests.browser.screenshots {{ quote(folder) }}

# Write the pins anew after pyproject.toml changed; `just lock --upgrade` takes the newest of everything.
lock *arguments:
    {{ pin }} {{ arguments }} --output-file requirements/runtime.txt pyproject.toml
    {{ pin }} {{ arguments }} --output-file requirements/dev.txt --constraints requirements/runtime.txt --group dev pyproject.toml
    {{ pin }} {{ arguments }} --output-file requirements/uv.txt --group installer
    for wanted in benchmarks/peers/*/*.in; do {{ pin }} {{ arguments }} --output-file "${wanted%.in}.txt" "$wanted" || exit 1; done
