#!/usr/bin/env bash
# Clones share one target directory, and cargo judges our crates by path within the clone and by file time alone: it would
# take another clone's build for this one's. So when the last build was another clone's, ours are forgotten and built again.
set -euo pipefail
cd "$(dirname "$0")/.."
mark="$CARGO_TARGET_DIR/.last-clone"
[ -z "${CI:-}" ] && [ "$(cat "$mark" 2>/dev/null)" = "$PWD" ] && exit 0
mkdir -p "$CARGO_TARGET_DIR"
for profile in debug release; do
  prints="$CARGO_TARGET_DIR/$profile/.fingerprint"
  [ -d "$prints" ] || continue
  for manifest in crates/*/Cargo.toml xtask/Cargo.toml; do
    name=$(basename "$(dirname "$manifest")")
    # Under cargo's own lock: another clone may be building.
    flock "$CARGO_TARGET_DIR/$profile/.cargo-lock" \
      find "$prints" -maxdepth 1 -regextype posix-extended -regex ".*/$name-[0-9a-f]{16}" -exec rm -rf {} +
  done
done
printf '%s' "$PWD" >"$mark"
