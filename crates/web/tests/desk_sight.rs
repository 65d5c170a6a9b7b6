//! What an officer sees: their own office's work in lists, pages and figures, and of the rest not that it exists.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the town")]
mod desk_town;

use app::{Doing, ReportAsked, Target};
use axum::http::StatusCode;
use casework::command::{Actor, MatterCommand};
use desk_town::{Town, apart};

#[tokio::test]
async fn to_another_office_the_matter_does_not_exist() {
    let town = Town::new();
    let (_, wages, reference) = town.accepted().await;
    let houses = town.sign_in("houses").await;
    let nowhere = town.get(&houses, "/desk/matters/1234-260302-0000-00000").await;
    let letter = format!("/desk/letters/{reference}/3");
    for path in [format!("/desk/matters/{reference}"), format!("{letter}.pdf"), letter] {
        let hidden = town.get(&houses, &path).await;
        hidden.is(StatusCode::NOT_FOUND);
        assert_eq!(hidden.text(), nowhere.text(), "{path} differs from what is not there");
    }
    for verb in ["decide", "accept", "serve", "transfer", "rate", "repeat"] {
        let path = format!("/desk/matters/{reference}/{verb}");
        let hidden = town.post(&houses, &path, &[("text", "x"), ("document", "opinion")]).await;
        hidden.is(StatusCode::NOT_FOUND);
        assert_eq!(hidden.text(), nowhere.text(), "{verb} differs from what is not there");
    }
    for show in ["ours", "soon", "late", "held", "ended"] {
        let inbox = town.get(&houses, &format!("/desk?show={show}")).await;
        inbox.is(StatusCode::OK).shows(&["这里没有事项"]);
        assert!(!inbox.text().contains(&reference));
    }
    let rows = "/desk/report/work-summary/intake.total?from=2026-01-01&to=2026-06-30";
    assert!(!town.get(&houses, rows).await.is(StatusCode::OK).text().contains(&reference));
    town.get(&wages, rows).await.shows(&[&reference]);
}

#[tokio::test]
async fn figures_are_those_of_the_report_and_open_into_their_rows() {
    let town = Town::new();
    let (clerk, wages, reference) = town.accepted().await;
    let period = "from=2026-01-01&to=2026-03-31";
    let page = town.get(&clerk, &format!("/desk/report?report=work-summary&{period}")).await;
    page.is(StatusCode::OK).shows(&["来信来访", "满意度", "2026年1月1日至2026年3月31日"]);
    let asked = ReportAsked {
        report: "work-summary".to_owned(),
        from: Some("2026-01-01".parse().unwrap()),
        to: Some("2026-03-31".parse().unwrap()),
        as_of: None,
        today: "2026-03-02".parse().unwrap(),
    };
    let report = apart(|| town.app.report(&town.app.officer_actor(&"clerk".into())?, &asked)).unwrap();
    assert!(report.figures.len() > 30);
    let text = page.text();
    for figure in &report.figures {
        let unit = if figure.value.to_string() == "—" { "" } else { figure.unit.as_str() };
        let value = format!("</span>{}<span class=\"unit\">{unit}</span></a>", figure.value);
        let href = format!("<a class=\"figure-value\" href=\"/desk/report/work-summary/{}?", figure.id);
        let (_, rest) = text.split_once(&href).unwrap_or_else(|| panic!("{} has no link", figure.id));
        let (link, _) = rest.split_once("</li>").unwrap();
        assert!(link.contains(&value), "{}: {link}", figure.id);
        let rows = town.get(&clerk, &format!("/desk/report/work-summary/{}?{period}", figure.id)).await;
        rows.is(StatusCode::OK).shows(&[&figure.definition]);
    }
    let rows = town.get(&wages, &format!("/desk/report/work-summary/clock.accepted?{period}")).await;
    rows.shows(&[&format!("href=\"/desk/matters/{reference}\""), "受理，按期", "青河县人社局"]);
}

#[tokio::test]
async fn a_period_or_report_that_cannot_be_is_said() {
    let town = Town::new();
    let clerk = town.sign_in("clerk").await;
    let wrong = town.get(&clerk, "/desk/report?from=2026-02-30").await;
    wrong.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["没有这一天", "value=\"2026-02-30\""]);
    let turned = town.get(&clerk, "/desk/report?from=2026-03-01&to=2026-02-01").await;
    turned.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["结束日早于开始日"]);
    town.get(&clerk, "/desk/report")
        .await
        .is(StatusCode::OK)
        .shows(&["value=\"2026-01-01\"", "value=\"2026-03-02\""]);
    for path in ["/desk/report?report=nothing", "/desk/report/work-summary/nothing", "/desk/report/nothing/x"] {
        town.get(&clerk, path).await.is(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn single_ratings_are_not_listed_behind_figures() {
    let town = Town::new();
    let (clerk, wages, reference) = town.accepted().await;
    let at = format!("/desk/matters/{reference}");
    let decide = [("outcome", "supported"), ("text", "属实"), ("basis", "《条例》")];
    town.post(&wages, &format!("{at}/decide"), &decide).await.is(StatusCode::SEE_OTHER);
    let serve = [("document", "opinion"), ("how", "post")];
    town.post(&wages, &format!("{at}/serve"), &serve).await.is(StatusCode::SEE_OTHER);
    let rated =
        MatterCommand::Rate { about: "competent_office".to_owned(), rating: "basically_satisfied".to_owned() };
    let doing = Doing::live(Actor::Petitioner, town.now(), "test/rate".to_owned());
    apart(|| town.app.act(&doing, &Target::Reference(reference.clone()), &rated)).unwrap();
    for who in [&clerk, &wages] {
        for figure in ["rated", "satisfied", "satisfied_rate", "participation_rate"] {
            let path = format!("/desk/report/work-summary/satisfaction.competent_office.{figure}?from=2026-01-01");
            let rows = town.get(who, &path).await;
            rows.is(StatusCode::OK).shows(&["单个评价不给办理单位看", "不足5件，不显示"]);
            assert!(!rows.text().contains(&reference), "{figure}");
        }
        assert!(!town.get(who, &at).await.text().contains("基本满意"));
        let report = town.get(who, "/desk/report?from=2026-01-01").await;
        assert!(report.text().matches("不足5件，不显示").count() >= 4, "{}", report.text());
    }
    let asked = ReportAsked {
        report: "work-summary".to_owned(),
        from: Some("2026-01-01".parse().unwrap()),
        to: Some("2026-03-31".parse().unwrap()),
        as_of: None,
        today: "2026-03-02".parse().unwrap(),
    };
    let report = apart(|| town.app.report(&town.app.officer_actor(&"wages".into())?, &asked)).unwrap();
    let rate = |report: &serde_json::Value| {
        let figures = report["figures"].as_array().unwrap().clone();
        figures.into_iter().find(|one| one["id"] == "satisfaction.competent_office.satisfied_rate").unwrap()
    };
    assert_eq!(rate(&report.to_json())["value"], 100.0, "the operator's own report counts all");
    let shown = rate(&report.for_offices().to_json());
    assert!(shown["value"].is_null() && shown["numerator"].is_null() && shown["withheld"].is_string(), "{shown}");
}

#[tokio::test]
async fn a_figure_opens_into_the_rows_of_the_day_it_was_asked_for() {
    let town = Town::new();
    let (clerk, ..) = town.accepted().await;
    let period = "from=2026-01-01&to=2026-03-31";
    let rows =
        town.get(&clerk, &format!("/desk/report/work-summary/intake.total?{period}&as_of=2026-03-01")).await;
    rows.is(StatusCode::OK).shows(&["截至 2026年3月1日", "这段时间没有"]);
    let report = town.get(&clerk, &format!("/desk/report?{period}&as_of=2026-03-01")).await;
    report.shows(&["截至 2026年3月1日", "as_of=2026-03-01\">", "name=\"as_of\""]);
    let wrong = town.get(&clerk, "/desk/report/work-summary/intake.total?from=2026-02-30").await;
    wrong.is(StatusCode::BAD_REQUEST).shows(&["没有这一天", "回到待办"]);
}

#[tokio::test]
async fn a_matter_is_opened_by_its_reference() {
    let town = Town::new();
    let (clerk, _, reference) = town.accepted().await;
    town.get(&clerk, "/desk").await.shows(&["action=\"/desk/open\""]);
    let found = town.get(&clerk, &format!("/desk/open?reference=%20{reference}")).await;
    assert_eq!((found.status, found.location), (StatusCode::SEE_OTHER, format!("/desk/matters/{reference}")));
    let wrong = town.get(&clerk, "/desk/open?reference=12").await;
    wrong.is(StatusCode::BAD_REQUEST).shows(&["编号不对", "回到待办"]);
}
