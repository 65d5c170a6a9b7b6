//! `docs/api.json` is what the program says of its API. After a change: `HUIYIN_UPDATE=1 cargo test -p web api`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::path::PathBuf;

#[test]
fn api_json_is_what_the_program_says() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../docs/api.json");
    let said = web::openapi();
    assert!(said.contains("\"openapi\": \"3.1"), "the description is OpenAPI 3.1");
    if std::env::var_os("HUIYIN_UPDATE").is_some() {
        std::fs::write(&root, &said).unwrap();
    }
    let committed = std::fs::read_to_string(&root).unwrap_or_default();
    assert!(
        committed == said,
        "docs/api.json differs: run HUIYIN_UPDATE=1 cargo test -p web api, and say why in CHANGELOG.md"
    );
}
