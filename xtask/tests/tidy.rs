//! Every file of the repository is tidy, and the scanner finds what is not.

use xtask::source::{Source, word_parts};
use xtask::tidy::{Exception, Lists, Refused, Retired, check};
use xtask::tree::File;
use xtask::{House, listed};

#[test]
fn every_file_is_tidy() {
    let breaches = House::read().unwrap().tidy().unwrap();
    assert!(breaches.is_empty(), "\n{}", listed(&breaches));
}

fn lists() -> Lists {
    Lists {
        refused: vec![Refused {
            rule: "words of profiling".into(),
            words: vec!["坏词".into()],
            allowed_in: vec!["refuses.rs".into()],
        }],
        retired: vec![Retired {
            word: "handler".into(),
            say: "officer".into(),
            folders: vec!["crates/casework/".into()],
        }],
        local: vec!["secret-tool".into()],
        ..Lists::default()
    }
}

fn found(path: &str, text: &str) -> String {
    listed(&check(&[File::of(path, text)], &lists()))
}

fn function_of(lines: usize) -> String {
    format!("//! A file.\nfn long() {{\n{}}}\n", "    step();\n".repeat(lines - 2))
}

#[test]
fn an_untidy_file_is_found() {
    let marker = format!("//! A file.\n// {}: later\n", ["TO", "DO"].concat());
    let cases = [
        ("a.rs", "fn a() {}\n".to_owned(), "begins with a //! line"),
        ("a.rs", marker.clone(), "a.rs:2: work left over"),
        ("a.rs", format!("//! A file.\n{}", "// x\n".repeat(500)), "501 lines"),
        ("a.rs", function_of(71), "a.rs:2: a function has at most 70 lines — long has 71"),
        ("a.rs", "//! A file.\n#[allow(dead_code)]\nfn a() {}\n".into(), "says its reason"),
        ("a.rs", "//! A file. \nfn a() {}\n".into(), "a.rs:1: no white space at the end"),
        ("a.css", "a {}\r\n".into(), "no white space at the end"),
        ("a.md", "no new line".into(), "ends with one new line"),
        ("a.md", "two\n\n".into(), "ends with one new line"),
        ("a.md", "这是坏词。\n".into(), "words of profiling — 坏词"),
        ("a.jsonl", "{\"text\":\"坏词\"}\n".into(), "words of profiling"),
        ("a.md", "made by secret-tool\n".into(), "deny list"),
        ("crates/casework/src/a.rs", "//! A file.\nstruct CaseHandlers;\n".into(), "say officer"),
        ("Makefile", marker.replace("//", "#"), "work left over"),
    ];
    for (path, text, expected) in cases {
        let found = found(path, &text);
        assert!(found.contains(expected), "{path}: expected {expected:?}, found {found:?}");
    }
}

#[test]
fn a_tidy_file_passes() {
    let marker = ["TO", "DO"].concat();
    let cases = [
        ("refuses.rs", "//! Refuses 坏词.\n".to_owned()),
        ("a.rs", function_of(70)),
        ("crates/x/tests/a.rs", function_of(90)),
        ("a.rs", format!("//! A file.\n#[cfg(test)]\nmod tests {{\n{}}}\n", function_of(90).replace("//!", "//"))),
        ("a.rs", format!("//! A file.\nconst A: &str = \"{marker}\";\n")),
        ("a.rs", "//! A file.\n#[allow(\n    dead_code,\n    reason = \"why\"\n)]\nfn a() {}\n".into()),
        ("crates/web/src/a.rs", "//! A file.\nstruct Handler;\n".into()),
    ];
    for (path, text) in cases {
        assert_eq!(found(path, &text), "", "{path}");
    }
}

#[test]
fn a_large_binary_is_found() {
    let file = |size| File { path: "picture.png".into(), bytes: vec![0; size] };
    assert_eq!(check(&[file(500_000)], &lists()).len(), 0);
    assert_eq!(check(&[file(500_001)], &lists()).len(), 1);
}

#[test]
fn a_module_that_names_nothing_is_found() {
    let mut lists = lists();
    lists.modules.refused = vec!["utils".into()];
    assert_eq!(check(&[File::of("crates/a/src/utils.rs", "//! A file.\n")], &lists).len(), 1);
    assert_eq!(check(&[File::of("crates/a/src/utils/b.rs", "//! A file.\n")], &lists).len(), 1);
}

#[test]
fn an_exception_needs_a_reason() {
    let exception = |reason: &str| Lists {
        exception: vec![Exception { rule: "function".into(), path: "a.rs long".into(), reason: reason.into() }],
        ..Lists::default()
    };
    let file = File::of("a.rs", &function_of(71));
    assert_eq!(check(std::slice::from_ref(&file), &exception(" ")).len(), 1);
    assert_eq!(check(&[file], &exception("a table of verbs")).len(), 0);
}

#[test]
fn strings_and_comments_are_told_from_code() {
    let text = "let a = \"fn x() {\"; // fn y() {\nlet b = r#\"}\"#; let c = '{'; let d: &'static str = \"\\\"{\";\n/* { /* } */ { */ fn z() {}\n";
    let source = Source::read("a.rs", text);
    let names: Vec<String> = source.functions().into_iter().map(|f| f.name).collect();
    assert_eq!(names, ["z"]);
    assert!(source.comments[0].contains("fn y() {"));
    assert!(!source.code[1].contains(['{', '}']));
}

#[test]
fn words_are_taken_apart() {
    assert_eq!(word_parts("struct CaseHandler_id2x;"), ["struct", "case", "handler", "id", "x"]);
}
