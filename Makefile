# Two commands matter: `make demo` shows the program at work, `make test` proves it. `make` alone lists the rest.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Clones share what is built, so a second clone does not wait a quarter of an hour for the same crates.
CARGO_TARGET_DIR ?= $(HOME)/.cache/huiyin/target
HUIYIN_SHARED ?= $(abspath ../shared)
# rustup puts cargo here; a shell opened before the installation does not know it yet.
PATH := $(HOME)/.cargo/bin:$(PATH)
export CARGO_TARGET_DIR HUIYIN_SHARED PATH

LISTEN ?= 127.0.0.1:8080
DATA ?= demo-data
DEMO_ARGS ?=
ROUNDS ?= 20
HUIYIN := $(CARGO_TARGET_DIR)/release/huiyin

.PHONY: help setup web build demo test fuzz fmt

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS=$$'\t' read -r name what; do printf '  make %-8s %s\n' "$$name" "$$what"; done

setup: ## install what is missing: Debian packages, npm packages, the Rust toolchain
	@xtask/setup.sh

web: setup ## build the styles and scripts of the pages
	@xtask/web.sh

build: web ## build the program, with optimisation
	@xtask/fresh.sh
	@cargo build --release --locked --bin huiyin

demo: build ## invent a county and half a year of work, and serve it on http://127.0.0.1:8080 (DEMO_ARGS="--today 2026-07-01")
	@exec $(HUIYIN) demo --data $(DATA) --listen $(LISTEN) $(DEMO_ARGS)

test: web ## run everything: format, lints, tests, browser journeys
	@xtask/fresh.sh
	@xtask/test.sh

fuzz: ## give every parser inputs not tried before, many (ROUNDS=20)
	@for round in $$(seq $(ROUNDS)); do PROPTEST_CASES=5000 cargo nextest run --locked --workspace --exclude xtask \
	  -E 'binary(bad_files) | test(without_panic) | test(address) | test(limit) | test(factor) | test(hostile) | test(properties)'; done

fmt: ## format the Rust sources
	@cargo fmt
