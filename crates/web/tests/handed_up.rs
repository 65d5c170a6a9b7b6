//! A filing about whoever heads the node, where nobody above works on it: nothing of it can be read here, by anybody, with all
//! keys that are here; the office above opens it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "shared with the tests of the public pages, which use more of it")]
mod public_county;

use std::path::Path;

use app::{UpperOffice, UpperSecret};
use axum::http::StatusCode;
use public_county::{Answer, County, apart, keys};

const TO: &str = "海州市信访局";
const WORDS: [&str; 6] =
    ["三次去登记都不给回执", "窗口的人把材料退了回来", "陈海生", "19900000001", "局长本人", "199 0000 0001"];

/// Every answer up to the last page: about the petition office itself.
async fn answered(county: &County) -> Answer {
    let about = county.begun_with_cookie().await;
    let kind = [("kind", "complaint"), ("category", "农民工工资")];
    let township = county.fill(&about, &kind, "next").await;
    let village = county.fill(&township, &[("township", "990221100")], "next").await;
    let text = county.fill(&village, &[("place", "990221100200")], "next").await;
    let said = [("summary", WORDS[0]), ("text", WORDS[1]), ("accused_people", WORDS[4])];
    let who = county.fill(&text, &said, "next").await;
    let named = [("who", "named"), ("name", WORDS[2]), ("phone", WORDS[3]), ("people", "1")];
    let contact = county.fill(&who, &named, "next").await;
    let check = county.fill(&contact, &[("contact", "phone"), ("no_visit", "yes")], "next").await;
    assert!(check.html().contains("请看一遍"), "{}", check.html());
    check
}

fn every_file(folder: &Path, look: &mut dyn FnMut(&Path, Vec<u8>)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { every_file(&path, look) } else { look(&path, std::fs::read(&path).unwrap()) }
    }
}

fn holds(bytes: &[u8], word: &str) -> bool {
    let utf16: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let escaped: String = word.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    [word.as_bytes(), &utf16, escaped.as_bytes()]
        .iter()
        .any(|needle| bytes.windows(needle.len()).any(|window| window == *needle))
}

#[tokio::test]
async fn without_a_key_it_is_refused_with_the_place_to_turn_to() {
    let county = County::open();
    let refused = county.fill(&answered(&county).await, &[], "send").await;
    assert!(refused.html().contains("请直接向"), "{}", refused.html());
    assert_eq!(apart(|| county.app.parcels(|_| Ok(()))).unwrap(), 0);
}

#[tokio::test]
async fn nothing_can_be_read_here_and_everything_there() {
    let vault = tempfile::tempdir().unwrap();
    let file = vault.path().join("upper.key");
    let key = UpperSecret::make(&file).unwrap();
    assert!(UpperSecret::make(&file).is_err(), "a key is never written over");
    let upper = UpperOffice { name: TO.to_owned(), key };
    let county = County::over(County::set_up(), |app| app.with_upper_office(upper));
    let before = apart(|| county.app.fingerprint()).unwrap();
    let check = answered(&county).await;
    let receipt = county.fill(&check, &[], "send").await;
    assert_eq!(receipt.status, StatusCode::OK, "{}", receipt.html());
    assert!(receipt.html().contains(&format!("已密封，交{TO}")), "{}", receipt.html());
    let (reference, code) = keys(&receipt);

    // The form sent again is the same one.
    let again = county.fill(&check, &[], "send").await;
    assert_eq!(keys(&again), (reference.clone(), code.clone()));

    // Its person finds it with the code, and nobody else.
    let asked = county.tracked(&reference, &code).await;
    assert!(asked.html().contains(TO) && asked.html().contains("2026年3月2日"), "{}", asked.html());
    assert!(!asked.html().contains(&code[..11]), "the code is shown once");
    let wrong = county.tracked(&reference, "11111-22222-33333-44444-55555").await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    assert_eq!(wrong.html().replace(&reference, ""), {
        let nothing = county.tracked("4821-260302-0000-00000", "11111-22222-33333-44444-55555").await;
        nothing.html().replace("4821-260302-0000-00000", "")
    });

    // No list, count, fact or notice knows of it.
    assert_eq!(apart(|| county.app.fingerprint()).unwrap(), before);

    // Whoever has the folder, the database and every key in it: no file holds a word, and no sealed part opens to one.
    let mut parcel = None;
    let take = |one| {
        parcel = Some(one);
        Ok(())
    };
    apart(|| county.app.parcels(take)).unwrap();
    let parcel = parcel.unwrap();
    assert_eq!(parcel.reference, reference);
    let mut files = 0;
    every_file(county.folder(), &mut |path, bytes| {
        files += 1;
        for word in WORDS {
            assert!(!holds(&bytes, word), "{word} in {}", path.display());
        }
    });
    assert!(files > 0, "keys at least");
    let store = county.folder().join("keys/huiyin.keys");
    let local = std::fs::read_to_string(store).unwrap();
    assert!(UpperSecret::read(&vault.path().join("none")).is_err());
    let stranger = vault.path().join("stranger.key");
    UpperSecret::make(&stranger).unwrap();
    assert!(UpperSecret::read(&stranger).unwrap().open(&parcel.bytes).is_err());
    assert!(!local.contains("AGE-SECRET-KEY"), "the secret half was never here");
    for word in WORDS.into_iter().chain(["990221-xf", "990221100200", "农民工工资", "complaint"]) {
        assert!(!holds(&parcel.bytes, word), "{word} in the parcel");
    }

    // The office above reads all of it.
    let clear = UpperSecret::read(&file).unwrap().open(&parcel.bytes).unwrap();
    assert!(clear.len().is_power_of_two(), "its length tells nothing of the words'");
    let read: serde_json::Value = serde_json::from_slice(&clear).unwrap();
    assert_eq!((read["summary"].as_str(), read["text"].as_str()), (Some(WORDS[0]), Some(WORDS[1])));
    assert_eq!(read["petitioner"]["name"], WORDS[2]);
    assert_eq!((read["reference"].as_str(), read["accused_people"].as_str()), (Some(&*reference), Some(WORDS[4])));
    assert_eq!(read["accused"][0]["code"], "990221-xf");
    let mut altered = parcel.bytes.clone();
    let last = altered.len() - 1;
    altered[last] ^= 1;
    assert!(UpperSecret::read(&file).unwrap().open(&altered).is_err());
    let ground = county.close();
    let reopened = ground.open("2026-03-02T10:05:00+08:00".parse().unwrap());
    assert_eq!(apart(|| reopened.parcels(|_| Ok(()))).unwrap(), 1);
    assert!(apart(|| reopened.handed_up(&reference, &code)).unwrap().is_some(), "whatever is set now");
}
