//! Red team: pages, lists, figures and the API are the same whether one person brought every matter or each had their own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the town")]
mod desk_town;
mod looked_at;

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use desk_town::{Town, VISIT, after};
use jiff::SignedDuration;
use looked_at::{assert_same, seen_by};
use serde_json::Value;

const NAMES: [&str; 4] = ["陈海生", "李秋云", "王有田", "赵小满"];

/// Four matters, the third brought again; brought by these people in turn. Their references.
async fn town(people: [usize; 4]) -> (Town, Vec<String>) {
    let town = Town::new();
    let (clerk, wages) = (town.sign_in("clerk").await, town.sign_in("wages").await);
    let mut references = Vec::new();
    for person in people {
        let phone = format!("1990000000{person}");
        let mut fields: Vec<(&str, &str)> = VISIT.to_vec();
        fields.retain(|(name, _)| *name != "name");
        fields.extend([("name", NAMES[person]), ("phone", phone.as_str()), ("contact", "可以打留下的电话")]);
        let receipt = town.post(&clerk, "/desk/register", &fields).await.is(StatusCode::OK).text();
        references.push(after(&receipt, "receipt-reference\">", '<'));
        // Lists are in the order of time: at one moment chance would order them.
        town.pass(SignedDuration::from_mins(1));
    }
    for (number, reference) in references.iter().enumerate() {
        let at = format!("/desk/matters/{reference}");
        let to = if number == 3 { "hb" } else { "hr" };
        town.post(&clerk, &format!("{at}/transfer"), &[("to", to)]).await.is(StatusCode::SEE_OTHER);
        if number < 2 {
            town.post(&wages, &format!("{at}/accept"), &[]).await.is(StatusCode::SEE_OTHER);
        }
    }
    let again = [("channel", "visit"), ("people", "3"), ("text", "还是没有发。")];
    let at = format!("/desk/matters/{}/repeat", references[2]);
    town.post(&clerk, &at, &again).await.is(StatusCode::SEE_OTHER);
    (town, references)
}

/// What an officer sees, with everybody's name and telephone alike.
async fn seen(town: &Town, login: &str, references: &[String]) -> BTreeMap<String, String> {
    let references: Vec<&str> = references.iter().map(String::as_str).collect();
    let mut seen = seen_by(town, login, &references).await;
    for page in seen.values_mut() {
        for (person, name) in NAMES.iter().enumerate() {
            *page = page.replace(name, "NAME").replace(&format!("1990000000{person}"), "PHONE");
        }
    }
    seen
}

#[tokio::test]
async fn nobody_is_shown_which_matters_are_of_one_person() {
    let ((one, first), (many, second)) = (town([0, 0, 0, 0]).await, town([0, 1, 2, 3]).await);
    for login in ["clerk", "chief", "wages", "wageslead", "houses", "magistrate"] {
        let pages = seen(&one, login, &first).await;
        assert_same(&pages, &seen(&many, login, &second).await, login);
    }
    let clerk = seen(&one, "clerk", &first).await;
    assert!(clerk.values().any(|page| page.contains("NAME")), "the matter's own page names who brought it");
    let desk = clerk.iter().filter(|(path, _)| path.as_str() == "/desk" || path.starts_with("/desk?"));
    for (path, page) in desk {
        assert!(!page.contains("NAME") && !page.contains("PHONE"), "a list names persons: {path}");
    }
}

/// Lists and reports are narrowed by these and nothing else: by no person, and never sorted by how often somebody came.
#[test]
fn the_api_narrows_lists_by_work_and_never_by_person() {
    let api: Value = serde_json::from_str(&web::openapi()).unwrap();
    let mut asked = BTreeSet::new();
    for operation in api["paths"].as_object().unwrap().iter().filter(|(path, _)| path.contains("/desk/")) {
        for given in operation.1["get"]["parameters"].as_array().into_iter().flatten() {
            asked.insert(given["name"].as_str().unwrap().to_owned());
        }
    }
    let known =
        ["as_of", "due_by", "from", "limit", "mine", "offset", "open", "reference", "report", "step", "to"];
    assert_eq!(asked.iter().map(String::as_str).collect::<Vec<_>>(), known);
    for listed in ["Line", "Listing"] {
        let fields = api["components"]["schemas"][listed]["properties"].as_object().unwrap();
        assert!(fields.len() >= 3, "{listed}");
        for name in fields.keys() {
            let of_person = ["name", "phone", "petitioner", "contact", "code", "person", "rating"];
            assert!(!of_person.contains(&name.as_str()), "{listed}.{name}");
        }
    }
}
