//! Every answer of every route carries the headers that protect it, refusals and files too; no form works from another site.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the town")]
mod desk_town;
mod every_route;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use desk_town::{Answer, Town};
use every_route::{declared, filled};

const FORM: &str = "application/x-www-form-urlencoded";

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// What holds for every answer, whatever it is.
#[track_caller]
fn protected(answer: &Answer, what: &str, https: bool) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("strict-transport-security", if https { "max-age=31536000" } else { "" }),
    ] {
        assert_eq!(header(answer, name), value, "{name} of {what} ({})", answer.status);
    }
    assert!(header(answer, "permissions-policy").contains("geolocation=()"), "{what}");
    assert!(
        !header(answer, "content-type").is_empty() || answer.body.is_empty(),
        "{what} does not say what it is"
    );
    let policy = header(answer, "content-security-policy");
    // Only the file of a letter may be framed, and only by the page of the letter.
    if answer.kind == "application/pdf" {
        assert_eq!(
            (policy, header(answer, "x-frame-options")),
            ("frame-ancestors 'self'", "SAMEORIGIN"),
            "{what}"
        );
    } else {
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{what}: {policy}");
        }
        assert!(
            !policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"),
            "{what}: {policy}"
        );
        assert_eq!(header(answer, "x-frame-options"), "DENY", "{what}");
    }
    let public = answer.status == StatusCode::OK
        && ["/assets/", "/favicon.ico", "/log/"].iter().any(|begins| what.contains(begins));
    if !public || what.ends_with("/log/key") {
        assert_eq!(header(answer, "cache-control"), "no-store", "{what}");
    }
    for cookie in answer.headers.get_all(header::SET_COOKIE) {
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{what}: {cookie}");
        assert_eq!(cookie.starts_with("__Secure-") && cookie.ends_with("; Secure"), https, "{what}: {cookie}");
    }
}

async fn every_route_is_protected(town: &Town, https: bool) {
    let (_, wages, reference) = town.accepted().await;
    let decided = [("outcome", "supported"), ("text", "十五日内发放。"), ("basis", "《劳动法》")];
    let at = format!("/desk/matters/{reference}/decide");
    town.post(&wages, &at, &decided).await.is(StatusCode::SEE_OTHER);
    let session = town.session().await;
    let (mut seen, mut files, mut cookies) = (0, 0, 0);
    for (route, method) in declared() {
        let path = filled(&route, &reference, &session);
        for who in ["", wages.as_str()] {
            let request = Request::builder().method(method.as_str()).uri(&path).header(header::COOKIE, who);
            let request = request
                .header(header::CONTENT_TYPE, if path.starts_with("/api/") { "application/json" } else { FORM });
            let answer = town.send(request.body(Body::empty()).unwrap()).await;
            protected(&answer, &format!("{method} {path}"), https);
            seen += 1;
            files += u32::from(answer.kind == "application/pdf");
            cookies += u32::from(answer.headers.contains_key(header::SET_COOKIE));
        }
    }
    assert!(seen > 100 && files > 0 && cookies > 0, "{seen} answers, {files} files, {cookies} cookies");
}

#[tokio::test]
async fn every_answer_of_every_route_is_protected() {
    every_route_is_protected(&Town::new(), false).await;
}

#[tokio::test]
async fn over_https_browsers_are_told_to_come_no_other_way() {
    every_route_is_protected(&Town::over_https(), true).await;
}

#[tokio::test]
async fn what_the_framework_refuses_is_protected_too() {
    let town = Town::over_https();
    let form =
        |body: Vec<u8>| Request::post("/track").header(header::CONTENT_TYPE, FORM).body(Body::from(body)).unwrap();
    let bare = |method: &str, path: &str| Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    for (request, status) in [
        (bare("GET", "/nothing-here"), StatusCode::NOT_FOUND),
        (bare("PUT", "/track"), StatusCode::METHOD_NOT_ALLOWED),
        (bare("DELETE", "/api/v1/matters"), StatusCode::METHOD_NOT_ALLOWED),
        (bare("GET", "/track/%ff"), StatusCode::BAD_REQUEST),
        (bare("GET", "/desk/sign-in?to=%zz&to=1&to=2"), StatusCode::BAD_REQUEST),
        (bare("HEAD", "/"), StatusCode::OK),
        (bare("POST", "/track"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (form(vec![b'a'; 5 * 1024 * 1024]), StatusCode::PAYLOAD_TOO_LARGE),
        (form(b"reference=%ff".to_vec()), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let what = format!("{} {}", request.method(), request.uri());
        let answer = town.send(request).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        protected(&answer, &what, true);
    }
}

/// A form on another site's page, a page of a neighbour below the same name, and a browser too old to say where it was.
#[tokio::test]
async fn no_form_works_from_another_site() {
    let town = Town::new();
    let (clerk, _, reference) = town.accepted().await;
    let session = town.session().await;
    let before = apart_matter(&town, &reference);
    let mut tried = 0;
    for (route, method) in declared() {
        if method != "POST" {
            continue;
        }
        let path = filled(&route, &reference, &session);
        for (name, from) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.test"),
            ("origin", "null"),
            ("origin", "http://desk.test.evil.test"),
        ] {
            let request = Request::post(&path)
                .header(header::HOST, "desk.test")
                .header(header::COOKIE, &clerk)
                .header(header::CONTENT_TYPE, FORM)
                .header(name, from);
            let answer = town.send(request.body(Body::from("text=x&people=2&channel=visit")).unwrap()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "POST {path} with {name}: {from}");
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
    assert_eq!(apart_matter(&town, &reference), before, "something was done");
    let own =
        Request::post("/desk/sign-out").header(header::HOST, "desk.test").header("origin", "http://desk.test");
    let answer = town.send(own.header(header::COOKIE, &clerk).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "our own form works");
}

/// How far a matter has come, and that the clerk is still signed in.
fn apart_matter(town: &Town, reference: &str) -> (usize, usize) {
    let clerk = || town.app.officer_actor(&"clerk".into());
    desk_town::apart(|| {
        let reader = app::show::Reader::Officer(clerk().unwrap());
        let matter = town.app.matter(&reader, reference, town.now()).unwrap();
        (matter.story.len(), town.app.sessions(&clerk().unwrap()).unwrap().len())
    })
}
