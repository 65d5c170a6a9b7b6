//! Requests nobody's browser would send, to every route and by everybody: answered, never a panic and never 'our fault'.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the town")]
mod desk_town;
mod every_route;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request, StatusCode, header};
use desk_town::{PASSWORD, Town, VISIT, after};
use every_route::{declared, filled};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// Names of fields of forms and bodies, so that what is sent comes further than the first look.
const FIELDS: [&str; 47] = [
    "about",
    "accused",
    "accused_people",
    "at",
    "attended_county",
    "basis",
    "category",
    "channel",
    "code",
    "contact",
    "day",
    "days",
    "document",
    "fen",
    "from",
    "go",
    "ground",
    "how",
    "intake",
    "kind",
    "leaders",
    "limit",
    "login",
    "name",
    "nonce",
    "offset",
    "once",
    "open",
    "outcome",
    "page",
    "password",
    "people",
    "phone",
    "place",
    "rating",
    "reason",
    "reference",
    "respondents",
    "result",
    "show",
    "step",
    "summary",
    "text",
    "then",
    "time",
    "to",
    "who",
];

/// Headers that are read somewhere, or that a server in front passes on.
const HEADERS: [&str; 14] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "cookie",
    "forwarded",
    "huiyin-code",
    "idempotency-key",
    "if-none-match",
    "origin",
    "range",
    "sec-fetch-site",
    "user-agent",
    "x-forwarded-for",
];

/// One request: the route, who asks, and what is wrong with it.
#[derive(Debug, Clone)]
struct Odd {
    route: Index,
    who: usize,
    /// Put into the path in place of one of its parts.
    segment: Option<(Index, String)>,
    query: Vec<(&'static str, String)>,
    headers: Vec<(&'static str, Vec<u8>)>,
    fields: Vec<(&'static str, String)>,
    json: bool,
    /// A byte of the body altered.
    spoilt: Option<(Index, u8)>,
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "\\PC{0,30}",
        2 => "-?[0-9]{1,20}",
        2 => "-?[0-9]{1,6}-[0-9]{1,2}-[0-9]{1,2}(T[0-9:]{1,8}Z)?",
        1 => select(vec!["v", "xf", "hr", "new", "visit", "petition_office", "send", "check", "opinion", "农民工工资"])
            .prop_map(str::to_owned),
        1 => select(vec!["\u{0}", "\r\n", "%00", "../../etc/passwd", "'; DROP TABLE event; --", "{{7*7}}"])
            .prop_map(str::to_owned),
        1 => "[0-9a-f]{32}",
        1 => (1_usize..70_000).prop_map(|length| "言".repeat(length)),
    ]
}

fn odd() -> impl Strategy<Value = Odd> {
    let fields = || prop::collection::vec((select(FIELDS.to_vec()), word()), 0..8);
    (
        any::<Index>(),
        0_usize..3,
        prop::option::weighted(0.3, (any::<Index>(), word())),
        prop::collection::vec((select(FIELDS.to_vec()), "\\PC{0,30}|-?[0-9]{1,20}"), 0..3),
        prop::collection::vec((select(HEADERS.to_vec()), prop::collection::vec(32_u8..=255, 0..40)), 0..3),
        fields(),
        any::<bool>(),
        prop::option::weighted(0.2, (any::<Index>(), any::<u8>())),
    )
        .prop_map(|(route, who, segment, query, headers, fields, json, spoilt)| Odd {
            route,
            who,
            segment,
            query,
            headers,
            fields,
            json,
            spoilt,
        })
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Everything the requests are made for.
struct Scene {
    town: Town,
    routes: Vec<(String, String)>,
    reference: String,
    session: String,
    cookies: [String; 3],
    token: String,
}

impl Scene {
    async fn set() -> Scene {
        let town = Town::new();
        let clerk = town.sign_in("clerk").await;
        let receipt = town.post(&clerk, "/desk/register", &VISIT).await.is(StatusCode::OK).text();
        let reference = after(&receipt, "receipt-reference\">", '<');
        let (_, groups) = receipt.split_once("receipt-code\">").unwrap();
        let code = groups.split("</p>").next().unwrap().replace("<span>", "").replace("</span>", "");
        let at = format!("/desk/matters/{reference}/transfer");
        town.post(&clerk, &at, &[("to", "hr")]).await.is(StatusCode::SEE_OTHER);
        let person = town.post("", "/track", &[("reference", &reference), ("code", &code)]).await.cookie;
        let session = town.session().await;
        let given = format!("{{\"login\":\"wages\",\"password\":\"{PASSWORD}\"}}");
        let to = Request::post("/api/v1/desk/token").header(header::CONTENT_TYPE, "application/json");
        let token = town.send(to.body(Body::from(given)).unwrap()).await.text();
        let token = token.split("\"token\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let cookies = [String::new(), town.sign_in("wages").await, person];
        Scene { town, routes: declared().into_iter().collect(), reference, session, cookies, token }
    }

    fn request(&self, odd: &Odd) -> Option<(String, Request<Body>)> {
        let (route, method) = odd.route.get(&self.routes);
        let mut path = filled(route, &self.reference, &self.session);
        if let Some((at, put)) = &odd.segment {
            let mut parts: Vec<String> = path.split('/').map(str::to_owned).collect();
            let at = at.index(parts.len());
            // Longer addresses than this no server passes on.
            parts[at] = encoded(&put.chars().take(300).collect::<String>());
            path = parts.join("/");
        }
        let query: Vec<String> =
            odd.query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let uri = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
        let mut body = if odd.json {
            let fields = odd.fields.iter().map(|(name, value)| {
                let value = value.parse::<i64>().map_or(serde_json::Value::from(value.as_str()), Into::into);
                ((*name).to_owned(), value)
            });
            serde_json::Value::Object(fields.collect()).to_string().into_bytes()
        } else {
            let fields = odd.fields.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
            fields.collect::<Vec<_>>().join("&").into_bytes()
        };
        if let Some((at, byte)) = odd.spoilt
            && !body.is_empty()
        {
            let at = at.index(body.len());
            body[at] = byte;
        }
        let what = format!(
            "{method} {uri:.300} {}",
            String::from_utf8_lossy(&body).chars().take(300).collect::<String>()
        );
        let kind = if odd.json { "application/json" } else { "application/x-www-form-urlencoded" };
        let mut request = Request::builder().method(method.as_str()).uri(uri).header(header::CONTENT_TYPE, kind);
        request = request.header(header::COOKIE, &self.cookies[odd.who]);
        if odd.who == 1 {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        for (name, value) in &odd.headers {
            let Ok(value) = HeaderValue::from_bytes(value) else { continue };
            request = request.header(HeaderName::from_static(name), value);
        }
        Some((what, request.body(Body::from(body)).ok()?))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_is_answered_as_our_own_fault() {
    let scene = Arc::new(Scene::set().await);
    let mut runner = TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() });
    let (mut sent, mut statuses) = (0, BTreeSet::new());
    // Many at a time: a wrong code is answered late on purpose.
    for _ in 0..30 {
        let mut answers = Vec::new();
        for _ in 0..40 {
            let odd = odd().new_tree(&mut runner).unwrap().current();
            let Some((what, request)) = scene.request(&odd) else { continue };
            let scene = Arc::clone(&scene);
            answers.push((what, tokio::spawn(async move { scene.town.send(request).await.status })));
        }
        for (what, answer) in answers {
            let status = answer.await.unwrap_or_else(|panic| panic!("{what}: {panic}"));
            // The door for passwords lets few through at a time, and says so.
            let busy = status == StatusCode::SERVICE_UNAVAILABLE && what.contains("sign-in");
            assert!(!status.is_server_error() || busy, "{status}: {what}");
            sent += 1;
            statuses.insert(status.as_u16());
        }
    }
    assert!(sent > 800, "{sent}");
    // It came far enough to be served, redirected, refused by a rule, and not found.
    for status in [200, 303, 400, 404, 422] {
        assert!(statuses.contains(&status), "{statuses:?}");
    }
}
