//! Red team: with and without a matter that is kept from them, everything the accused line can look at is the same.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the town")]
mod desk_town;
mod looked_at;

use axum::http::StatusCode;
use casework::command::DirectoryCommand;
use casework::office::Role;
use desk_town::{Town, after};
use jiff::SignedDuration;
use looked_at::{assert_same, seen_by};

/// Somebody complains of an officer by name: what the accused line may learn of it is nothing.
const COMPLAINT: [(&str, &str); 10] = [
    ("kind", "new"),
    ("channel", "visit"),
    ("people", "1"),
    ("place", "v"),
    ("category", "农民工工资"),
    ("summary", "反映办事人员收钱不办事"),
    ("text", "人社局的周明收了钱，工资还是没有要回来。"),
    ("who", "named"),
    ("name", "李秋云"),
    ("accused_people", "周明，科员"),
];

/// Registers the complaint and lets the other department decide and serve it; its reference.
async fn hidden(town: &Town) -> String {
    let (clerk, houses) = (town.sign_in("clerk").await, town.sign_in("houses").await);
    let answer = town.post(&clerk, "/desk/register", &COMPLAINT).await;
    let reference = after(&answer.is(StatusCode::OK).text(), "receipt-reference\">", '<');
    let at = format!("/desk/matters/{reference}");
    let refused = town.post(&clerk, &format!("{at}/transfer"), &[("to", "hr")]).await;
    refused.shows(&["被反映的机关或其下属，不得接收"]);
    town.post(&clerk, &format!("{at}/transfer"), &[("to", "hb")]).await.is(StatusCode::SEE_OTHER);
    town.post(&houses, &format!("{at}/accept"), &[]).await.is(StatusCode::SEE_OTHER);
    let decide = [("outcome", "supported"), ("text", "属实"), ("basis", "《条例》")];
    town.post(&houses, &format!("{at}/decide"), &decide).await.is(StatusCode::SEE_OTHER);
    town.post(&houses, &format!("{at}/serve"), &[("document", "opinion"), ("how", "post")])
        .await
        .is(StatusCode::SEE_OTHER);
    reference
}

/// A town in which the complaint came or did not come before an ordinary matter of the same office; that one's reference.
async fn town(complained: bool) -> (Town, String) {
    let town = Town::new();
    if complained {
        hidden(&town).await;
    }
    let (_, _, reference) = town.accepted().await;
    town.pass(SignedDuration::from_hours(24 * 20));
    (town, reference)
}

#[tokio::test]
async fn the_accused_line_sees_the_same_with_and_without_the_matter() {
    let ((with, one), (without, other)) = (town(true).await, town(false).await);
    for login in ["wages", "wageslead"] {
        let seen = seen_by(&with, login, &[&one]).await;
        assert_same(&seen, &seen_by(&without, login, &[&other]).await, login);
    }
}

#[tokio::test]
async fn an_accused_officer_who_is_moved_to_the_office_that_holds_it_still_sees_nothing() {
    let ((with, one), (without, other)) = (town(true).await, town(false).await);
    for town in [&with, &without] {
        let office = "hb".into();
        let (login, name, roles) = ("wages".into(), "周明".to_owned(), vec![Role::Officer]);
        town.enter(&DirectoryCommand::Officer { login, name, office, roles });
    }
    let seen = seen_by(&with, "wages", &[&one]).await;
    assert_same(&seen, &seen_by(&without, "wages", &[&other]).await, "the officer who was moved");
    let houses = seen_by(&with, "houses", &[&one]).await;
    assert_ne!(houses, seen_by(&without, "houses", &[&other]).await, "their colleague sees it");
}

#[tokio::test]
async fn an_office_into_which_the_accused_one_is_merged_is_kept_from_it_too() {
    let ((with, one), (without, other)) = (town(true).await, town(false).await);
    for town in [&with, &without] {
        town.enter(&DirectoryCommand::Merge { code: "hr".into(), into: "hb".into() });
    }
    let seen = seen_by(&with, "houses", &[&one]).await;
    assert_same(&seen, &seen_by(&without, "houses", &[&other]).await, "the office it was merged into");
}

#[tokio::test]
async fn what_is_kept_from_an_officer_is_answered_as_what_is_not_there() {
    let town = Town::new();
    let reference = hidden(&town).await;
    // As well-formed, and of no matter here.
    let nobody = hidden(&Town::new()).await;
    let wages = town.sign_in("wages").await;
    for path in
        ["/desk/matters/REF", "/desk/open?reference=REF", "/desk/letters/REF/1", "/desk/sheets/REF/approval.pdf"]
    {
        let (kept, absent) = (path.replace("REF", &reference), path.replace("REF", &nobody));
        let (kept, absent) = (town.get(&wages, &kept).await, town.get(&wages, &absent).await);
        assert_eq!(kept.status, absent.status, "{path}");
        assert_eq!(kept.text().replace(&reference, "REF"), absent.text().replace(&nobody, "REF"), "{path}");
    }
    for verb in ["accept", "transfer", "supplement", "recuse"] {
        let of = |reference: &str| format!("/desk/matters/{reference}/{verb}");
        let fields = [("text", "x"), ("reason", "x"), ("to", "hb")];
        let kept = town.post(&wages, &of(&reference), &fields).await;
        let absent = town.post(&wages, &of(&nobody), &fields).await;
        assert_eq!(kept.status, absent.status, "{verb}");
        assert_eq!(kept.text().replace(&reference, "REF"), absent.text().replace(&nobody, "REF"), "{verb}");
    }
}

#[tokio::test]
async fn who_recused_themselves_finds_it_no_more_and_their_colleagues_do() {
    let town = Town::new();
    let (_, wages, reference) = town.accepted().await;
    let at = format!("/desk/matters/{reference}");
    town.get(&wages, &at).await.is(StatusCode::OK).shows(&["申明回避"]);
    town.post(&wages, &format!("{at}/recuse"), &[("reason", "信访人是我的亲属")]).await;
    town.get(&wages, &at).await.is(StatusCode::NOT_FOUND);
    assert!(!town.get(&wages, "/desk").await.text().contains(&reference));
    let lead = town.sign_in("wageslead").await;
    town.get(&lead, &at).await.is(StatusCode::OK).shows(&["回避"]);
}

#[tokio::test]
async fn whoever_handles_it_does_not_know_who_brought_it_until_another_opens_it() {
    let town = Town::new();
    town.officer("houses2", "何安", "hb", Role::Officer);
    town.officer("keep", "沈静", "xf", Role::Custodian);
    let (clerk, keep, houses) =
        (town.sign_in("clerk").await, town.sign_in("keep").await, town.sign_in("houses").await);
    let fields = [&COMPLAINT[..], &[("phone", "13800001111"), ("contact", "可以打电话")]].concat();
    let answer = town.post(&clerk, "/desk/register", &fields).await.is(StatusCode::OK).text();
    let reference = after(&answer, "receipt-reference\">", '<');
    let at = format!("/desk/matters/{reference}");
    town.post(&clerk, &format!("{at}/transfer"), &[("to", "hb")]).await.is(StatusCode::SEE_OTHER);
    town.post(&houses, &format!("{at}/accept"), &[]).await.is(StatusCode::SEE_OTHER);
    let knows = async |cookie: &str| {
        let page = town.get(cookie, &at).await.is(StatusCode::OK).text();
        (page.contains("李秋云"), page.contains("13800001111"))
    };
    let letter = async |cookie: &str| town.get(cookie, &format!("/desk/letters/{reference}/1.pdf")).await.body;
    assert_eq!(knows(&clerk).await, (true, true), "who took it in knows");
    assert_eq!(knows(&houses).await, (false, false));
    town.get(&houses, &at).await.shows(&["身份已密封", "申请开启身份"]);
    assert_ne!(letter(&houses).await, letter(&clerk).await, "the letter names them only to who knows");

    let asks = [("ground", "verify"), ("reason", "需要当面核对转账记录")];
    town.post(&houses, &format!("{at}/ask_identity"), &asks).await.is(StatusCode::SEE_OTHER);
    assert_eq!(knows(&houses).await, (false, false), "asking opens nothing");
    let opens = [("result", "opened"), ("reason", "事由成立")];
    town.post(&houses, &format!("{at}/decide_identity"), &opens).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(knows(&houses).await, (false, false), "nobody opens it to themselves");
    town.post(&keep, &format!("/desk/openings/{reference}"), &opens).await.is(StatusCode::SEE_OTHER);
    assert_eq!(knows(&houses).await, (true, true));
    assert_eq!(letter(&houses).await, letter(&clerk).await);
    let colleague = town.sign_in("houses2").await;
    assert_eq!(knows(&colleague).await, (false, false), "it was opened to one officer");

    // The person sees that it was asked, why, and what came of it.
    let (_, groups) = answer.split_once("receipt-code\">").unwrap();
    let code = groups.split("</p>").next().unwrap().replace("<span>", "").replace("</span>", "");
    let person = town.post("", "/track", &[("reference", &reference), ("code", &code)]).await.cookie;
    town.get(&person, "/track/matter").await.shows(&["申请开启身份", "需要当面核对转账记录", "同意开启"]);

    town.pass(SignedDuration::from_hours(8 * 24));
    let houses = town.sign_in("houses").await;
    assert_eq!(knows(&houses).await, (false, false), "after a week it is sealed again");
}
