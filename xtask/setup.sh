#!/usr/bin/env bash
# Installs what is missing on a Debian machine and says so, one line each. Quick when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# Package and what it is for. Compiler for SQLite; browser for the journeys; typefaces for letters; PDF to picture for
# tests; PostgreSQL for the tests of the store, which start a server of their own; Python for those of the API.
packages=(build-essential git chromium fonts-noto-cjk fonts-arphic-ukai poppler-utils postgresql python3-venv)
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=()
if command -v dpkg-query >/dev/null; then
  for package in "${packages[@]}"; do
    installed "$package" || missing+=("$package")
  done
else
  say "not a Debian system: install what these Debian packages hold yourself: ${packages[*]}"
fi

if ! command -v cargo >/dev/null; then
  if command -v apt-cache >/dev/null && [ -n "$(apt-cache search --names-only '^rustup$')" ]; then
    missing+=(rustup)
  elif command -v apt-cache >/dev/null; then
    # Debian 12's own cargo is too old for this code, and it has no rustup.
    no_cargo=1
  fi
fi

if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "not root and no sudo here; ask for: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing Debian packages: ${missing[*]}"
  apt="env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0"
  # shellcheck disable=SC2086
  "${as_root[@]}" $apt update
  # shellcheck disable=SC2086
  "${as_root[@]}" $apt install -y --no-install-recommends "${missing[@]}" >/dev/null
fi

if [ -n "${no_cargo:-}" ] || ! command -v cargo >/dev/null; then
  fail "Rust is missing and this Debian has no rustup package; run: apt-get install -y curl && curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y   then run make again"
fi

if command -v rustup >/dev/null && ! rustup which cargo >/dev/null 2>&1; then
  say "installing the Rust toolchain that rust-toolchain.toml names"
  rustup toolchain install
fi

for folder in web e2e; do
  [ -f "$folder/package-lock.json" ] || continue
  # A copy of the lock file says what is installed: times lie after a checkout.
  cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed-lock" && continue
  say "installing npm packages of $folder/"
  (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error)
  cp "$folder/package-lock.json" "$folder/node_modules/.installed-lock"
done
