//! Files of a matter from outside: sent by the person, opened again by them and by nobody else.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod file_form;
#[allow(dead_code, reason = "each test program uses a part of the county")]
mod public_county;

use std::io::Cursor;
use std::path::Path;

use app::Clamd;
use axum::http::{StatusCode, header};
use file_form::{NAME, SECRET, form};
use public_county::{Answer, County};

/// A picture with a place in it.
fn photograph() -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(16, 8).write_to(&mut out, image::ImageFormat::Jpeg).unwrap();
    let plain = out.into_inner();
    let place = b"Exif\0\0GPSLatitude 24.4798";
    let length = u16::try_from(place.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xFF, 0xE1], &length, place, &plain[2..]].concat()
}

/// A county with a matter, and what its person's browser keeps.
async fn visit(county: &County) -> String {
    let (reference, code) = county.filed().await;
    county.tracked(&reference, &code).await.cookie().unwrap()
}

/// What makes the form of a page count once.
fn nonce(page: &Answer) -> String {
    page.html().split("name=\"nonce\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Files as the form takes them.
type Files<'a> = [(&'a str, &'a [u8])];

async fn sent(county: &County, cookie: &str, files: &Files<'_>) -> Answer {
    let once = nonce(&county.get("/track/files", cookie).await);
    county.send(form("/track/files", cookie, &[("nonce", &once), ("strip", "yes")], files)).await
}

fn lies_in_clear(folder: &Path, what: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        let holds = |bytes: Vec<u8>| bytes.windows(what.len()).any(|window| window == what);
        if path.is_dir() { lies_in_clear(&path, what) } else { std::fs::read(&path).is_ok_and(holds) }
    })
}

#[tokio::test]
async fn a_person_adds_files_and_opens_them_again() {
    let county = County::open();
    let cookie = visit(&county).await;
    let status = county.get("/track/matter", &cookie).await;
    assert!(status.html().contains("action=\"/track/files\""), "the way there");
    let empty = county.get("/track/files", &cookie).await;
    assert!(empty.html().contains("还没有") && empty.html().contains("multipart/form-data"));
    let files: [(&str, &[u8]); 2] = [(NAME, SECRET.as_bytes()), ("C:\\photo\\现场.jpeg", &photograph())];
    let once = nonce(&empty);
    let fields = [("nonce", once.as_str())];
    for _ in 0..2 {
        let answer = county.send(form("/track/files", &cookie, &fields, &files)).await;
        assert_eq!((answer.status, answer.place()), (StatusCode::SEE_OTHER, "/track/files"), "{}", answer.html());
    }
    let page = county.get("/track/files", &cookie).await;
    assert_eq!(page.html().matches("/track/files/").count(), 2, "sent twice, it came once: {}", page.html());
    assert!(page.html().contains(NAME) && page.html().contains("现场.jpeg"));
    let story = county.get("/track/matter", &cookie).await;
    assert!(story.html().contains("附件：文字") && story.html().contains("附件：图片"));

    let text = county.get("/track/files/1", &cookie).await;
    assert_eq!((text.status, text.html()), (StatusCode::OK, SECRET));
    let head = |answer: &Answer, name: header::HeaderName| answer.headers[name].to_str().unwrap().to_owned();
    assert_eq!(head(&text, header::CONTENT_TYPE), "text/plain; charset=utf-8", "not what the browser said it is");
    assert!(head(&text, header::CONTENT_DISPOSITION).starts_with("attachment; filename*=UTF-8''%E9%99%88"));
    assert_eq!(head(&text, header::CONTENT_SECURITY_POLICY), "sandbox; default-src 'none'");
    assert_eq!(head(&text, header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    let picture = county.get("/track/files/2", &cookie).await;
    assert!(head(&picture, header::CONTENT_DISPOSITION).starts_with("inline"));
    assert!(picture.bytes.starts_with(&[0xFF, 0xD8]) && !picture.bytes.windows(3).any(|three| three == b"GPS"));
    for absent in ["/track/files/0", "/track/files/3", "/track/files/x"] {
        let answer = county.get(absent, &cookie).await;
        assert!(answer.status.is_client_error(), "{absent}: {}", answer.status);
    }
    // Nobody else, and nothing without the code.
    let other = visit(&county).await;
    assert_eq!(county.get("/track/files/1", &other).await.status, StatusCode::NOT_FOUND);
    assert_eq!(county.get("/track/files/1", "").await.status, StatusCode::SEE_OTHER);
    for clear in [SECRET, "陈海生的欠条", "现场.jpeg"] {
        assert!(!lies_in_clear(county.folder(), clear.as_bytes()), "{clear} lies in the data folder");
    }
}

#[tokio::test]
async fn what_is_not_taken_is_told_and_nothing_of_it_is_kept() {
    let county = County::open();
    let cookie = visit(&county).await;
    let heic: &[u8] = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00";
    let large = vec![b'a'; (10 << 20) + 1];
    let cases: [(&Files<'_>, &str); 4] = [
        (&[], "请选至少一个文件"),
        (&[("a.txt", b"fine"), ("照片.HEIC", heic)], "“照片.HEIC”没有收下：这是 HEIC 格式的照片"),
        (&[("page.jpg", b"\x00\x01<script>alert(1)</script>")], "只收照片"),
        (&[("long.txt", &large)], "超过 10 MB"),
    ];
    for (files, why) in cases {
        let answer = sent(&county, &cookie, files).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.html().contains(why) && answer.html().contains("files-error"), "{why}: {}", answer.html());
        assert!(answer.html().contains("还没有。"), "all of a form or nothing");
    }
    let five: Vec<(&str, &[u8])> = vec![("a.txt", &large[1..]); 4];
    let answer = sent(&county, &cookie, &five).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.html().contains("合起来超过 30 MB"), "{}", answer.html());
    let many: Vec<(&str, &[u8])> = vec![("a.txt", b"a"); 20];
    assert_eq!(sent(&county, &cookie, &many).await.status, StatusCode::SEE_OTHER);
    let more = sent(&county, &cookie, &[("b.txt", b"b")]).await;
    assert!(more.html().contains("最多20个附件"), "{}", more.html());
}

#[tokio::test]
async fn without_the_scanner_that_was_asked_for_nothing_is_taken() {
    let nowhere: Clamd = "/nowhere/clamd.socket".parse().unwrap();
    let county = County::over(County::set_up(), |app| app.with_clamd(nowhere));
    let cookie = visit(&county).await;
    let answer = sent(&county, &cookie, &[("a.txt", b"fine")]).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.html().contains("现在查不了病毒") && !answer.html().contains("nowhere"), "{}", answer.html());
    assert!(county.get("/track/files", &cookie).await.html().contains("还没有。"));
}
