//! Several people stand for one matter: each opens it with a code of their own, gets letters of their own, asks for
//! review in their own time, and learns nothing of who the others are.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the county")]
mod public_county;

use app::{Doing, Target};
use axum::http::StatusCode;
use casework::command::{Actor, MatterCommand};
use public_county::County;
use serde_json::{Value, json};

const PEOPLE: [(&str, &str); 3] =
    [("陈海生", "19900000001"), ("林阿妹", "19900000002"), ("黄水根", "19900000003")];

/// A matter of twelve people with two representatives: its reference, and the codes of all three by number.
async fn filed(county: &County) -> (String, [String; 3]) {
    let person = |(name, phone): (&str, &str)| json!({ "name": name, "phone": phone });
    let body = json!({
        "people": 12, "place": "990221100200", "category": "农民工工资", "summary": "工资没有发",
        "text": "十二个人的工资没有发。", "petitioner": person(PEOPLE[0]), "contact": "可以打19900000001",
        "representatives": [person(PEOPLE[1]), person(PEOPLE[2])],
    });
    let filed = posted(county, "/api/v1/matters", "", &body).await;
    assert_eq!(filed.0, StatusCode::CREATED, "{}", filed.1);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let codes = [&filed.1["code"], &filed.1["representatives"][0], &filed.1["representatives"][1]].map(text);
    assert_eq!(filed.1["representatives"].as_array().unwrap().len(), 2);
    (text(&filed.1["reference"]), codes)
}

async fn posted(county: &County, path: &str, code: &str, body: &Value) -> (StatusCode, Value) {
    let request = axum::http::Request::post(path)
        .header("content-type", "application/json")
        .header("huiyin-code", code)
        .body(body.to_string().into())
        .unwrap();
    let answer = county.send(request).await;
    (answer.status, serde_json::from_slice(&answer.bytes).unwrap_or(Value::Null))
}

async fn seen(county: &County, reference: &str, code: &str) -> Value {
    let request = axum::http::Request::get(format!("/api/v1/matters/{reference}"))
        .header("huiyin-code", code)
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = county.send(request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.html());
    serde_json::from_slice(&answer.bytes).unwrap()
}

async fn cookie(county: &County, reference: &str, code: &str) -> String {
    county.tracked(reference, code).await.cookie().expect("the code opens the matter")
}

fn serve(county: &County, reference: &str, at: &str, document: &str, party: Option<u32>) {
    let (document, how) = (document.to_owned(), "in_person".to_owned());
    let command = MatterCommand::Serve { document, how, proof: "本人签收".to_owned(), party };
    county.act("officer4", reference, at, &command);
}

/// The last day of the window a person has, as their page says; none where it has not begun.
fn window(shown: &Value, name: &str) -> Option<String> {
    let clocks = shown["clocks"].as_array().unwrap();
    clocks.iter().rev().find(|clock| clock["name"] == name).map(|clock| clock["due"].as_str().unwrap().to_owned())
}

fn refusal(shown: &Value, verb: &str) -> Option<String> {
    let choices = shown["choices"].as_array().unwrap();
    let choice = choices.iter().find(|choice| choice["verb"] == verb).unwrap();
    choice["refusal"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn each_opens_the_matter_as_themselves_and_reads_no_other_name() {
    let county = County::open();
    let (reference, codes) = filed(&county).await;
    let (_, others) = filed(&county).await;
    for (me, code) in codes.iter().enumerate() {
        let cookie = cookie(&county, &reference, code).await;
        let status = county.get("/track/matter", &cookie).await;
        assert!(status.html().contains("十二个人的工资没有发"), "{}", status.html());
        assert_eq!(status.html().contains(&format!("您是第{me}位代表")), me > 0, "{}", status.html());
        let api = seen(&county, &reference, code).await.to_string();
        for (number, (name, phone)) in PEOPLE.iter().enumerate().filter(|(number, _)| *number != me) {
            for text in [status.html(), &api] {
                assert!(!text.contains(name) && !text.contains(phone), "{me} reads who {number} is: {text}");
            }
        }
        let wrong = county.tracked(&reference, &others[me]).await;
        assert_eq!(wrong.status, StatusCode::NOT_FOUND, "a code of another matter opens nothing");
    }
    for entry in std::fs::read_dir(county.folder()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        for code in &codes {
            assert!(
                !bytes.windows(code.len()).any(|part| part == code.as_bytes()),
                "{} holds a code",
                path.display()
            );
        }
    }
}

#[tokio::test]
async fn each_has_a_letter_a_window_and_an_appeal_of_their_own() {
    let county = County::open();
    let (reference, codes) = filed(&county).await;
    county.handle(&reference);
    county.decide(&reference);
    serve(&county, &reference, "2026-03-23T10:00:00+08:00", "opinion", Some(1));
    let first = cookie(&county, &reference, &codes[1]).await;
    let second = cookie(&county, &reference, &codes[2]).await;
    let letter =
        |html: &str| html.split("/track/letter/").nth(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    let page = county.get("/track/matter", &first).await;
    let opinion = page.html().split("/track/letter/").skip(1).count();
    assert!(opinion >= 2 && letter(page.html()).is_some(), "{}", page.html());
    // Who was not served has neither the letter nor what it says, and their time has not begun.
    let index = seen(&county, &reference, &codes[1]).await["documents"]
        .as_array()
        .unwrap()
        .iter()
        .find(|made| made["name"] == "处理意见书")
        .unwrap()["index"]
        .as_u64()
        .unwrap();
    let own = county.get(&format!("/track/letter/{index}"), &first).await;
    assert_eq!(own.status, StatusCode::OK);
    let not_theirs = county.get(&format!("/track/letter/{index}"), &second).await;
    assert_eq!(not_theirs.status, StatusCode::NOT_FOUND, "not before it was served to them");
    let waits = seen(&county, &reference, &codes[2]).await;
    assert!(!waits.to_string().contains("用工单位应在十五日内发放"), "{waits}");
    assert_eq!(window(&waits, "申请复查期限"), None);
    assert!(refusal(&waits, "request_review").unwrap().contains("送达给您本人"), "{waits}");
    let owed = |clock: &&Value| clock["name"] == "办理期限" && clock["stopped"].is_null();
    assert!(waits["clocks"].as_array().unwrap().iter().any(|clock| owed(&clock)), "the office still owes it");

    // The first asks at once, without the others.
    let path = format!("/api/v1/matters/{reference}/request_review");
    let asked = posted(&county, &path, &codes[1], &json!({ "text": "金额不对，请打给我的女儿" })).await;
    assert_eq!(asked.0, StatusCode::OK, "{}", asked.1);
    assert_eq!(asked.1["step"], "review_requested");
    // The second is served while the review runs, has thirty days from then, and joins.
    serve(&county, &reference, "2026-04-01T10:00:00+08:00", "opinion", Some(2));
    let now = seen(&county, &reference, &codes[2]).await;
    assert_eq!(
        window(&now, "申请复查期限").as_deref(),
        Some("2026-05-06"),
        "thirty days and the holiday after them"
    );
    assert_eq!(refusal(&now, "request_review"), None);
    assert!(!now.to_string().contains("我的女儿"), "what another wrote is not theirs to read: {now}");
    let form = county.get("/track/review", &second).await;
    assert!(form.html().contains("2026年5月6日"), "{}", form.html());
    let mut said = form.carried();
    said.push(("text".to_owned(), "我也不服".to_owned()));
    let joined = county.post("/track/review", &second, &said).await;
    assert!(joined.html().contains("复查申请已登记"), "{}", joined.html());
    let joined = seen(&county, &reference, &codes[2]).await;
    assert_eq!(joined["step"], "review_requested");
    assert!(refusal(&joined, "request_review").is_some(), "once each");
    // Of the petitioner nothing lapsed: they were never served.
    let petitioner = seen(&county, &reference, &codes[0]).await;
    assert_eq!(window(&petitioner, "申请复查期限"), None);
}

#[tokio::test]
async fn a_window_lapses_for_its_person_alone() {
    let county = County::open();
    let (reference, codes) = filed(&county).await;
    county.handle(&reference);
    county.decide(&reference);
    for (party, at) in [(0, "2026-03-23"), (1, "2026-03-23"), (2, "2026-04-13")] {
        serve(&county, &reference, &format!("{at}T1{party}:00:00+08:00"), "opinion", Some(party));
    }
    county.at("2026-05-08T10:00:00+08:00");
    let path = format!("/api/v1/matters/{reference}/request_review");
    let late = posted(&county, &path, &codes[1], &json!({ "text": "不服" })).await;
    assert_eq!(late.0, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.1);
    assert_eq!(late.1["error"]["code"], "lapsed", "{}", late.1);
    let in_time = posted(&county, &path, &codes[2], &json!({ "text": "不服" })).await;
    assert_eq!(in_time.0, StatusCode::OK, "{}", in_time.1);
}

#[tokio::test]
async fn one_decides_nothing_for_the_others() {
    let county = County::open();
    let (reference, codes) = filed(&county).await;
    county.handle(&reference);
    let withdraw = |number: u32| {
        let actor = if number == 0 { Actor::Petitioner } else { Actor::Representative { number } };
        let command = MatterCommand::Do {
            verb: casework::verb::Verb::Withdraw,
            said: std::collections::BTreeMap::new(),
            which: None,
        };
        let now = county.at(&format!("2026-03-0{}T10:00:00+08:00", 6 + number));
        let doing = Doing::live(actor, now, format!("withdraw/{number}"));
        public_county::apart(|| county.app.act(&doing, &Target::Reference(reference.clone()), &command)).unwrap();
    };
    withdraw(0);
    withdraw(1);
    let second = seen(&county, &reference, &codes[2]).await;
    assert_eq!(second["step"], "handling", "the matter goes on for whoever did not withdraw");
    let cooling = |shown: &Value| window(shown, "撤回冷静期").is_some();
    assert!(!cooling(&second));
    withdraw(2);
    assert!(cooling(&seen(&county, &reference, &codes[2]).await), "now all have: it cools off");
    // Rated is once, by the first; a representative is told so.
    let path = format!("/api/v1/matters/{reference}/rate");
    let rating = json!({ "about": "petition_office", "rating": "satisfied" });
    let rated = posted(&county, &path, &codes[1], &rating).await;
    assert_eq!(rated.0, StatusCode::FORBIDDEN, "{}", rated.1);
    assert!(rated.1["error"]["message"].as_str().unwrap().contains("第一位信访人"), "{}", rated.1);
}

#[tokio::test]
async fn a_representatives_helper_is_theirs_and_nobody_elses() {
    let county = County::open();
    let (reference, codes) = filed(&county).await;
    let first = cookie(&county, &reference, &codes[1]).await;
    let mut said = county.get("/track/act/give_mandate", &first).await.carried();
    for (field, value) in [("name", "女儿小林"), ("scope", "write"), ("until", "2026-06-30")] {
        said.push((field.to_owned(), value.to_owned()));
    }
    county.post("/track/act/give_mandate", &first, &said).await;
    let page = county.get("/track/matter", &first).await;
    let given = page.html().split("<code class=\"mono\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    for code in [&codes[0], &codes[2]] {
        let other = cookie(&county, &reference, code).await;
        let page = county.get("/track/matter", &other).await;
        assert!(!page.html().contains("女儿小林") && !page.html().contains(&given), "{}", page.html());
    }
    let helper = cookie(&county, &reference, &given).await;
    let page = county.get("/track/matter", &helper).await;
    assert!(page.html().contains("您受信访人委托查看"), "{}", page.html());
    for (name, phone) in PEOPLE {
        assert!(!page.html().contains(name) && !page.html().contains(phone), "{}", page.html());
    }
}

#[tokio::test]
async fn the_receipt_of_a_group_has_a_slip_for_each() {
    let county = County::open();
    let about = county.begun().await;
    let township = county.fill(&about, &[("category", "农民工工资")], "next").await;
    let village = county.fill(&township, &[("township", "990221100")], "next").await;
    let text = county.fill(&village, &[("place", "990221100200")], "next").await;
    let who = county.fill(&text, &[("summary", "工资"), ("text", "没有发。")], "next").await;
    let named = [
        ("who", "named"),
        ("name", "陈海生"),
        ("phone", "199 0000 0001"),
        ("people", "12"),
        ("representative_1_name", "林阿妹"),
        ("representative_2_name", "黄水根"),
    ];
    let contact = county.fill(&who, &named, "next").await;
    let check = county.fill(&contact, &[("contact", "phone")], "next").await;
    let receipt = county.fill(&check, &[], "send").await;
    let slips: Vec<&str> = receipt.html().split("receipt-slip").skip(1).collect();
    assert_eq!(slips.len(), 2, "{}", receipt.html());
    for (slip, own) in slips.iter().zip(["第 1 位代表", "第 2 位代表"]) {
        let slip = slip.split("</section>").next().unwrap();
        assert!(slip.contains(own), "{slip}");
        assert!(
            PEOPLE.iter().all(|(name, _)| !slip.contains(name)),
            "a slip that is found tells nobody's name: {slip}"
        );
        let code = slip.split("receipt-code\">").nth(1).unwrap().split("</p>").next().unwrap();
        let code: String = code.chars().filter(char::is_ascii_digit).collect();
        let (reference, _) = public_county::keys(&receipt);
        assert_eq!(county.tracked(&reference, &code).await.status, StatusCode::SEE_OTHER);
    }
}
