//! Another body demands data of a matter: entered by one, decided by another, handed over once; the person is told with the
//! decision, or on the day the bar ends, and until then nothing of theirs differs by a byte.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the town")]
mod desk_town;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use casework::command::DirectoryCommand;
use casework::office::OfficeKind;
use desk_town::{Answer, Town, VISIT, after};
use jiff::SignedDuration;

/// A demand as the police put it.
const DEMAND: [(&str, &str); 6] = [
    ("kind", "police"),
    ("office", "gs"),
    ("number", "青公调〔2026〕7号"),
    ("basis", "《刑事诉讼法》第54条"),
    ("reason", "核实欠薪案件的证人"),
    ("wants", "name"),
];

struct Case {
    town: Town,
    clerk: String,
    chief: String,
    reference: String,
    code: String,
    person: String,
}

impl Case {
    /// A county with a police office, and a matter somebody brought.
    async fn new(more: &[(&str, &str)]) -> Case {
        let town = Town::new();
        town.enter(&DirectoryCommand::Office {
            code: "gs".into(),
            name: "青河县公安局".to_owned(),
            kind: OfficeKind::Department,
            parent: Some("c".into()),
            fields: Vec::new(),
        });
        let (clerk, chief) = (town.sign_in("clerk").await, town.sign_in("chief").await);
        let text = town.post(&clerk, "/desk/register", &[&VISIT[..], more].concat()).await;
        let text = text.is(StatusCode::OK).text();
        let reference = after(&text, "receipt-reference\">", '<');
        let (_, groups) = text.split_once("receipt-code\">").unwrap();
        let code = groups.split("</p>").next().unwrap().replace("<span>", "").replace("</span>", "");
        let person = town.post("", "/track", &[("reference", &reference), ("code", &code)]).await.cookie;
        Case { town, clerk, chief, reference, code, person }
    }

    async fn asked(&self, who: &str, more: &[(&str, &str)]) -> Answer {
        let fields = [&[("matter", self.reference.as_str())], &DEMAND[..], more].concat();
        self.town.post(who, "/desk/demand", &fields).await
    }

    /// Entered; its reference.
    async fn entered(&self, who: &str, more: &[(&str, &str)]) -> String {
        let answer = self.asked(who, more).await;
        let at = answer.is(StatusCode::SEE_OTHER).location.clone();
        after(&at, "/desk/matters/", '?')
    }

    async fn does(&self, who: &str, demand: &str, verb: &str, fields: &[(&str, &str)]) -> Answer {
        self.town.post(who, &format!("/desk/matters/{demand}/{verb}"), fields).await
    }

    /// All that the person can read: their page, their letters' list among it, and the API.
    async fn read_by_the_person(&self) -> String {
        let page = self.town.get(&self.person, "/track/matter").await.is(StatusCode::OK).text();
        // Every form of a page carries a fresh name.
        let mut plain = String::new();
        for part in page.split("<input type=\"hidden\"") {
            plain.push_str(part.split_once('>').filter(|_| !plain.is_empty()).map_or(part, |(_, rest)| rest));
        }
        let request = Request::get(format!("/api/v1/matters/{}", self.reference))
            .header("huiyin-code", &self.code)
            .header(header::COOKIE, "")
            .body(Body::empty())
            .unwrap();
        plain + &self.town.send(request).await.is(StatusCode::OK).text()
    }
}

const GRANT: [(&str, &str); 2] = [("outcome", "granted"), ("reason", "依据充分")];

#[tokio::test]
async fn it_is_decided_by_other_hands_told_at_once_and_handed_over_once() {
    let case = Case::new(&[]).await;
    let before = case.read_by_the_person().await;
    let demand = case.entered(&case.clerk, &[("wants", "contact"), ("wants", "filing")]).await;
    assert_eq!(case.read_by_the_person().await, before, "nothing is told before it is decided");

    case.does(&case.clerk, &demand, "decide_demand", &GRANT).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let in_part = [("outcome", "granted_in_part"), ("reason", "姓名即可"), ("gives_name", "yes")];
    case.does(&case.chief, &demand, "decide_demand", &in_part).await.is(StatusCode::SEE_OTHER);
    let told = case.read_by_the_person().await;
    for word in ["青河县公安局", "青公调〔2026〕7号", "《刑事诉讼法》第54条", "决定提供：姓名；其他的都不提供"]
    {
        assert!(told.contains(word), "'{word}' is not told:\n{told}");
    }

    let serve = [("document", "decision"), ("how", "in_person")];
    case.does(&case.clerk, &demand, "hand_over", &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    case.does(&case.clerk, &demand, "serve", &serve).await.is(StatusCode::SEE_OTHER);
    // Only whoever entered it takes it, once.
    case.does(&case.chief, &demand, "hand_over", &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let once = [("once", "0123456789abcdef")];
    let sheet = case.does(&case.clerk, &demand, "hand_over", &once).await;
    sheet.is(StatusCode::OK);
    assert!(sheet.kind == "application/pdf" && sheet.body.starts_with(b"%PDF"), "{}", sheet.kind);
    let again = case.does(&case.clerk, &demand, "hand_over", &once).await;
    assert!(again.status == StatusCode::SEE_OTHER && again.body.is_empty(), "the same form gives nothing again");
    case.does(&case.clerk, &demand, "hand_over", &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let page = case.town.get(&case.clerk, &format!("/desk/matters/{demand}")).await;
    page.shows(&["取走提供的信息：姓名", "已提供"]);
    assert!(!page.text().contains("取走提供的信息：姓名、"), "what was not granted did not leave");
}

#[tokio::test]
async fn where_telling_is_barred_the_clock_tells_on_the_day_it_ends() {
    let case = Case::new(&[]).await;
    let before = case.read_by_the_person().await;
    let bar = [("barred", "yes"), ("bar_basis", "《监察法》第18条"), ("until", "2026-04-10")];
    let demand = case.entered(&case.clerk, &bar).await;
    case.does(&case.chief, &demand, "decide_demand", &GRANT).await.is(StatusCode::SEE_OTHER);
    let serve = [("document", "decision"), ("how", "in_person")];
    case.does(&case.clerk, &demand, "serve", &serve).await.is(StatusCode::SEE_OTHER);
    case.does(&case.clerk, &demand, "hand_over", &[]).await.is(StatusCode::OK);
    assert_eq!(case.read_by_the_person().await, before, "not a byte differs while telling is barred");
    let desk = case.town.get(&case.clerk, &format!("/desk/matters/{}", case.reference)).await.text();
    assert!(!desk.contains("青公调"), "nor does the matter's own page at the desk tell of it");
    // Nor is there a gap in the numbers of letters: this is the office's first.
    let at = format!("/desk/matters/{}/transfer", case.reference);
    case.town.post(&case.clerk, &at, &[("to", "hr")]).await.is(StatusCode::SEE_OTHER);
    assert!(case.read_by_the_person().await.contains("〔2026〕1号"), "{}", case.read_by_the_person().await);

    // 10 April still counts; at 9 o'clock on the 11th it is over.
    case.town.pass(SignedDuration::from_hours(39 * 24));
    assert!(!case.read_by_the_person().await.contains("青公调"), "too early");
    case.town.pass(SignedDuration::from_hours(24));
    let told = case.read_by_the_person().await;
    for word in ["青公调〔2026〕7号", "《监察法》第18条", "暂不告知您", "决定提供：姓名"]
    {
        assert!(told.contains(word), "'{word}' is not told:\n{told}");
    }
    let page = told.split("</html>").next().unwrap();
    assert_eq!(page.matches("青公调〔2026〕7号").count(), 1, "it is told once");
}

#[tokio::test]
async fn a_bar_has_an_end_and_is_lifted_or_renewed_by_others() {
    let case = Case::new(&[]).await;
    let bar = |until| [("barred", "yes"), ("bar_basis", "《监察法》第18条"), ("until", until)];
    for until in ["", "2026-03-02", "2027-03-02"] {
        case.asked(&case.clerk, &bar(until)).await.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["不予告知至"]);
    }
    let demand = case.entered(&case.clerk, &bar("2026-03-20")).await;
    let renewed = [("basis", "《监察法》第18条"), ("until", "2026-05-20")];
    case.does(&case.clerk, &demand, "bar_telling", &renewed).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    case.does(&case.chief, &demand, "bar_telling", &renewed).await.is(StatusCode::SEE_OTHER);
    case.does(&case.chief, &demand, "decide_demand", &[("outcome", "declined"), ("reason", "依据不足")])
        .await
        .is(StatusCode::SEE_OTHER);
    case.town.pass(SignedDuration::from_hours(30 * 24));
    assert!(!case.read_by_the_person().await.contains("青公调"), "renewed");
    let chief = case.town.sign_in("chief").await;
    case.does(&chief, &demand, "lift_bar", &[("reason", "案件已公开")]).await.is(StatusCode::SEE_OTHER);
    let told = case.read_by_the_person().await;
    assert!(told.contains("不提供") && told.contains("没有提供任何信息"), "{told}");
}

#[tokio::test]
async fn the_chief_who_enters_hands_it_up_and_the_accused_get_nothing() {
    let case = Case::new(&[("accused_people", "周明")]).await;
    // The accused officer's office, written by code or by name, and who does not exist here.
    for (office, body) in [("hr", ""), ("", "青河县人社局"), ("", "人社局"), ("gs", "某公司")] {
        let fields = [("matter", case.reference.as_str()), ("office", office), ("body", body)];
        let fields = [&fields[..], &DEMAND[..1], &DEMAND[2..]].concat();
        case.town.post(&case.clerk, "/desk/demand", &fields).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let demand = case.entered(&case.chief, &[]).await;
    case.does(&case.chief, &demand, "decide_demand", &GRANT).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let magistrate = case.town.sign_in("magistrate").await;
    let at = format!("/desk/matters/{demand}");
    case.town.get(&magistrate, &at).await.is(StatusCode::NOT_FOUND);
    case.does(&case.chief, &demand, "hand_up_demand", &[]).await.is(StatusCode::SEE_OTHER);
    case.town.get(&magistrate, &at).await.is(StatusCode::OK);
    case.does(&magistrate, &demand, "decide_demand", &GRANT).await.is(StatusCode::SEE_OTHER);
    assert!(case.read_by_the_person().await.contains("青公调"));
    // Whoever is complained of finds neither the matter nor the demand, nor can they enter one.
    let wages = case.town.sign_in("wages").await;
    case.town.get(&wages, &at).await.is(StatusCode::NOT_FOUND);
    case.asked(&wages, &[]).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_person_is_no_key_and_what_is_not_there_is_not_told_from_what_is_hidden() {
    let case = Case::new(&[]).await;
    case.town.get(&case.clerk, "/desk/demand").await.is(StatusCode::OK).shows(&["不能按人查", "行踪"]);
    for matter in ["陈海生", "990000-20260302-00000-0", ""] {
        let fields = [&[("matter", matter)], &DEMAND[..]].concat();
        case.town.post(&case.clerk, "/desk/demand", &fields).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    // Another petition office's registrar: a matter of this one is as if it were not.
    case.town.officer("far", "远登记", "t", casework::office::Role::Registrar);
    let far = case.town.sign_in("far").await;
    let hidden = case.asked(&far, &[]).await;
    hidden.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["没有找到这个编号"]);
}

#[tokio::test]
async fn each_year_that_is_over_is_counted_in_public_zeros_too() {
    let case = Case::new(&[]).await;
    let demand = case.entered(&case.clerk, &[]).await;
    case.does(&case.chief, &demand, "decide_demand", &GRANT).await.is(StatusCode::SEE_OTHER);
    let page = case.town.get("", "/data-demands").await;
    page.is(StatusCode::OK).shows(&["还没有满一年", "2027 年 1 月"]);
    assert!(!page.text().contains("<strong>1</strong>"), "the year that runs is not told");
    case.town.pass(SignedDuration::from_hours(310 * 24));
    let text = case.town.get("", "/data-demands").await.is(StatusCode::OK).text();
    let value = |name: &str| {
        let rest = text.split(&format!("<dt>{name}</dt>")).nth(1).unwrap_or_else(|| panic!("no {name}: {text}"));
        after(rest, "<strong>", '<')
    };
    assert_eq!((value("收到的要求"), value("其中：公安机关")), ("1".to_owned(), "1".to_owned()));
    assert_eq!((value("全部提供"), value("部分提供"), value("不提供")), ("1".into(), "0".into(), "0".into()));
    assert_eq!((value("当时依法不告知信访人"), value("不予告知已结束")), ("0".to_owned(), "0".to_owned()));
    for word in [case.reference.as_str(), demand.as_str(), "青公调", "青河县公安局"] {
        assert!(!text.contains(word), "{word} is on the public page");
    }
}
