//! Every route by everybody who may ask it: the answers stand in `policies/routes.txt`, so that a change is seen in a review.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the town")]
mod desk_town;
mod every_route;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use casework::office::Role;
use desk_town::{PASSWORD, Town, VISIT, after};
use every_route::{declared, filled};
use jiff::SignedDuration;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies/routes.txt");

/// Who asks, in the order of the columns: a name, and the login where it is an officer.
const WHO: [(&str, &str); 13] = [
    ("stranger", ""),
    ("person", ""),
    ("other-person", ""),
    ("registrar", "clerk"),
    ("chief", "chief"),
    ("officer", "wages"),
    ("leader", "wageslead"),
    ("supervisor", "watch"),
    ("reviewer", "reviews"),
    ("custodian", "keeps"),
    ("admin", "root"),
    ("other-office", "houses"),
    ("accused", "wages"),
];

/// A matter with the code of whoever brought it.
struct Brought {
    reference: String,
    code: String,
}

async fn brought(town: &Town, fields: &[(&str, &str)], to: &str) -> Brought {
    let (clerk, text) = {
        let clerk = town.sign_in("clerk").await;
        let answer = town.post(&clerk, "/desk/register", fields).await;
        (clerk, answer.is(StatusCode::OK).text())
    };
    let reference = after(&text, "receipt-reference\">", '<');
    let (_, groups) = text.split_once("receipt-code\">").unwrap();
    let code = groups.split("</p>").next().unwrap().replace("<span>", "").replace("</span>", "");
    let at = format!("/desk/matters/{reference}/transfer");
    town.post(&clerk, &at, &[("to", to)]).await.is(StatusCode::SEE_OTHER);
    Brought { reference, code }
}

/// One cell: how a request is answered.
async fn asked(town: &Town, method: &str, path: &str, who: (&str, &str), by: Option<&Brought>) -> u16 {
    let api = path.starts_with("/api/");
    let mut request = Request::builder().method(method).uri(path);
    match (who.1, by) {
        ("", None) => {}
        ("", Some(brought)) if api => request = request.header("huiyin-code", &brought.code),
        ("", Some(brought)) => {
            let keys = [("reference", brought.reference.as_str()), ("code", brought.code.as_str())];
            request = request.header(header::COOKIE, town.post("", "/track", &keys).await.cookie);
        }
        (login, _) if api => {
            let given = format!("{{\"login\":\"{login}\",\"password\":\"{PASSWORD}\"}}");
            let to = Request::post("/api/v1/desk/token").header(header::CONTENT_TYPE, "application/json");
            let token = town.send(to.body(Body::from(given)).unwrap()).await.text();
            let token = token.split("\"token\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        (login, _) => request = request.header(header::COOKIE, town.sign_in(login).await),
    }
    let (kind, body) = match (method, api) {
        ("GET", _) => ("text/plain", ""),
        (_, true) => ("application/json", "{}"),
        (_, false) => ("application/x-www-form-urlencoded", ""),
    };
    let request = request.header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap();
    town.send(request).await.status.as_u16()
}

#[tokio::test]
async fn every_route_answers_everybody_as_it_is_written() {
    let town = Town::new();
    for (login, office, role) in [
        ("watch", "xf", Role::Supervisor),
        ("reviews", "c", Role::Reviewer),
        ("keeps", "xf", Role::Custodian),
        ("root", "c", Role::Admin),
    ] {
        town.officer(login, login, office, role);
    }
    let about = brought(&town, &VISIT, "hr").await;
    let other = brought(&town, &VISIT, "hb").await;
    let accusing = [&VISIT[..], &[("accused_people", "周明")]].concat();
    let accusing = brought(&town, &accusing, "hb").await;
    let absent = brought(&Town::new(), &VISIT, "hr").await;
    let session = town.session().await;

    let mut table = BTreeMap::new();
    for (route, method) in declared() {
        let mut row = Vec::new();
        for who in WHO {
            // Codes that do not fit make everybody wait in the end: the second half comes later.
            if who.0 == "custodian" {
                town.pass(SignedDuration::from_mins(16));
            }
            let at = |brought: &Brought| filled(&route, &brought.reference, &session);
            let of = if who.0 == "accused" { &accusing } else { &about };
            let by = match who.0 {
                "person" => Some(&about),
                "other-person" => Some(&other),
                _ => None,
            };
            let status = asked(&town, &method, &at(of), who, by).await;
            // Hidden means absent: what somebody may not see is answered as what is not there.
            if route.contains("{reference}")
                && ["other-office", "accused", "other-person", "stranger", "custodian"].contains(&who.0)
            {
                let of_nothing = asked(&town, &method, &at(&absent), who, by).await;
                assert_eq!(status, of_nothing, "{method} {route} tells {} that the matter is there", who.0);
            }
            assert!(status < 500 || status == 503, "{method} {route} by {}: {status}", who.0);
            row.push(status);
        }
        table.insert((route, method), row);
    }
    assert!(table.len() > 50, "only {} routes were found in the sources", table.len());

    let mut text = String::from(
        "# Every route by everybody: the status of the answer. Made by crates/web/tests/routes.rs (HUIYIN_UPDATE=1).\n\
         # The matter asked for lies with the officer's and the leader's office; the accused is complained of in theirs.\n\
         # Acts are sent empty: 422 is whoever may do them, 404 whoever may not even see that there is a matter.\n",
    );
    let columns: Vec<&str> = WHO.iter().map(|(name, _)| *name).collect();
    writeln!(text, "{:<52} {}", "#", columns.join(" ")).unwrap();
    for ((route, method), row) in &table {
        let cells =
            row.iter().zip(&columns).map(|(status, column)| format!("{status:<width$}", width = column.len()));
        let line = format!("{method:<5}{route:<47} {}", cells.collect::<Vec<_>>().join(" "));
        writeln!(text, "{}", line.trim_end()).unwrap();
    }
    if std::env::var_os("HUIYIN_UPDATE").is_some() {
        fs::write(GOLDEN, &text).unwrap();
    }
    let written = fs::read_to_string(GOLDEN).unwrap_or_default();
    let differ = text.lines().zip(written.lines()).find(|(is, was)| is != was);
    assert!(text == written, "answers changed (look, then HUIYIN_UPDATE=1): {differ:?}");
}
