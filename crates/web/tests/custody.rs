//! A custodian apart: who decides whether a sealed identity is opened reads no matter, and the person sees what was decided.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the town")]
mod desk_town;

use axum::http::{Request, StatusCode};
use casework::command::DirectoryCommand;
use casework::office::Role;
use desk_town::{PASSWORD, Town, after, apart};
use jiff::SignedDuration;

const OPENINGS: &str = "/desk/openings";

/// What a custodian must not learn.
const HIDDEN: [&str; 7] =
    ["李秋云", "13800001111", "反映办事人员收钱不办事", "转账三千元", "第1村", "农民工工资", "周明"];

const COMPLAINT: [(&str, &str); 11] = [
    ("kind", "new"),
    ("channel", "visit"),
    ("people", "1"),
    ("place", "v"),
    ("category", "农民工工资"),
    ("summary", "反映办事人员收钱不办事"),
    ("text", "收了转账三千元，工资还是没有要回来。"),
    ("who", "named"),
    ("name", "李秋云"),
    ("phone", "13800001111"),
    ("contact", "可以打电话"),
];

/// The town with its custodians: of the petition office, of the county above it, and of a department beside it.
fn town() -> Town {
    let town = Town::new();
    for (login, name, office) in [("keep", "沈静", "xf"), ("above", "高远", "c"), ("beside", "田野", "hb")] {
        town.officer(login, name, office, Role::Custodian);
    }
    town.officer("houses2", "何安", "hb", Role::Officer);
    town
}

/// A complaint of somebody, accepted by the other department: its reference and the person's code.
async fn complained(town: &Town, of: &str) -> (String, String) {
    let (clerk, houses) = (town.sign_in("clerk").await, town.sign_in("houses").await);
    let fields = [&COMPLAINT[..], &[("accused_people", of)]].concat();
    let receipt = town.post(&clerk, "/desk/register", &fields).await.is(StatusCode::OK).text();
    let reference = after(&receipt, "receipt-reference\">", '<');
    let (_, groups) = receipt.split_once("receipt-code\">").unwrap();
    let code = groups.split("</p>").next().unwrap().replace("<span>", "").replace("</span>", "");
    let at = format!("/desk/matters/{reference}");
    town.post(&clerk, &format!("{at}/transfer"), &[("to", "hb")]).await.is(StatusCode::SEE_OTHER);
    town.post(&houses, &format!("{at}/accept"), &[]).await.is(StatusCode::SEE_OTHER);
    (reference, code)
}

async fn ask(town: &Town, login: &str, reference: &str) -> desk_town::Answer {
    let cookie = town.sign_in(login).await;
    let asks = [("ground", "verify"), ("reason", "需要当面核对记录")];
    town.post(&cookie, &format!("/desk/matters/{reference}/ask_identity"), &asks).await
}

async fn decide(town: &Town, login: &str, reference: &str, result: &str) -> desk_town::Answer {
    let cookie = town.sign_in(login).await;
    let said = [("result", result), ("reason", "事由写清楚了")];
    town.post(&cookie, &format!("{OPENINGS}/{reference}"), &said).await
}

async fn looked(town: &Town, login: &str) -> String {
    let cookie = town.sign_in(login).await;
    town.get(&cookie, OPENINGS).await.is(StatusCode::OK).text()
}

async fn knows(town: &Town, login: &str, reference: &str) -> bool {
    let cookie = town.sign_in(login).await;
    town.get(&cookie, &format!("/desk/matters/{reference}")).await.is(StatusCode::OK).text().contains("李秋云")
}

async fn person(town: &Town, reference: &str, code: &str) -> String {
    let cookie = town.post("", "/track", &[("reference", reference), ("code", code)]).await.cookie;
    town.get(&cookie, "/track/matter").await.is(StatusCode::OK).text()
}

/// How often the first request's officer asked and was granted: today, in thirty days, this year.
fn counts(page: &str) -> Vec<u32> {
    let cells = page.split(" 次</td>").filter_map(|cell| cell.rsplit('>').next()?.parse().ok());
    cells.take(6).collect()
}

#[tokio::test]
async fn a_custodian_decides_and_sees_nothing_of_the_matter() {
    let town = town();
    let (reference, _) = complained(&town, "周明").await;
    let keep = town.sign_in("keep").await;
    let first = town.get(&keep, "/desk").await;
    assert_eq!((first.status, first.location.as_str()), (StatusCode::SEE_OTHER, OPENINGS), "no empty inbox");
    assert!(!looked(&town, "keep").await.contains(&reference), "nobody asked yet");

    ask(&town, "houses", &reference).await.is(StatusCode::SEE_OTHER);
    let page = looked(&town, "keep").await;
    let told =
        ["青河县住建局 何平", "不知道是谁就无法核实", "需要当面核对记录", reference.as_str(), "2026年3月5日"];
    for words in told {
        assert!(page.contains(words), "'{words}' is not on the page:\n{page}");
    }
    for words in HIDDEN {
        assert!(!page.contains(words), "'{words}' is on the page:\n{page}");
    }
    assert_eq!(counts(&page), [1, 0, 1, 0, 1, 0]);
    // Nothing else of it is there for them.
    let at = format!("/desk/matters/{reference}");
    for path in
        [at.clone(), format!("/desk/letters/{reference}/1"), format!("/desk/sheets/{reference}/approval.pdf")]
    {
        town.get(&keep, &path).await.is(StatusCode::NOT_FOUND);
    }
    for verb in ["accept", "supplement", "ask_identity", "recuse"] {
        town.post(&keep, &format!("{at}/{verb}"), &[("text", "x")]).await.is(StatusCode::NOT_FOUND);
    }
    // There is no such list for anybody else, and whoever sees the matter does not decide.
    for login in ["clerk", "chief", "houses", "magistrate"] {
        let cookie = town.sign_in(login).await;
        town.get(&cookie, OPENINGS).await.is(StatusCode::NOT_FOUND);
        decide(&town, login, &reference, "opened").await.is(StatusCode::NOT_FOUND);
    }
    let chief = town.sign_in("chief").await;
    let opens = [("result", "opened"), ("reason", "x")];
    let refused = town.post(&chief, &format!("{at}/decide_identity"), &opens).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["身份保管员"]);

    // What is left out is asked for, and nothing typed is lost.
    let said = [("result", "opened"), ("reason", "")];
    let mend = town.post(&keep, &format!("{OPENINGS}/{reference}"), &said).await;
    mend.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["请填写理由"]);
    let said = [("reason", "事由写清楚了")];
    let mend = town.post(&keep, &format!("{OPENINGS}/{reference}"), &said).await;
    mend.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["请点“同意开启”", "事由写清楚了"]);
    assert!(!knows(&town, "houses", &reference).await);

    let done = decide(&town, "keep", &reference, "opened").await;
    assert_eq!(done.is(StatusCode::SEE_OTHER).location, "/desk/openings?told=decide_identity");
    assert!(knows(&town, "houses", &reference).await);
    assert!(!knows(&town, "houses2", &reference).await, "opened to one officer");
    let page = looked(&town, "keep").await;
    assert!(page.contains("没有等待决定的申请") && page.contains("青河县信访局 沈静"), "{page}");
    // A second decision comes to nothing, and says nothing of the matter.
    for login in ["keep", "above"] {
        let late = decide(&town, login, &reference, "kept").await;
        late.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["没有办成", "有等待决定的申请时才能"]);
        assert!(!late.text().contains("办理中"), "{}", late.text());
    }
    ask(&town, "houses", &reference).await.is(StatusCode::SEE_OTHER);
    assert_eq!(counts(&looked(&town, "above").await), [2, 1, 2, 1, 2, 1]);
    // Lists are the same however they came to be, in whichever database they lie.
    let before = apart(|| town.app.fingerprint().unwrap());
    apart(|| town.app.rebuild(|_| {}).unwrap());
    assert_eq!(apart(|| town.app.fingerprint().unwrap()), before);
    assert_eq!(counts(&looked(&town, "above").await), [2, 1, 2, 1, 2, 1]);
}

#[tokio::test]
async fn whoever_sees_matters_besides_is_refused_with_words() {
    let town = town();
    let (reference, _) = complained(&town, "周明").await;
    ask(&town, "houses", &reference).await.is(StatusCode::SEE_OTHER);
    town.enter(&DirectoryCommand::Officer {
        login: "keep".into(),
        name: "沈静".to_owned(),
        office: "xf".into(),
        roles: vec![Role::Custodian, Role::Registrar],
    });
    let keep = town.sign_in("keep").await;
    town.get(&keep, OPENINGS).await.is(StatusCode::NOT_FOUND);
    let opens = [("result", "opened"), ("reason", "x")];
    let refused = town.post(&keep, &format!("/desk/matters/{reference}/decide_identity"), &opens).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["本人不兼任看得到事项的岗位（现兼任登记员）"]);
    assert!(!knows(&town, "houses", &reference).await);
    let others: Vec<String> =
        apart(|| town.app.custodians().unwrap()).into_iter().map(|one| one.login.0).collect();
    assert_eq!(others, ["above", "beside"], "who may decide is told at the start");
}

#[tokio::test]
async fn what_is_kept_from_a_custodian_is_not_there() {
    // A custodian who was complained of where they worked before, and one of another line.
    let (with, without) = (town(), town());
    for town in [&with, &without] {
        town.officer("moved", "苗青", "hr", Role::Custodian);
    }
    let (reference, _) = complained(&with, "苗青").await;
    for town in [&with, &without] {
        town.officer("moved", "苗青", "xf", Role::Custodian);
    }
    let absent = complained(&Town::new(), "周明").await.0;
    ask(&with, "houses", &reference).await.is(StatusCode::SEE_OTHER);
    for login in ["moved", "beside"] {
        assert_eq!(looked(&with, login).await, looked(&without, login).await, "{login}");
        let refused = decide(&with, login, &reference, "opened").await;
        let nothing = decide(&with, login, &absent, "opened").await;
        assert_eq!(refused.is(StatusCode::NOT_FOUND).text(), nothing.is(StatusCode::NOT_FOUND).text(), "{login}");
    }
    assert!(looked(&with, "above").await.contains(&reference));
    decide(&with, "above", &reference, "kept").await.is(StatusCode::SEE_OTHER);
    for login in ["moved", "beside"] {
        assert_eq!(looked(&with, login).await, looked(&without, login).await, "{login}, once it is decided");
    }
    // Nor do counts tell: of what another asked, they count what they may know of.
    let (other, _) = complained(&with, "周明").await;
    ask(&with, "houses", &other).await.is(StatusCode::SEE_OTHER);
    assert_eq!(counts(&looked(&with, "moved").await), [1, 0, 1, 0, 1, 0]);
    assert_eq!(counts(&looked(&with, "keep").await), [2, 0, 2, 0, 2, 0]);
}

#[tokio::test]
async fn an_officer_asks_three_times_a_day_over_all_matters() {
    let town = town();
    let mut references = Vec::new();
    for _ in 0..4 {
        references.push(complained(&town, "周明").await.0);
    }
    for reference in &references[..3] {
        ask(&town, "houses", reference).await.is(StatusCode::SEE_OTHER);
    }
    let before = apart(|| (town.app.fingerprint().unwrap(), town.app.last_at().unwrap()));
    let refused = ask(&town, "houses", &references[3]).await;
    let words = ["每人每日最多申请3次", "至2026年3月2日（星期一）届满，其后才能", "本地规则"];
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&words);
    let after = apart(|| (town.app.fingerprint().unwrap(), town.app.last_at().unwrap()));
    assert_eq!(after, before, "what was refused leaves nothing");
    assert_eq!(counts(&looked(&town, "keep").await), [3, 0, 3, 0, 3, 0]);
    // While one waits, nobody asks in the same matter; in another, a colleague has a day of their own.
    let waits = ask(&town, "houses2", &references[0]).await;
    waits.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["前一个申请已有决定时才能"]);
    ask(&town, "houses2", &references[3]).await.is(StatusCode::SEE_OTHER);
    decide(&town, "keep", &references[3], "kept").await.is(StatusCode::SEE_OTHER);
    town.pass(SignedDuration::from_hours(24));
    ask(&town, "houses", &references[3]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(counts(&looked(&town, "keep").await), [1, 0, 4, 0, 4, 0]);
}

#[tokio::test]
async fn the_person_sees_who_opened_what_when_why_and_until_when() {
    let town = town();
    let (reference, code) = complained(&town, "周明").await;
    let shows = |page: &str, words: &[&str]| {
        for word in words {
            assert!(page.contains(word), "'{word}' is not on the page:\n{page}");
        }
    };
    shows(&person(&town, &reference, &code).await, &["谁看过您是谁", "还没有人申请看", "除了登记的青河县信访局"]);
    ask(&town, "houses", &reference).await.is(StatusCode::SEE_OTHER);
    let page = person(&town, &reference, &code).await;
    shows(&page, &["等待决定", "青河县住建局", "最迟2026年3月5日"]);
    assert!(!page.contains("何平"), "who asks is named once it is decided");
    town.pass(SignedDuration::from_mins(30));
    decide(&town, "keep", &reference, "opened").await.is(StatusCode::SEE_OTHER);
    // At once: the clock stands where it stood.
    let opened = [
        "已经开启</strong>：青河县住建局 何平",
        "您的姓名和电话，到2026年3月9日 周一 09:30为止",
        "不知道是谁就无法核实。需要当面核对记录",
        "青河县信访局 沈静：事由写清楚了",
        "2026年3月2日 周一 09:00申请，2026年3月2日 周一 09:30了结",
    ];
    shows(&person(&town, &reference, &code).await, &opened);

    ask(&town, "houses2", &reference).await.is(StatusCode::SEE_OTHER);
    decide(&town, "above", &reference, "kept").await.is(StatusCode::SEE_OTHER);
    ask(&town, "houses2", &reference).await.is(StatusCode::SEE_OTHER);
    town.pass(SignedDuration::from_hours(24 * 5));
    let page = person(&town, &reference, &code).await;
    shows(
        &page,
        &["没有同意，没有开启</strong>：青河县住建局 何安", "青河县 高远：", "到期没有决定，没有开启</strong>"],
    );
    shows(&page, &opened);
    assert!(!knows(&town, "houses2", &reference).await && knows(&town, "houses", &reference).await);
    assert!(looked(&town, "keep").await.contains("到期没有决定，不开启"));
    let late = decide(&town, "keep", &reference, "opened").await;
    late.is(StatusCode::UNPROCESSABLE_ENTITY).shows(&["没有办成"]);
    town.pass(SignedDuration::from_hours(24 * 3));
    assert!(!knows(&town, "houses", &reference).await, "sealed again after a week");
}

#[tokio::test]
async fn who_may_only_look_for_the_person_sees_who_opened_it_too() {
    let town = town();
    let (reference, code) = complained(&town, "周明").await;
    let cookie = town.post("", "/track", &[("reference", &reference), ("code", &code)]).await.cookie;
    let form = town.get(&cookie, "/track/act/give_mandate").await.is(StatusCode::OK).text();
    let nonce = after(&form, "name=\"nonce\" value=\"", '"');
    let said = [("name", "女儿"), ("scope", "look"), ("until", "2026-06-30"), ("nonce", nonce.as_str())];
    town.post(&cookie, "/track/act/give_mandate", &said).await;
    let page = person(&town, &reference, &code).await;
    let given = after(&page, "<code class=\"mono\">", '<');
    ask(&town, "houses", &reference).await.is(StatusCode::SEE_OTHER);
    decide(&town, "keep", &reference, "opened").await.is(StatusCode::SEE_OTHER);
    let page = person(&town, &reference, &given).await;
    assert!(
        page.contains("您受信访人委托查看") && page.contains("已经开启</strong>：青河县住建局 何平"),
        "{page}"
    );
}

#[tokio::test]
async fn a_program_decides_nothing() {
    let town = town();
    let (reference, _) = complained(&town, "周明").await;
    ask(&town, "houses", &reference).await.is(StatusCode::SEE_OTHER);
    for (login, status) in [("keep", StatusCode::NOT_FOUND), ("chief", StatusCode::FORBIDDEN)] {
        let given = format!("{{\"login\":\"{login}\",\"password\":\"{PASSWORD}\"}}");
        let to = Request::post("/api/v1/desk/token").header("content-type", "application/json");
        let token = after(&town.send(to.body(given.into()).unwrap()).await.text(), "\"token\":\"", '"');
        let to = Request::post(format!("/api/v1/desk/matters/{reference}/decide_identity"))
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {token}"));
        let said = "{\"result\":\"opened\",\"reason\":\"事由成立\"}";
        town.send(to.body(said.into()).unwrap()).await.is(status);
    }
    assert!(!knows(&town, "houses", &reference).await);
}
