//! Every route of the site, as the sources declare them, with something in the places of their paths.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Path and method of every route, as the sources declare them.
pub fn declared() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap().to_str().unwrap();
            let prefix = match name {
                // Sites of their own.
                "witness.rs" | "bare.rs" => continue,
                "api/desk.rs" => "/api/v1/desk",
                "api/matters.rs" => "/api/v1",
                name if name.starts_with("desk/") => "/desk",
                _ => "",
            };
            let source = fs::read_to_string(&path).unwrap();
            for declared in source.split(".route(\"").skip(1) {
                let (at, rest) = declared.split_once('"').unwrap();
                let methods = rest.split(".route(").next().unwrap().split(['\n', ';']).next().unwrap();
                let at = format!("{prefix}{at}");
                let at = at.strip_suffix('/').filter(|at| !at.is_empty()).map_or(at.clone(), str::to_owned);
                for method in ["get", "post"] {
                    if methods.contains(&format!("{method}(")) {
                        found.insert((at.clone(), method.to_uppercase()));
                    }
                }
            }
        }
    }
    found
}

/// What stands in the places of a route's path.
pub fn filled(route: &str, reference: &str, session: &str) -> String {
    let verb = if route.starts_with("/track") { "supplement" } else { "accept" };
    route
        .replace("{reference}", reference)
        .replace("{verb}", verb)
        .replace("{index}", "1")
        .replace("{sheet}", "approval.pdf")
        .replace("{id}", session)
        .replace("{report}", "work-summary")
        .replace("{figure}", "intake.total")
        .replace("{draft}", "x")
        .replace("{step}", "about")
        .replace("{*path}", "checkpoint")
        .replace("{name}", "mark.svg")
}
