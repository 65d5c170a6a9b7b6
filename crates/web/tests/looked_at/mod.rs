//! Everything an officer can look at, page by page, so that two counties can be compared.

use std::collections::BTreeMap;

use crate::desk_town::Town;

const PROCEDURE: &str = include_str!("../../../../procedures/petition-2022/procedure.toml");

/// The references of matters named by their order.
fn named(text: &str, references: &[&str]) -> String {
    let numbered = references.iter().enumerate();
    numbered
        .fold(text.to_owned(), |text, (number, reference)| text.replace(reference, &format!("REFERENCE{number}")))
}

/// A page without what is random on it.
fn without_chance(text: &str, references: &[&str]) -> String {
    let mut text = named(text, references);
    for mark in ["name=\"once\" value=\"", "name=\"session\" value=\""] {
        for random in text.clone().split(mark).skip(1).filter_map(|rest| rest.split('"').next()) {
            text = text.replace(random, "RANDOM");
        }
    }
    text
}

/// Everything an officer can look at, with what is random taken out: what follows links from the desk, and what is known
/// to be there.
pub async fn seen_by(town: &Town, login: &str, references: &[&str]) -> BTreeMap<String, String> {
    let cookie = town.sign_in(login).await;
    let mut open: Vec<String> = [
        "/desk",
        "/desk?show=all",
        "/desk?show=late",
        "/desk/sessions",
        "/desk/law",
        "/desk/report",
        "/desk/report?report=work-summary&from=2026-01-01&to=2026-12-31",
        "/desk/report?report=duties&from=2026-01-01&to=2026-12-31",
        "/desk/report?report=reply-delay&from=2026-01-01&to=2026-12-31",
        "/desk/matters/4821-260302-0000-00000",
        "/desk/open?reference=4821-260302-0000-00000",
    ]
    .map(str::to_owned)
    .to_vec();
    let mut seen = BTreeMap::new();
    while let Some(path) = open.pop() {
        let name = named(&path, references);
        if seen.contains_key(&name) || seen.len() > 400 {
            continue;
        }
        let answer = town.get(&cookie, &path).await;
        let text = answer.text();
        for link in text.split("href=\"/").skip(1).filter_map(|rest| rest.split('"').next()) {
            let link = format!("/{}", link.replace("&#38;", "&").replace("&amp;", "&"));
            // An officer's own account has nothing of any matter, and shows chance.
            let passed_over = ["sign-out", "/sheets/", "/account"];
            if link.starts_with("/desk") && !passed_over.iter().any(|part| link.contains(part)) {
                open.push(link.split('#').next().unwrap().to_owned());
            }
        }
        let text = if answer.kind.contains("html") { text } else { format!("{} bytes", answer.kind) };
        let text = without_chance(&text, references);
        seen.insert(name, format!("{} {}\n{text}", answer.status, answer.location));
    }
    // What a new procedure would change for the matters that are open.
    let rehearsed = town.post(&cookie, "/desk/law", &[("text", PROCEDURE)]).await;
    seen.insert("rehearsed".to_owned(), without_chance(&rehearsed.text(), references));
    seen
}

#[track_caller]
pub fn assert_same(with: &BTreeMap<String, String>, without: &BTreeMap<String, String>, who: &str) {
    let paths = |seen: &BTreeMap<String, String>| seen.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(with), paths(without), "{who} finds other pages");
    assert!(with.len() > 20, "{who} saw only {:?}", paths(with));
    for (path, page) in with {
        let other = &without[path];
        let differ = page.lines().zip(other.lines()).find(|(one, other)| one != other);
        assert!(page == other, "{who} sees a difference at {path}: {differ:?}");
    }
}
