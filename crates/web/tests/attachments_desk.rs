//! Files of a matter at the desk: opened by those the matter opens to, and by nobody else.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the town")]
mod desk_town;
mod file_form;

use axum::http::StatusCode;
use casework::office::Role;
use desk_town::{Town, VISIT, after, once_in};
use file_form::{NAME, SECRET, form};

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
    let nonce = after(&page, "name=\"nonce\" value=\"", '"');
    let fields = [("nonce", nonce.as_str())];
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
