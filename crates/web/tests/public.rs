//! The public pages from outside: filed, followed, rated, reviewed, by what a browser without scripts would send.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the county")]
mod public_county;

use std::sync::Arc;

use app::{App, Doing, Filing};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use casework::command::{Actor, DirectoryCommand, MatterCommand, Register};
use casework::event::{Channel, MatterId};
use casework::office::Role;
use jiff::Timestamp;
use tower::ServiceExt;
use web::{Settings, Site, router};

use public_county::{Answer, County, apart, encoded, keys};

#[tokio::test]
async fn the_front_page_tells_the_law_and_the_reception_days() {
    let county = County::open();
    let home = county.get("/", "").await;
    assert_eq!(home.status, StatusCode::OK);
    for wanted in
        ["受理后 60 天内", "《信访工作条例》", "3月16日 周一 09:00，青河县信访局，接访大厅，局长接访", "青河县"]
    {
        assert!(home.html().contains(wanted), "{wanted} is missing: {}", home.html());
    }
    let policy = home.headers.get(header::CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"));
    assert_eq!(home.headers.get(header::CACHE_CONTROL).unwrap(), "no-store");
}

#[tokio::test]
async fn filed_end_to_end_the_receipt_tells_what_comes_next() {
    let county = County::open();
    let check = county.answered().await;
    for wanted in ["第1镇 第1村", "陈海生，电话 199 0000 0001，一共 3 人", "可以打留下的电话；请不要上门"]
    {
        assert!(check.html().contains(wanted), "{wanted} is missing: {}", check.html());
    }
    let receipt = county.fill(&check, &[], "send").await;
    let html = receipt.html();
    let (reference, code) = keys(&receipt);
    assert_eq!(code.len(), 25);
    for wanted in
        ["青河县信访局", "2026年3月2日 周一 10:00", "2026年3月17日 周二", "《信访工作条例》第22条", "receipt-qr"]
    {
        assert!(html.contains(wanted), "{wanted} is missing: {html}");
    }
    assert!(!html.contains("陈海生") && !html.contains("工资"), "the receipt is discreet");
    let again = county.fill(&check, &[], "send").await;
    assert_eq!(keys(&again), (reference.clone(), code.clone()), "sent twice, it is one matter");
    let entered = county.tracked(&reference, &code).await;
    let shown = county.get("/track/matter", &entered.cookie().unwrap()).await;
    assert!(shown.html().contains("三月到八月，\n每人"), "{}", shown.html());
}

#[tokio::test]
async fn two_presses_at_once_make_one_matter() {
    let county = County::open();
    let check = county.answered().await;
    let (one, two) = tokio::join!(county.fill(&check, &[], "send"), county.fill(&check, &[], "send"));
    assert_eq!((one.status, two.status), (StatusCode::OK, StatusCode::OK), "{}{}", one.html(), two.html());
    assert_eq!(keys(&one), keys(&two));
}

#[tokio::test]
async fn an_answer_changed_from_the_last_page_leads_back_to_it() {
    let county = County::open();
    let check = county.answered().await;
    let text = county.fill(&check, &[], "text").await;
    assert!(text.html().contains("工地拖欠工资"));
    let changed = [("summary", "拖欠工资三个月"), ("text", "新的经过"), ("accused", "990221-d4")];
    let check = county.fill(&text, &changed, "next").await;
    assert!(check.html().contains("请看一遍") && check.html().contains("拖欠工资三个月"), "{}", check.html());
    assert!(check.html().contains("<dd class=\"check-answer\">青河县人社局"), "{}", check.html());
    let township = county.fill(&check, &[], "township").await;
    let moved = county.fill(&township, &[("township", "990221101")], "next").await;
    assert!(moved.html().contains("第2镇") && moved.html().contains("请看一遍"), "a township without villages");
}

#[tokio::test]
async fn what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost() {
    let county = County::open();
    let about = county.begun().await;
    let none = county.fill(&about, &[], "next").await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.html().contains("category-error"));
    let township = county.fill(&about, &[("category", "农民工工资")], "next").await;
    let text = county.fill(&township, &[("township", "990221")], "next").await;
    assert!(text.html().contains("发生了什么事"), "the county has no villages to ask: {}", text.html());
    let long = "长".repeat(50_001);
    let wrong = county.fill(&text, &[("summary", "短"), ("text", &long)], "next").await;
    assert!(wrong.html().contains("现在有 50001 个字") && wrong.html().contains(&long), "the text is kept");
    let who = county.fill(&text, &[("summary", "短"), ("text", "经过")], "next").await;
    let many = [("who", "named"), ("name", "甲"), ("people", "12"), ("phone", "12")];
    let wrong = county.fill(&who, &many, "next").await;
    assert!(wrong.html().contains("representatives-error") || wrong.html().contains("1 至 5 名代表"));
    assert!(wrong.html().contains("phone-error"));
    let anonymous = county.fill(&who, &[("who", "anonymous"), ("people", "12")], "next").await;
    assert!(anonymous.html().contains("怎样联系您才放心"), "{}", anonymous.html());
    let phone = county.fill(&anonymous, &[("contact", "phone")], "next").await;
    assert!(phone.html().contains("您没有留电话"));
}

#[tokio::test]
async fn the_longest_allowed_text_can_be_filed_and_a_flood_is_told_so() {
    let county = County::open();
    let check = county.answered().await;
    let text = county.fill(&check, &[], "text").await;
    let longest = "长".repeat(49_990);
    let check = county.fill(&text, &[("summary", "短"), ("text", &longest)], "next").await;
    let receipt = county.fill(&check, &[], "send").await;
    assert_eq!(receipt.status, StatusCode::OK);
    let faces = "😀".repeat(50_000);
    let check = county.fill(&text, &[("summary", "短"), ("text", &faces)], "next").await;
    assert!(check.html().contains("请看一遍"), "50,000 characters of any kind fit");
    let long = "长".repeat(400_000);
    let kept = county.fill(&text, &[("summary", "短"), ("text", &long)], "next").await;
    assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(kept.html().contains(&long), "what is too long is given back");
    let flood = county.fill(&text, &[("text", &"x".repeat(20_000_000))], "next").await;
    assert_eq!(flood.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(flood.html().contains("内容太长，没有收下"), "{}", flood.html());
    assert!(!flood.html().contains("没有丢"), "nothing is promised that cannot be kept");
}

#[tokio::test]
async fn a_wrong_code_and_no_such_reference_are_answered_alike() {
    let county = County::open();
    let (reference, code) = county.filed().await;
    let wrong = county.tracked(&reference, &"1".repeat(25)).await;
    let absent = county.tracked("4821-260302-0000-00000", &"1".repeat(25)).await;
    assert_eq!((wrong.status, absent.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    let without = |answer: &Answer, typed: &str| answer.html().replace(typed, "");
    assert_eq!(without(&wrong, &reference), without(&absent, "4821-260302-0000-00000"));
    for _ in 0..9 {
        assert_eq!(county.tracked(&reference, "1").await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(county.tracked(&reference, "1").await.status, StatusCode::TOO_MANY_REQUESTS);
    let right = county.tracked(&reference, &code).await;
    assert_eq!(
        (right.status, right.place()),
        (StatusCode::SEE_OTHER, "/track/matter"),
        "guessing locks nobody out"
    );
    let forged = county.get("/track/matter", &format!("__Secure-track={reference}.{}", "2".repeat(25))).await;
    assert_eq!(forged.status, StatusCode::TOO_MANY_REQUESTS, "the cookie is the same door");
}

#[tokio::test]
async fn the_qr_code_opens_the_matter_and_leaves_the_address_clean() {
    let county = County::open();
    let (reference, code) = county.filed().await;
    let scanned = county.get(&format!("/track/{reference}?code={code}"), "").await;
    assert_eq!((scanned.status, scanned.place()), (StatusCode::SEE_OTHER, "/track/matter"));
    let set = scanned.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    for wanted in ["Path=/track", "Max-Age=1800", "HttpOnly", "Secure"] {
        assert!(set.contains(wanted), "{set}");
    }
    let cookie = scanned.cookie().unwrap();
    let shown = county.get("/track/matter", &cookie).await;
    assert!(shown.html().contains("已登记，待转送"), "{}", shown.html());
    let left = county.post("/track/leave", &cookie, &[]).await;
    assert_eq!(left.place(), "/track");
    assert!(left.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap().contains("Max-Age=0"));
    let stranger = county.get("/track/matter", "").await;
    assert_eq!(stranger.place(), "/track");
}

#[tokio::test]
async fn an_opinion_is_told_when_it_is_served_then_rated_and_reviewed() {
    let county = County::open();
    let (reference, code) = county.filed().await;
    let cookie = county.tracked(&reference, &code).await.cookie().unwrap();
    county.handle(&reference);
    let handling = county.get("/track/matter", &cookie).await;
    assert!(handling.html().contains("青河县人社局正在调查核实"), "{}", handling.html());
    assert!(handling.html().contains("《信访工作条例》第34条"), "the sum cites its article");
    assert_eq!(county.get("/track/review", &cookie).await.place(), "/track/matter", "not yet");
    county.decide(&reference);
    let decided = county.get("/track/matter", &cookie).await;
    assert!(!decided.html().contains("十五日内发放"), "an opinion counts once it is served");
    county.serve(&reference);
    let answered = county.get("/track/matter", &cookie).await;
    assert!(answered.html().contains("十五日内发放"), "{}", answered.html());
    let index = answered.html().matches("处理意见书（PDF）").count();
    assert_eq!(index, 1, "{}", answered.html());

    let rate = county.post("/track/rate", &cookie, &[]).await;
    let mut ratings = rate.carried();
    let none = county.post("/track/rate", &cookie, &ratings).await;
    assert!(none.html().contains("请至少评价一个单位"));
    ratings.push(("petition_office".to_owned(), "satisfied".to_owned()));
    ratings.push(("competent_office".to_owned(), "dissatisfied".to_owned()));
    assert!(county.post("/track/rate", &cookie, &ratings).await.html().contains("评价已记下"));
    assert!(county.post("/track/rate", &cookie, &ratings).await.html().contains("评价已记下"), "twice is once");
    assert!(county.get("/track/matter", &cookie).await.html().contains("您已经评价过了"));

    county.at("2026-03-25T10:00:00+08:00");
    let review = county.get("/track/review", &cookie).await;
    for wanted in ["2026年4月22日", "<strong>青河县</strong>", "《信访工作条例》第35条"] {
        assert!(review.html().contains(wanted), "{wanted} is missing: {}", review.html());
    }
    let empty = county.post("/track/review", &cookie, &review.carried()).await;
    assert!(empty.html().contains("请写明哪里不服"));
    let mut old_tab = review.carried();
    let mut asked = review.carried();
    asked.push(("text".to_owned(), "数额不对".to_owned()));
    let done = county.post("/track/review", &cookie, &asked).await;
    assert!(done.html().contains("复查申请已登记") && done.html().contains("2026年4月24日"), "{}", done.html());

    let changed: Vec<_> = rate.carried().into_iter().map(|(name, _)| (name, "f".repeat(32))).collect();
    let changed = [&changed[..], &[("petition_office".to_owned(), "dissatisfied".to_owned())]].concat();
    let told = county.post("/track/rate", &cookie, &changed).await;
    assert!(told.html().contains("您以前评价过了，这次没有改动"), "{}", told.html());
    old_tab.push(("text".to_owned(), "旧页面里写的话".to_owned()));
    let kept = county.post("/track/review", &cookie, &old_tab).await;
    assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(kept.html().contains("这次没有登记") && kept.html().contains("旧页面里写的话"), "{}", kept.html());
}

#[tokio::test]
async fn back_and_forward_find_the_words_again_and_only_in_that_browser() {
    let county = County::open();
    let about = county.begun_with_cookie().await;
    let cookie = about.sent.clone();
    let check = county.answered_from(about).await;
    let place = check.html().split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let text = county.get(&format!("{place}/text"), &cookie).await;
    assert!(text.html().contains("<没有发>") || text.html().contains("没有发"), "{}", text.html());
    assert_eq!(text.headers.get(header::CACHE_CONTROL).unwrap(), "no-store", "no word goes to disk");
    let wrong = county.fill(&text, &[("summary", "短"), ("text", "")], "next").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html().contains("text-error"), "{}", wrong.html());
    let text = county.fill(&wrong, &[("summary", "短"), ("text", "话")], "next").await;
    assert_eq!(text.status, StatusCode::OK);
    for stranger in ["", "file=0123456789abcdef0123456789abcdef"] {
        let page = county.get(&format!("{place}/text"), stranger).await;
        assert_eq!(page.status, StatusCode::GONE);
        assert!(!page.html().contains("短"));
    }
    let check = county.get(&format!("{place}/check"), &cookie).await;
    let receipt = county.fill(&check, &[], "send").await;
    let again = county.get(&format!("{place}/receipt"), &cookie).await;
    assert_eq!(keys(&receipt), keys(&again));
    assert_eq!(county.get(&format!("{place}/who"), &cookie).await.place(), format!("{place}/receipt"));
    county.at("2026-03-02T10:40:00+08:00");
    assert_eq!(county.get(&format!("{place}/receipt"), &cookie).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn who_leaves_no_number_is_not_offered_to_be_called_on_it() {
    let county = County::open();
    let check = county.answered().await;
    let who = county.fill(&check, &[], "who").await;
    assert!(county.fill(&check, &[], "contact").await.html().contains("可以打我留下的电话"));
    let check = county.fill(&who, &[("who", "anonymous"), ("people", "1")], "next").await;
    let contact =
        if check.html().contains("怎样联系您") { check } else { county.fill(&check, &[], "contact").await };
    assert!(!contact.html().contains("可以打我留下的电话"), "{}", contact.html());
}

#[tokio::test]
async fn a_further_letter_is_always_registered_and_only_by_posting() {
    let county = County::open();
    let (reference, code) = county.filed().await;
    let cookie = county.tracked(&reference, &code).await.cookie().unwrap();
    let form = county.get("/track/further", &cookie).await;
    let mut said = form.carried();
    said.push(("text".to_owned(), "补充：有工资条".to_owned()));
    let address = format!("/track/further?{}", encoded(&said));
    assert!(county.get(&address, &cookie).await.html().contains("要补充什么"));
    assert!(!county.get("/track/matter", &cookie).await.html().contains("有工资条"), "an address is no letter");
    let done = county.post("/track/further", &cookie, &said).await;
    assert!(done.html().contains("补充说明已登记") && done.html().contains("2026年3月17日"), "{}", done.html());
    county.post("/track/further", &cookie, &said).await;
    let shown = county.get("/track/matter", &cookie).await;
    assert_eq!(shown.html().matches("补充：有工资条").count(), 1);
}

#[tokio::test]
async fn what_was_written_outlives_the_visit() {
    let county = County::open();
    let (reference, code) = county.filed().await;
    let cookie = county.tracked(&reference, &code).await.cookie().unwrap();
    let mut said = county.get("/track/further", &cookie).await.carried();
    said.push(("text".to_owned(), "写了很久的补充".to_owned()));
    let asked = county.post("/track/further", "", &said).await;
    assert!(asked.html().contains("您写的内容还在"), "{}", asked.html());
    let mut keys = asked.carried();
    keys.push(("reference".to_owned(), reference));
    keys.push(("code".to_owned(), "1".to_owned()));
    let wrong = county.post("/track", "", &keys).await;
    let mut keys: Vec<_> = wrong.carried();
    keys.push(("reference".to_owned(), county.get("/track/matter", &cookie).await.reference()));
    keys.push(("code".to_owned(), code));
    let back = county.post("/track", "", &keys).await;
    assert!(back.html().contains(">写了很久的补充</textarea>"), "{}", back.html());
    assert!(back.cookie().is_some());
}

#[tokio::test]
async fn a_letter_is_read_by_its_person_only() {
    let county = County::open();
    let (reference, code) = county.filed().await;
    let cookie = county.tracked(&reference, &code).await.cookie().unwrap();
    county.handle(&reference);
    let shown = county.get("/track/matter", &cookie).await;
    let href = shown.html().split("href=\"/track/letter/").nth(1).map(|rest| rest.split('"').next().unwrap());
    let path = format!("/track/letter/{}", href.unwrap());
    let letter = county.get(&path, &cookie).await;
    assert_eq!(letter.status, StatusCode::OK);
    assert!(letter.bytes.starts_with(b"%PDF"));
    assert_eq!(county.get(&path, "").await.place(), "/track");
    assert_eq!(county.get("/track/letter/99", &cookie).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_message_and_its_reply_read_well() {
    let county = County::open();
    let register = Register {
        id: MatterId(String::new()),
        reference: String::new(),
        code_digest: String::new(),
        origin: None,
        channel: Channel::MessageBoard,
        people: 1,
        place: "990221100".into(),
        category: "其他".to_owned(),
        summary: "路灯不亮".to_owned(),
        text: "村口的路灯坏了两个月。".to_owned(),
        received: None,
        contact: String::new(),
        petitioner: None,
        representatives: Vec::new(),
        accused: Vec::new(),
        accused_officers: Vec::new(),
        accused_people: String::new(),
        respondents: Vec::new(),
        competent: Some("990221-d4".into()),
    };
    let doing = Doing::live(Actor::Petitioner, county.at("2026-03-02T10:00:00+08:00"), "test/message".to_owned());
    let filing = Filing { register, procedure: Some("message-board".to_owned()) };
    let taken = apart(|| county.app.register(&doing, filing)).unwrap();
    let cookie = county.tracked(&taken.reference, &taken.code).await.cookie().unwrap();
    let waiting = county.get("/track/matter", &cookie).await;
    assert!(waiting.html().contains("青河县人社局作出留言答复，并送达给您"), "{}", waiting.html());
    assert!(!waiting.html().contains("申请复查"), "there is no review of a message's reply");
    let (outcome, text, basis) = ("answered".to_owned(), "路灯已经修好。".to_owned(), String::new());
    let at = "2026-03-04T10:00:00+08:00";
    county.act("officer4", &taken.reference, at, &MatterCommand::Decide { outcome, text, basis });
    let serve = MatterCommand::Serve {
        document: "reply".to_owned(),
        how: "online".to_owned(),
        proof: String::new(),
        party: None,
    };
    county.act("officer4", &taken.reference, "2026-03-05T10:00:00+08:00", &serve);
    let answered = county.get("/track/matter", &cookie).await;
    for wanted in ["村口的路灯坏了两个月。", "路灯已经修好。", "可以再次留言，也可以提出信访事项。"]
    {
        assert!(answered.html().contains(wanted), "{wanted} is missing: {}", answered.html());
    }
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let county = County::open();
    let request = Request::post("/track").header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
    let refused = county.send(request).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.html().contains("不是从本站的页面发出的"), "{}", refused.html());
}

#[tokio::test]
async fn without_offices_nothing_is_taken_in_and_lost() {
    let folder = tempfile::tempdir().unwrap();
    let now: Timestamp = "2026-03-02T10:00:00+08:00".parse().unwrap();
    let app = Arc::new(App::open(folder.path(), now).unwrap());
    let settings = Settings {
        address: "http://127.0.0.1:8080".to_owned(),
        clock: Arc::new(move || now),
        needs_factor: false,
        behind_proxy: false,
        filings: web::FilingLimits::default(),
    };
    let site = router(Site::new(app, settings));
    let request = || Request::get("/file").body(Body::empty()).unwrap();
    let refused = site.clone().oneshot(request()).await.unwrap();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    let body = axum::body::to_bytes(refused.into_body(), usize::MAX).await.unwrap();
    assert!(String::from_utf8_lossy(&body).contains("这里还没有开通"), "it is not said to be busy");
    let home = site.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(home.status(), StatusCode::OK);
    let body = axum::body::to_bytes(home.into_body(), usize::MAX).await.unwrap();
    let home = String::from_utf8_lossy(&body).into_owned();
    assert!(home.contains("还没有开通") && !home.contains("href=\"/file\"><svg"), "{home}");
}

#[tokio::test]
async fn filing_asks_plainly_whose_decision_one_does_not_accept() {
    let county = County::open();
    let check = county.answered().await;
    let text = county.fill(&check, &[], "text").await;
    assert!(text.html().contains("您是不是对哪个单位已经作出的决定或者答复不服？"), "{}", text.html());
    let said = [("summary", "对不予处理的决定不服"), ("text", "人社局二月作出决定，说不归它管。")];
    let gone = county.fill(&text, &[said[0], said[1], ("respondents", "990221-gone")], "next").await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(gone.html().contains("有一个单位已不在名单里"), "{}", gone.html());
    let check = county.fill(&text, &[said[0], said[1], ("respondents", "990221-d4")], "next").await;
    let told = "青河县人社局：可能先由它答复，不服的由它的上一级复查，它不参与";
    assert!(check.html().contains(told), "{}", check.html());
    let (reference, code) = keys(&county.fill(&check, &[], "send").await);
    let person = county.tracked(&reference, &code).await.cookie().unwrap();
    let page = county.get("/track/matter", &person).await;
    assert!(page.html().contains("转送以后，可能先由它答复您"), "{}", page.html());
    county.handle(&reference);
    county.decide(&reference);
    county.serve(&reference);
    let person = county.tracked(&reference, &code).await.cookie().unwrap();
    let review = county.get("/track/review", &person).await;
    assert!(review.html().contains("青河县") && !review.html().contains("上一级机关"), "{}", review.html());
}

#[test]
fn where_an_officer_worked_before_is_known_after_a_start_from_the_journal() {
    let ground = County::set_up();
    let now = "2026-03-02T10:00:00+08:00".parse().unwrap();
    let left = |app: &app::App| -> Vec<String> {
        let directory = apart(|| app.directory()).unwrap();
        directory.left_by(&"officer4".into()).map(|office| office.0.clone()).collect()
    };
    let app = ground.open(now);
    assert_eq!(left(&app), Vec::<String>::new());
    for office in ["990221101", "990221100"] {
        let (login, name, office) = ("officer4".into(), "承办人4".to_owned(), office.into());
        let moved = DirectoryCommand::Officer { login, name, office, roles: vec![Role::Officer] };
        let doing = Doing::live(Actor::Admin, now, format!("test/{moved:?}"));
        apart(|| app.on_directory(&doing, &moved)).unwrap();
    }
    assert_eq!(left(&app), ["990221-d4", "990221101"]);
    drop(app);
    assert_eq!(left(&ground.open(now)), ["990221-d4", "990221101"]);
}
