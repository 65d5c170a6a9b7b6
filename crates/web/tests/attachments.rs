//! Files of a matter from outside: sent by the person and by officers, opened by those who may, and by nobody else.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the town")]
mod desk_town;
#[allow(dead_code, reason = "each test program uses a part of the county")]
mod public_county;

use std::io::Cursor;
use std::path::Path;

use app::Clamd;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use casework::office::Role;
use desk_town::{Town, VISIT, after, once_in};
use public_county::{Answer, County};

/// Stands in no page and no file in clear but where it is opened.
const SECRET: &str = "三月工资一万二千元整，包工头签字";
const NAME: &str = "陈海生的欠条.txt";

/// A picture with a place in it.
fn photograph() -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(16, 8).write_to(&mut out, image::ImageFormat::Jpeg).unwrap();
    let plain = out.into_inner();
    let place = b"Exif\0\0GPSLatitude 24.4798";
    let length = u16::try_from(place.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xFF, 0xE1], &length, place, &plain[2..]].concat()
}

/// A form with files, as a browser sends it.
fn form(path: &str, cookie: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Request<Body> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (name, bytes) in files {
        let head = "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=";
        body.extend(format!("{head}\"{name}\"\r\nContent-Type: text/html\r\n\r\n").bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
        .body(Body::from(body))
        .unwrap()
}

/// A county with a matter, and what its person's browser keeps.
async fn visit(county: &County) -> String {
    let (reference, code) = county.filed().await;
    county.tracked(&reference, &code).await.cookie().unwrap()
}

async fn sent(county: &County, cookie: &str, files: &[(&str, &[u8])]) -> Answer {
    let nonce = after(county.get("/track/files", cookie).await.html(), "name=\"nonce\" value=\"", '"');
    county.send(form("/track/files", cookie, &[("nonce", &nonce), ("strip", "yes")], files)).await
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
    let nonce = after(empty.html(), "name=\"nonce\" value=\"", '"');
    let fields = [("nonce", nonce.as_str())];
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
    let cases: [(&[(&str, &[u8])], &str); 4] = [
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

/// A matter registered by the clerk, with the cookie of its person.
async fn brought(town: &Town, clerk: &str, fields: &[(&str, &str)], to: &str) -> (String, String) {
    let text = town.post(clerk, "/desk/register", fields).await.is(StatusCode::OK).text();
    let reference = after(&text, "receipt-reference\">", '<');
    let (_, groups) = text.split_once("receipt-code\">").unwrap();
    let code = groups.split("</p>").next().unwrap().replace("<span>", "").replace("</span>", "");
    town.post(clerk, &format!("/desk/matters/{reference}/transfer"), &[("to", to)])
        .await
        .is(StatusCode::SEE_OTHER);
    let person = town.post("", "/track", &[("reference", &reference), ("code", &code)]).await.cookie;
    (reference, person)
}

#[tokio::test]
async fn the_accused_find_nothing_and_whoever_handles_it_learns_no_name() {
    let town = Town::new();
    let clerk = town.sign_in("clerk").await;
    let accusing = [&VISIT[..], &[("accused_people", "周明")]].concat();
    let (reference, person) = brought(&town, &clerk, &accusing, "hb").await;
    let page = town.get(&person, "/track/files").await.text();
    assert!(page.contains("痕迹会自动去掉") && !page.contains("name=\"strip\""));
    let fields = [("nonce", after(&page, "name=\"nonce\" value=\"", '"'))];
    let fields = [("nonce", fields[0].1.as_str())];
    let answer = town.send(form("/track/files", &person, &fields, &[(NAME, SECRET.as_bytes())])).await;
    answer.is(StatusCode::SEE_OTHER);

    let (matter, file) = (format!("/desk/matters/{reference}"), format!("/desk/files/{reference}/1"));
    let (houses, wages) = (town.sign_in("houses").await, town.sign_in("wages").await);
    let seen = town.get(&houses, &matter).await.text();
    assert!(seen.contains("材料1.txt") && !seen.contains("陈海生"), "names that people give tell who they are");
    let opened = town.get(&houses, &file).await;
    assert_eq!(opened.is(StatusCode::OK).text(), SECRET);
    let seen = town.get(&clerk, &matter).await.text();
    assert!(seen.contains(NAME), "whoever took it in knows who came");

    // The accused: as of a matter that is not there, whatever they send.
    let absent = reference.replace(|c: char| c.is_ascii_digit(), "0");
    for at in [&reference, &absent] {
        let got = town.get(&wages, &format!("/desk/files/{at}/1")).await;
        let to = format!("/desk/matters/{at}/files");
        let sent = town.send(form(&to, &wages, &[], &[("a.txt", b"a")])).await;
        assert_eq!((got.status, sent.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "{at}");
        assert!(!got.text().contains(SECRET));
    }
    assert!(!town.get(&clerk, &matter).await.text().contains("a.txt"));
}

#[tokio::test]
async fn officers_add_files_for_themselves_or_for_the_person_too() {
    let town = Town::new();
    town.officer("root", "root", "hr", Role::Admin);
    let clerk = town.sign_in("clerk").await;
    let (reference, person) = brought(&town, &clerk, &VISIT, "hr").await;
    let wages = town.sign_in("wages").await;
    let (matter, to) = (format!("/desk/matters/{reference}"), format!("/desk/matters/{reference}/files"));
    let once = once_in(&town.get(&wages, &matter).await.text());
    let inner = form(&to, &wages, &[("once", &once)], &[("核查记录.txt", b"inner")]);
    town.send(inner).await.is(StatusCode::SEE_OTHER);
    town.send(form(&to, &wages, &[("open", "yes")], &[("照片.txt", b"open")])).await.is(StatusCode::SEE_OTHER);
    let seen = town.get(&wages, &matter).await.text();
    assert!(seen.contains("核查记录.txt") && seen.contains("只供机关内部") && seen.contains("照片.txt"));
    let theirs = town.get(&person, "/track/files").await.text();
    assert!(theirs.contains("照片.txt") && !theirs.contains("核查记录"), "{theirs}");
    assert_eq!(town.get(&person, "/track/files/1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.get(&person, "/track/files/2").await.text(), "open");
    let status = town.get(&person, "/track/matter").await.text();
    assert_eq!(status.matches("附件：文字").count(), 1, "an office's own is not in the person's story");
    // Another office, and a role that acts on nothing.
    let houses = town.sign_in("houses").await;
    assert_eq!(town.get(&houses, &format!("/desk/files/{reference}/1")).await.status, StatusCode::NOT_FOUND);
    let lead = town.sign_in("wageslead").await;
    let refused = town.send(form(&to, &lead, &[], &[("a.txt", b"a")])).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["不能收下附件", "您的岗位不能办理"]);
}
