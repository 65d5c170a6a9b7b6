//! Settings of single sign-on that are not safe: refused at the start, with the mend, before anything is set up.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod program;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use program::{Data, complaint, said, succeeded};

const STORY: &str = r#"{"at":"2026-01-05T07:00:00+08:00","by":"admin","do":"story","id":"linked","title":"青河县"}
{"at":"2026-01-05T08:00:00+08:00","by":"admin","do":"office","code":"990221","name":"青河县","kind":"county","parent":null}
{"at":"2026-01-05T09:00:00+08:00","by":"admin","do":"officer","login":"clerk","name":"登记员","office":"990221","roles":["registrar"]}
"#;

#[test]
fn what_is_not_safe_is_refused_at_the_start() {
    let data = Data::new();
    let file = |name: &str, text: &str, mode: u32| {
        let path = data.file(name, text);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (kept, open, empty) = (file("kept", "s\n", 0o600), file("open", "s\n", 0o640), file("empty", "\n", 0o600));
    let (ours, theirs) = ("https://xf.example", "https://sso.example");
    for (address, issuer, secret, why) in [
        ("", theirs, kept.as_str(), "--address https://"),
        (ours, "http://sso.example", kept.as_str(), "the issuer must begin with https://"),
        (ours, "sso.example", kept.as_str(), "the issuer must begin with https://"),
        ("http://xf.example", theirs, kept.as_str(), "the address people use must begin with https://"),
        (ours, theirs, open.as_str(), "chmod 600"),
        (ours, theirs, empty.as_str(), "must not be empty"),
        (ours, theirs, "/nowhere/secret", "/nowhere/secret"),
        (ours, theirs, "", "--oidc-client-secret-file"),
    ] {
        let mut arguments =
            vec!["serve", "--listen", "127.0.0.1:0", "--oidc-issuer", issuer, "--oidc-client-id", "x"];
        for (option, value) in [("--address", address), ("--oidc-client-secret-file", secret)] {
            if !value.is_empty() {
                arguments.extend([option, value]);
            }
        }
        let told = complaint(&data.run(&arguments));
        assert!(told.contains(why), "{arguments:?}: {told}");
        assert!(!data.path().exists(), "{arguments:?}: nothing was set up");
    }
}

#[test]
fn an_administrator_removes_a_link() {
    let data = Data::new();
    succeeded(&data.replay(&data.file("story.jsonl", STORY)));
    let done = data.run(&["user", "unlink", "clerk"]);
    succeeded(&done);
    assert!(said(&done).contains("clerk is linked to no account now"), "{}", said(&done));
    assert!(complaint(&data.run(&["user", "unlink", "nobody"])).contains("nobody"));
}
