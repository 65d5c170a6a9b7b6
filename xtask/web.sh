#!/usr/bin/env bash
# Builds styles and scripts of the pages into web/dist when one of their sources is newer.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -f web/package.json ] || exit 0
built=web/dist/.built
if [ -f "$built" ]; then
  newer=$(find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -newer "$built" -print -quit)
  [ -n "$newer" ] || exit 0
fi
echo "web: building styles and scripts"
(cd web && npm run --silent build)
touch "$built"
