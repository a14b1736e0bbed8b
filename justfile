# Every development task; `just` alone lists them. CI runs the same ones.
# If just is not installed: .venv/bin/just, after ./test or requirements/install dev.

set quiet

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")
pin := "uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes --system-certs --no-header --no-annotate --no-emit-index-url"

# List the tasks.
default:
    {{ quote(just_executable()) }} --list --unsorted

# Install everything a developer needs into .venv.
setup:
    requirements/install dev

# Run the demo town on http://127.0.0.1:8000.
run *arguments:
    ./run {{ arguments }}

# Run the tests; further arguments go to pytest.
test *arguments:
    ./test {{ arguments }}

# Run everything that must pass before a change lands.
check: format-check lint types imports schema frontend test

# Format the code.
format:
    ruff format .
    ruff check --select I --fix --quiet .
    frontend/npm run format

# Check the formatting.
format-check:
    ruff format --check .

# Lint, with all rules on.
lint:
    ruff check .

# Check the types in strict mode.
types:
    basedpyright

# Check that packages import downward only.
imports:
    lint-imports --no-cache --no-logo

# Check that no migration would disturb a running installation.
schema:
    squawk src/gotovo/store/schema/*.sql

# Check the pages of staff: their format, their types, their own tests.
frontend:
    frontend/build dev
    frontend/npm run check
    frontend/npm test

# Observe which locks each migration takes, after a new one.
locks:
    python -m tests.support.store.migration_locks

# Build the wheel and the source distribution of this commit, with their hashes.
build folder="dist":
    releases/build {{ quote(folder) }}

# Build the container image of a built release; needs root, mmdebstrap and umoci.
image folder="dist":
    releases/image {{ quote(folder) }}

# Write down the API of a release that is made, for later ones to be compared with.
record-api:
    python -m tests.support.releases.record

# Run the rules of the tree alone: sizes, names, purity, pages, documentation.
tidy:
    python -m pytest tests/tidy tests/docs -q

# Take a screenshot of every page: phone and desktop, light and dark, in both languages.
screenshots folder="build/screenshots":
    python -m tests.browser.screenshots {{ quote(folder) }}

# Take a screenshot of every screen of the desk: each device, light and dark, both languages.
desk-screenshots folder="build/desk-screenshots":
    python -m tests.browser.desk_screenshots {{ quote(folder) }}

# Update the pins after a change of pyproject.toml; `just lock --upgrade` takes the newest versions.
lock *arguments:
    {{ pin }} {{ arguments }} --output-file requirements/runtime.txt pyproject.toml
    {{ pin }} {{ arguments }} --output-file requirements/tracing.txt --constraints requirements/runtime.txt --extra tracing pyproject.toml
    {{ pin }} {{ arguments }} --output-file requirements/telegram.txt --constraints requirements/runtime.txt --extra telegram pyproject.toml
    {{ pin }} {{ arguments }} --output-file requirements/dev.txt --constraints requirements/tracing.txt --constraints requirements/telegram.txt --extra tracing --extra telegram --group dev pyproject.toml
    {{ pin }} {{ arguments }} --output-file requirements/peers.txt --no-deps --constraints requirements/dev.txt --group peers
    {{ pin }} {{ arguments }} --output-file requirements/uv.txt --group installer
    {{ pin }} {{ arguments }} --output-file requirements/node.txt --constraints requirements/dev.txt --group node
    for source in benchmarks/peers/*/*.in; do {{ pin }} {{ arguments }} --output-file "${source%.in}.txt" "$source" || exit 1; done
