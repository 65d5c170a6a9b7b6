#!/usr/bin/env bash
# Runs every test, the quickest to fail first, and says how long each phase took.
set -euo pipefail
cd "$(dirname "$0")/.."

phase() {
  local name=$1 start=$SECONDS
  shift
  if ! "$@"; then
    printf 'test: %s failed after %d s: %s\n' "$name" $((SECONDS - start)) "$*" >&2
    exit 1
  fi
  printf 'test: %s passed in %d s\n' "$name" $((SECONDS - start))
}

[ -d "$HUIYIN_SHARED" ] || echo "test: $HUIYIN_SHARED is not here; tests that read it say that they did not run"

# The same sources draw the same inputs, so that what was green here is green elsewhere. `make fuzz` draws others.
PROPTEST_RNG_SEED=$((16#$(git rev-parse HEAD:crates | cut -c 1-8)))
export PROPTEST_RNG_SEED

phase format cargo fmt --check
phase house cargo test --locked -p xtask
phase lints cargo clippy --locked --workspace --all-targets -- -D warnings
if command -v cargo-nextest >/dev/null; then
  phase tests cargo nextest run --locked --workspace --exclude xtask
  # Those of witnesses copy a county's folder, which does not hold the journal there.
  phase 'pages on PostgreSQL' env HUIYIN_TEST_ON=postgresql \
    cargo nextest run --locked --workspace --exclude xtask -E 'kind(test) & package(web) - binary(witnesses)'
else
  phase tests cargo test --locked --workspace --exclude xtask --lib --bins --tests
  phase 'pages on PostgreSQL' env HUIYIN_TEST_ON=postgresql cargo test --locked -p web \
    --test public --test public_log --test api --test desk --test desk_sight
fi
# A code block in a comment is a test too; most comments have none, and then there is nothing to build.
if git grep -qE '^\s*//[/!] ```(rust)?$' -- 'crates/*.rs'; then
  phase 'doc tests' cargo test --locked --workspace --doc
fi
shopt -s nullglob
journeys=(e2e/*.test.mjs)
if [ ${#journeys[@]} -gt 0 ]; then
  # The tests of the command have built the program; a build of its own would choose other features and take minutes.
  phase journeys env HUIYIN_BIN="$CARGO_TARGET_DIR/debug/huiyin" node --test --test-concurrency=1 "${journeys[@]}"
  phase schemathesis env HUIYIN_BIN="$CARGO_TARGET_DIR/debug/huiyin" xtask/schemathesis.sh
else
  echo 'test: no browser journeys yet (e2e/*.test.mjs)'
fi
printf 'test: all passed in %d s\n' "$SECONDS"
