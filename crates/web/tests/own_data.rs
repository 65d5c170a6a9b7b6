//! What is kept about a person: shown to them, handed to them as a copy, and erased when they ask and its time has come.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the town")]
mod desk_town;
#[allow(dead_code, reason = "each test program uses a part of it")]
mod file_form;

use app::{Doing, Filing, Receipt};
use axum::http::StatusCode;
use casework::command::{Person, Register};
use casework::event::{Channel, MatterId};
use desk_town::{Answer, Town, after, apart};
use file_form::{NAME, SECRET, form};
use jiff::SignedDuration;

const NAMES: [&str; 2] = ["海大姐", "0599-12345678"];
const WORDS: [&str; 3] = ["村口的灯不亮", "晚上看不见路", "已经列入明年计划"];

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// A suggestion of somebody named, with the cookies of clerk and officer.
async fn suggested(town: &Town) -> (Receipt, String, String) {
    let register = Register {
        id: MatterId(String::new()),
        reference: String::new(),
        code_digest: String::new(),
        origin: None,
        channel: Channel::Letter,
        people: 1,
        place: "v".into(),
        category: "农民工工资".to_owned(),
        summary: WORDS[0].to_owned(),
        text: WORDS[1].to_owned(),
        received: None,
        contact: String::new(),
        petitioner: Some(Person { name: NAMES[0].to_owned(), phone: NAMES[1].to_owned() }),
        representatives: Vec::new(),
        accused: Vec::new(),
        respondents: Vec::new(),
        accused_officers: Vec::new(),
        accused_people: String::new(),
        competent: None,
    };
    let filed = apart(|| {
        let doing = Doing::live(town.app.officer_actor(&"clerk".into()).unwrap(), town.now(), "test/s".to_owned());
        town.app.register(&doing, Filing { register, procedure: Some("suggestion".to_owned()) }).unwrap()
    });
    let (clerk, wages) = (town.sign_in("clerk").await, town.sign_in("wages").await);
    act(town, &clerk, &filed, "transfer", &[("to", "hr")]).await.is(StatusCode::SEE_OTHER);
    (filed, clerk, wages)
}

async fn act(town: &Town, who: &str, filed: &Receipt, verb: &str, fields: &[(&str, &str)]) -> Answer {
    town.post(who, &format!("/desk/matters/{}/{verb}", filed.reference), fields).await
}

/// The suggestion is answered: the matter ends with that.
async fn answer(town: &Town, wages: &str, filed: &Receipt) {
    let decided = [("outcome", "adopted"), ("text", WORDS[2])];
    act(town, wages, filed, "decide", &decided).await.is(StatusCode::SEE_OTHER);
    let served = [("document", "reply"), ("how", "post")];
    act(town, wages, filed, "serve", &served).await.is(StatusCode::SEE_OTHER);
}

/// What the browser of whoever gives this code keeps.
async fn tracked(town: &Town, filed: &Receipt, code: &str) -> String {
    let answer = town.post("", "/track", &[("reference", &filed.reference), ("code", code)]).await;
    answer.is(StatusCode::SEE_OTHER);
    answer.cookie
}

/// Does an act of the person's by its form.
async fn by_form(town: &Town, who: &str, verb: &str, fields: &[(&str, &str)]) -> Answer {
    let at = format!("/track/act/{verb}");
    let nonce = after(&town.get(who, &at).await.is(StatusCode::OK).text(), "name=\"nonce\" value=\"", '"');
    town.post(who, &at, &[&[("nonce", nonce.as_str())], fields].concat()).await
}

#[tokio::test]
async fn a_person_reads_what_is_kept_and_takes_a_copy_and_nobody_for_them() {
    let town = Town::new();
    let (filed, _, wages) = suggested(&town).await;
    let person = tracked(&town, &filed, &filed.code).await;
    town.get(&person, "/track/matter").await.shows(&["我的个人信息", "action=\"/track/data\""]);
    let page = town.post(&person, "/track/data", &[]).await;
    page.is(StatusCode::OK).shows(&NAMES).shows(&[
        "青河县信访局",
        "青河县人社局",
        "办结后10年",
        "事项已经办结时才能删除",
    ]);
    let decided = [("outcome", "adopted"), ("text", WORDS[2])];
    act(&town, &wages, &filed, "decide", &decided).await.is(StatusCode::SEE_OTHER);
    let copy = town.get(&person, "/track/copy").await;
    copy.is(StatusCode::OK).shows(&NAMES).shows(&WORDS[..2]);
    assert!(!copy.text().contains(WORDS[2]), "what was not served yet is not told by the copy either");
    act(&town, &wages, &filed, "serve", &[("document", "reply"), ("how", "post")]).await.is(StatusCode::SEE_OTHER);
    let copy = town.get(&person, "/track/copy").await;
    copy.is(StatusCode::OK).shows(&WORDS);
    assert!(copy.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    // Somebody who helps takes no copy, reads no page of it and asks nothing; whoever has no code is asked for one.
    let mandate = [("name", "女儿"), ("scope", "write"), ("until", "2026-06-30")];
    by_form(&town, &person, "give_mandate", &mandate).await.is(StatusCode::OK);
    let given = after(&town.get(&person, "/track/matter").await.text(), "<code class=\"mono\">", '<');
    let helper = tracked(&town, &filed, &given).await;
    let status = town.get(&helper, "/track/matter").await;
    assert!(!status.is(StatusCode::OK).text().contains("我的个人信息"));
    for shut in ["/track/copy", "/track/data", "/track/act/ask_data"] {
        let answer = town.get(&helper, shut).await;
        assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/track/matter"), "{shut}");
        assert_eq!(town.get("", shut).await.location, "/track", "{shut}");
    }
}

#[tokio::test]
async fn words_are_erased_when_asked_and_granted_and_not_before_their_time() {
    let town = Town::new();
    let (filed, clerk, wages) = suggested(&town).await;
    let person = tracked(&town, &filed, &filed.code).await;
    let nonce = after(&town.get(&person, "/track/files").await.text(), "name=\"nonce\" value=\"", '"');
    let sent = form("/track/files", &person, &[("nonce", &nonce)], &[(NAME, SECRET.as_bytes())]);
    town.send(sent).await.is(StatusCode::SEE_OTHER);
    answer(&town, &wages, &filed).await;
    let asks = [("kind", "erasure"), ("text", "不想再留着")];
    by_form(&town, &person, "ask_data", &asks).await.is(StatusCode::OK).shows(&["已登记"]);
    let grants = [("result", "granted"), ("reason", "已经办结")];
    let early = act(&town, &clerk, &filed, "decide_data", &grants).await;
    early.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["提起诉讼的期限都过了"]);
    let declines = [("result", "declined"), ("reason", "提起诉讼的期限还没有过；不服的可以申请复查")];
    act(&town, &clerk, &filed, "decide_data", &declines).await.is(StatusCode::SEE_OTHER);
    let serves = [("document", "data_reply"), ("how", "online")];
    act(&town, &clerk, &filed, "serve", &serves).await.is(StatusCode::SEE_OTHER);
    let page = town.get(&person, "/track/data").await;
    page.shows(&NAMES).shows(&["对答复申请复查", "提出请求"]);
    town.get(&person, "/track/matter").await.shows(&["提起诉讼的期限还没有过"]);

    town.pass(days(200));
    let (clerk, wages) = (town.sign_in("clerk").await, town.sign_in("wages").await);
    let person = tracked(&town, &filed, &filed.code).await;
    town.get(&person, "/track/data").await.shows(&["现在可以请求删除"]);
    by_form(&town, &person, "ask_data", &asks).await.is(StatusCode::OK);
    act(&town, &clerk, &filed, "decide_data", &grants).await.is(StatusCode::SEE_OTHER);
    town.get(&person, "/track/copy").await.shows(&NAMES).shows(&WORDS);
    act(&town, &clerk, &filed, "serve", &serves).await.is(StatusCode::SEE_OTHER);

    let desk = format!("/desk/matters/{}", filed.reference);
    for (who, path) in [
        (&person, "/track/matter"),
        (&person, "/track/data"),
        (&person, "/track/copy"),
        (&person, "/track/files"),
        (&clerk, desk.as_str()),
        (&wages, desk.as_str()),
        (&clerk, "/desk"),
    ] {
        let page = town.get(who, path).await;
        let text = page.is(StatusCode::OK).text();
        for gone in NAMES.iter().chain(&WORDS).chain(&[NAME, "不想再留着"]) {
            assert!(!text.contains(gone), "{gone} is still on {path}");
        }
    }
    town.get(&person, "/track/matter").await.shows(&["已按本人请求删除", "送达"]);
    town.get(&clerk, &desk).await.shows(&["已按本人请求删除"]);
    town.get(&person, "/track/files/1").await.is(StatusCode::NOT_FOUND);
    town.get(&person, "/track/receipt").await.is(StatusCode::OK);
    // What they write from now on is read again, and what went stays gone.
    by_form_of_further(&town, &person).await;
    let page = town.get(&person, "/track/matter").await;
    page.shows(&["还有一句话", "已按本人请求删除"]);
    assert!(!page.text().contains(WORDS[1]));
}

async fn by_form_of_further(town: &Town, who: &str) {
    let nonce = after(&town.get(who, "/track/further").await.text(), "name=\"nonce\" value=\"", '"');
    town.post(who, "/track/further", &[("nonce", &nonce), ("text", "还有一句话")]).await.is(StatusCode::OK);
}

#[tokio::test]
async fn what_is_over_its_time_goes_with_the_clock() {
    let town = Town::new();
    let (filed, _, wages) = suggested(&town).await;
    answer(&town, &wages, &filed).await;
    town.pass(days(365 * 10 + 30));
    let expire = |apply| apart(|| town.app.expire(town.now(), town.now(), apply)).unwrap();
    let matters = |all: Vec<app::Expired>| all.iter().map(|of| of.matters).sum::<u64>();
    assert_eq!((matters(expire(false)), matters(expire(true)), matters(expire(true))), (1, 1, 0));
    let person = tracked(&town, &filed, &filed.code).await;
    town.get(&person, "/track/matter").await.is(StatusCode::OK).shows(&["保存期限届满，内容已删除"]);
    town.get(&person, "/track/data").await.is(StatusCode::OK).shows(&["保存期限届满，内容已删除"]);
}
