//! An office whose own decision is complained of, and officers who come from an office that a matter concerns: what the
//! person is told, who approves, and what is asked before anything else.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the town")]
mod desk_town;

use axum::http::StatusCode;
use casework::office::Role;
use desk_town::{Town, VISIT, after};

/// Brought at the window and sent to an office: its reference, and the cookie of whoever brought it.
async fn brought(town: &Town, more: &[(&str, &str)], to: &str) -> (String, String) {
    let clerk = town.sign_in("clerk").await;
    let answer = town.post(&clerk, "/desk/register", &[&VISIT[..], more].concat()).await;
    let page = answer.is(StatusCode::OK).text();
    let reference = after(&page, "receipt-reference\">", '<');
    let (_, groups) = page.split_once("receipt-code\">").unwrap();
    let code = groups.split("</p>").next().unwrap().replace("<span>", "").replace("</span>", "");
    let person = town.post("", "/track", &[("reference", &reference), ("code", &code)]).await.cookie;
    let at = format!("/desk/matters/{reference}/transfer");
    town.post(&clerk, &at, &[("to", to)]).await.is(StatusCode::SEE_OTHER);
    (reference, person)
}

#[tokio::test]
async fn the_person_sees_that_it_answers_first_and_that_the_review_is_above_it() {
    let town = Town::new();
    let (reference, person) = brought(&town, &[("respondents", "hr")], "hr").await;
    let at = format!("/desk/matters/{reference}");
    let wages = town.sign_in("wages").await;
    town.get(&wages, &at).await.is(StatusCode::OK).shows(&["作出原决定的单位", "青河县人社局"]);
    town.post(&wages, &format!("{at}/accept"), &[]).await.is(StatusCode::SEE_OTHER);
    let page = town.get(&person, "/track/matter").await;
    page.shows(&[
        "您不服的是青河县人社局作出的决定或者答复。按照《信访工作条例》第32条，先由青河县人社局答复您。",
        "对答复不服的，由青河县复查（《信访工作条例》第35条）。",
        "/track/act/ask_recusal",
    ]);
    // Where no decision is complained of there is nothing of it.
    let (_, other) = brought(&town, &[], "hr").await;
    assert!(!town.get(&other, "/track/matter").await.text().contains("您不服的"));

    // It gives itself no more time, and nobody of it mediates.
    let extend = |by: &'static str| [("days", "20"), ("reason", "需要现场核实"), ("approved_by", by)];
    let own = town.post(&wages, &format!("{at}/extend"), &extend("wageslead")).await;
    own.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!own.text().contains("value=\"wageslead\""), "whoever may not approve is not offered");
    let mediates = town.post(&wages, &format!("{at}/offer_mediation"), &[("mediator", "许局长")]).await;
    mediates.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["许局长应当回避"]);
    town.post(&wages, &format!("{at}/extend"), &extend("magistrate")).await.is(StatusCode::SEE_OTHER);
    town.post(&wages, &format!("{at}/offer_mediation"), &[("mediator", "何平")]).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn where_the_petition_office_answers_for_its_own_decision_the_county_decides_on_recusal() {
    let town = Town::new();
    let (reference, person) = brought(&town, &[("respondents", "xf")], "hr").await;
    let said = [("who", "办事的人"), ("reason", "是当事人的亲属"), ("nonce", "0123456789abcdef0123456789abcdef")];
    town.post(&person, "/track/act/ask_recusal", &said).await.is(StatusCode::OK);
    let at = format!("/desk/matters/{reference}");
    let decides = [("result", "need_not"), ("reason", "没有利害关系")];
    let chief = town.sign_in("chief").await;
    let refused = town.post(&chief, &format!("{at}/decide_recusal"), &decides).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["信访工作机构（青河县）"]);
    let magistrate = town.sign_in("magistrate").await;
    town.post(&magistrate, &format!("{at}/decide_recusal"), &decides).await.is(StatusCode::SEE_OTHER);
    town.get(&person, "/track/matter").await.shows(&["决定是否回避：决定“不需要回避”"]);
}

#[tokio::test]
async fn who_came_from_the_office_complained_of_says_first_whether_they_have_an_interest() {
    let town = Town::new();
    town.officer("moved", "程远", "hr", Role::Officer);
    town.officer("moved", "程远", "hb", Role::Officer);
    let (reference, person) = brought(&town, &[("accused", "hr")], "hb").await;
    let at = format!("/desk/matters/{reference}");
    let moved = town.sign_in("moved").await;
    let asked = ["您与这件事有没有利害关系？", "您曾在青河县人社局任职", "先回答上面的问题"];
    let page = town.get(&moved, &at).await;
    page.is(StatusCode::OK).shows(&asked);
    let text = page.text();
    let forms = text.matches(&format!("action=\"{at}/")).count();
    assert_eq!(forms, 2, "the two answers and nothing else:\n{text}");
    for (verb, fields) in [("accept", &[][..]), ("supplement", &[("text", "x")]), ("help", &[("text", "x")])] {
        let refused = town.post(&moved, &format!("{at}/{verb}"), fields).await;
        refused.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["您曾在青河县人社局任职", "申明无利害关系"]);
    }
    let houses = town.sign_in("houses").await;
    assert!(!town.get(&houses, &at).await.text().contains("申明无利害关系"), "their colleague is not asked");
    let refused = town.post(&houses, &format!("{at}/declare_no_interest"), &[("reason", "x")]).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY);

    let declare = format!("{at}/declare_no_interest");
    town.post(&moved, &declare, &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&asked);
    let reason = "二〇一九年以后没有经手过人社局的事";
    town.post(&moved, &declare, &[("reason", reason)]).await.is(StatusCode::SEE_OTHER);
    let page = town.get(&moved, &at).await;
    page.shows(&[reason]);
    assert!(!page.text().contains(asked[0]));
    town.post(&moved, &format!("{at}/accept"), &[]).await.is(StatusCode::SEE_OTHER);
    let page = town.get(&person, "/track/matter").await;
    page.shows(&["申明无利害关系"]);
    assert!(!page.text().contains(reason), "the person learns that it was declared, not the private words");

    // Another who left answers that they have one: the matter is gone for them.
    town.officer("moved2", "白露", "hr", Role::Officer);
    town.officer("moved2", "白露", "hb", Role::Officer);
    let other = town.sign_in("moved2").await;
    town.get(&other, &at).await.is(StatusCode::OK).shows(&asked);
    town.post(&other, &format!("{at}/recuse"), &[("reason", "当年是我经手的")]).await.is(StatusCode::SEE_OTHER);
    town.get(&other, &at).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_is_accused_is_no_respondent() {
    let town = Town::new();
    let (reference, person) = brought(&town, &[("accused", "hr"), ("respondents", "hr")], "hb").await;
    let wages = town.sign_in("wages").await;
    town.get(&wages, &format!("/desk/matters/{reference}")).await.is(StatusCode::NOT_FOUND);
    assert!(!town.get(&person, "/track/matter").await.text().contains("您不服的"));
}
