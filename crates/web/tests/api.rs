//! The API from outside: what goes wrong is said, a key stands for one body, the door is that of the pages.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the county")]
mod public_county;

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use public_county::County;
use serde_json::{Value, json};

async fn asked(county: &County, request: Request<Body>) -> (StatusCode, Value) {
    let answer = county.send(request).await;
    (answer.status, serde_json::from_slice(&answer.bytes).unwrap_or(Value::Null))
}

fn filing(text: &str, key: &str) -> Request<Body> {
    let body = json!({ "place": "990221100200", "category": "农民工工资", "summary": "短", "text": text });
    Request::post("/api/v1/matters")
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key)
        .body(Body::from(body.to_string()))
        .unwrap()
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let county = County::open();
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let post = |path: &str, kind: &str, body: &str| {
        Request::post(path).header(header::CONTENT_TYPE, kind).body(Body::from(body.to_owned())).unwrap()
    };
    let json = "application/json";
    let cases = [
        (get("/api/v1/desk/matters"), 401, "sign_in", "令牌"),
        (
            post("/api/v1/desk/token", json, r#"{"login":"clerk","password":"x"}"#),
            401,
            "sign_in",
            "账号或密码不对",
        ),
        (post("/api/v1/matters", "text/plain", "{}"), 415, "media_type", "application/json"),
        (get("/api/v1/matters"), 405, "method_not_allowed", "方法"),
        (post("/api/v1/matters", json, "{"), 400, "input", "读不懂"),
        (post("/api/v1/matters", json, &"x".repeat(5_000_000)), 413, "too_large", "4 MB"),
        (get("/api/v1/nothing"), 404, "not_found", "没有找到"),
    ];
    for (request, status, code, word) in cases {
        let at = request.uri().to_string();
        let (answered, said) = asked(&county, request).await;
        assert_eq!((answered.as_u16(), said["error"]["code"].as_str()), (status, Some(code)), "{at}: {said}");
        assert!(said["error"]["message"].as_str().unwrap().contains(word), "{at}: {said}");
    }
}

#[tokio::test]
async fn a_key_stands_for_one_body() {
    let county = County::open();
    let (status, first) = asked(&county, filing("一", "key-12345678")).await;
    assert_eq!(status, StatusCode::CREATED, "{first}");
    assert_eq!(asked(&county, filing("一", "key-12345678")).await, (StatusCode::CREATED, first));
    let (status, other) = asked(&county, filing("二", "key-12345678")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other["error"]["code"], "idempotency_key_reused");
}

#[tokio::test]
async fn guessing_a_code_is_slow_and_counted_with_the_pages() {
    let county = County::open();
    let (_, filed) = asked(&county, filing("一", "key-12345678")).await;
    let (reference, code) = (filed["reference"].as_str().unwrap(), filed["code"].as_str().unwrap());
    let track = |code: &str| {
        let request = Request::get(format!("/api/v1/matters/{reference}")).header("huiyin-code", code);
        request.body(Body::empty()).unwrap()
    };
    assert_eq!(asked(&county, track(code)).await.0, StatusCode::OK);
    let began = Instant::now();
    assert_eq!(asked(&county, track("1")).await.0, StatusCode::NOT_FOUND);
    let absent = Request::get("/api/v1/matters/4821-260302-0000-00000").body(Body::empty()).unwrap();
    assert_eq!(asked(&county, absent).await.0, StatusCode::NOT_FOUND);
    assert!(began.elapsed() >= Duration::from_millis(600), "a wrong code takes as long as no matter");
    for _ in 0..9 {
        assert_eq!(county.tracked(reference, "1").await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(asked(&county, track("1")).await.0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(asked(&county, track(code)).await.0, StatusCode::OK, "guessing locks nobody out");
}
