//! Somebody helps a person with a matter: by a code of their own, as far as the person said, until the person ends it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the county")]
mod public_county;

use axum::http::StatusCode;
use public_county::{Answer, County};

/// Gives a mandate and tells the helper's code, as the person's page shows it.
async fn helped(county: &County, cookie: &str, scope: &str, until: &str) -> (Answer, String) {
    let mut said = county.get("/track/act/give_mandate", cookie).await.carried();
    for (field, value) in [("name", "女儿"), ("scope", scope), ("until", until)] {
        said.push((field.to_owned(), value.to_owned()));
    }
    let done = county.post("/track/act/give_mandate", cookie, &said).await;
    let shown = county.get("/track/matter", cookie).await;
    let code =
        shown.html().split("<code class=\"mono\">").nth(1).map(|rest| rest.split('<').next().unwrap().to_owned());
    (done, code.unwrap_or_default())
}

#[tokio::test]
async fn a_helper_writes_for_the_person_and_decides_nothing() {
    let county = County::open();
    let (reference, code) = county.filed().await;
    let person = county.tracked(&reference, &code).await.cookie().unwrap();
    let (_, given) = helped(&county, &person, "write", "2026-06-30").await;
    assert!(!given.is_empty() && given != code);

    let helper = county.tracked(&reference, &given).await.cookie().unwrap();
    let page = county.get("/track/matter", &helper).await;
    assert!(page.html().contains("您受信访人委托查看"), "{}", page.html());
    assert!(!page.html().contains(&given), "a helper names no further helpers and sees no codes");
    assert!(!page.html().contains("委托他人帮忙") || !page.html().contains("/track/act/give_mandate"));
    let mut said = county.get("/track/further", &helper).await.carried();
    said.push(("text".to_owned(), "替母亲补充".to_owned()));
    let done = county.post("/track/further", &helper, &said).await;
    assert!(done.html().contains("补充说明已登记"), "{}", done.html());
    let shown = county.get("/track/matter", &person).await;
    assert!(shown.html().contains("信访人委托的人"), "the story says who wrote: {}", shown.html());
    // What is the person's alone stays shut to the helper, also by its address.
    for own in ["give_mandate", "end_mandate", "withdraw"] {
        let mut said = county.get("/track/further", &helper).await.carried();
        said.extend(
            [("name", "别人"), ("scope", "write"), ("until", "2026-06-30"), ("mandate", "1"), ("text", "撤回")]
                .map(|(field, value)| (field.to_owned(), value.to_owned())),
        );
        let refused = county.post(&format!("/track/act/{own}"), &helper, &said).await;
        assert_ne!(refused.status, StatusCode::OK, "{own}: {}", refused.html());
        assert!(refused.html().contains("信访人本人"), "{own}: {}", refused.html());
    }
}

#[tokio::test]
async fn who_may_look_cannot_write_and_an_ended_mandate_opens_nothing() {
    let county = County::open();
    let (reference, code) = county.filed().await;
    let person = county.tracked(&reference, &code).await.cookie().unwrap();
    let (_, given) = helped(&county, &person, "look", "2026-06-30").await;
    let helper = county.tracked(&reference, &given).await.cookie().unwrap();
    assert_eq!(county.get("/track/matter", &helper).await.status, StatusCode::OK);
    assert_eq!(county.get("/track/further", &helper).await.place(), "/track/matter", "shut");

    let mut said = county.get("/track/act/end_mandate", &person).await.carried();
    said.push(("mandate".to_owned(), "1".to_owned()));
    county.post("/track/act/end_mandate", &person, &said).await;
    assert!(!county.get("/track/matter", &person).await.html().contains(&given));
    assert_eq!(
        county.tracked(&reference, &given).await.status,
        StatusCode::NOT_FOUND,
        "it opens nothing any more"
    );
    assert_eq!(county.get("/track/matter", &helper).await.place(), "/track", "nor does the cookie");
}

#[tokio::test]
async fn a_mandate_ends_by_itself_and_is_not_given_for_ever() {
    let county = County::open();
    let (reference, code) = county.filed().await;
    let person = county.tracked(&reference, &code).await.cookie().unwrap();
    let (refused, none) = helped(&county, &person, "look", "2029-01-01").await;
    assert!(refused.html().contains("一年以内") && none.is_empty(), "{}", refused.html());
    // The clock of the test stands at 2 March.
    let (refused, none) = helped(&county, &person, "look", "2026-03-01").await;
    assert!(none.is_empty(), "{}", refused.html());
    for _ in 0..3 {
        let (done, _) = helped(&county, &person, "look", "2026-03-02").await;
        assert!(!done.html().contains("先取消一个"), "{}", done.html());
    }
    let (refused, _) = helped(&county, &person, "look", "2026-03-02").await;
    assert!(refused.html().contains("先取消一个"), "{}", refused.html());
}

#[tokio::test]
async fn retaliation_is_reported_only_against_somebody() {
    let county = County::open();
    let about = county.begun().await;
    let township = county.fill(&about, &[("category", "其他"), ("kind", "retaliation")], "next").await;
    let text = county.fill(&township, &[("township", "990221101")], "next").await;
    assert!(
        text.html().contains("因为是哪一次反映") || text.html().contains("您认为是因为哪一次反映"),
        "{}",
        text.html()
    );
    let said = [("summary", "反映欠薪后被威胁"), ("text", "有人上门威胁")];
    let wrong = county.fill(&text, &said, "next").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html().contains("请选是哪个单位"), "{}", wrong.html());
    let named = county.fill(&text, &[said[0], said[1], ("accused", "990221-d4")], "next").await;
    assert_eq!(named.status, StatusCode::OK, "{}", named.html());
}
