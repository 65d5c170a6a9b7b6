//! The public pages from outside: filed, followed, rated, reviewed, by what a browser without scripts would send.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use app::{App, Doing, Target};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use casework::command::MatterCommand;
use casework::office::Login;
use jiff::Timestamp;
use tower::ServiceExt;
use web::{Settings, Site, router};

const STORY: &str = r#"{"at":"2026-01-05T07:00:00+08:00","by":"admin","do":"story","id":"public-pages","title":"青河县"}
{"at":"2026-01-05T08:00:00+08:00","by":"admin","do":"office","code":"990221","name":"青河县","kind":"county","parent":null}
{"at":"2026-01-05T08:00:01+08:00","by":"admin","do":"office","code":"990221-xf","name":"青河县信访局","kind":"petition_office","parent":"990221"}
{"at":"2026-01-05T08:00:02+08:00","by":"admin","do":"office","code":"990221-d4","name":"青河县人社局","kind":"department","parent":"990221","fields":["农民工工资"]}
{"at":"2026-01-05T08:00:03+08:00","by":"admin","do":"office","code":"990221100","name":"第1镇","kind":"township","parent":"990221"}
{"at":"2026-01-05T08:00:04+08:00","by":"admin","do":"office","code":"990221100200","name":"第1村","kind":"village","parent":"990221100"}
{"at":"2026-01-05T08:00:05+08:00","by":"admin","do":"office","code":"990221101","name":"第2镇","kind":"township","parent":"990221"}
{"at":"2026-01-05T09:00:00+08:00","by":"admin","do":"officer","login":"clerk","name":"登记员","office":"990221-xf","roles":["registrar"]}
{"at":"2026-01-05T09:00:01+08:00","by":"admin","do":"officer","login":"officer4","name":"承办人4","office":"990221-d4","roles":["officer"]}
{"at":"2026-01-05T09:00:02+08:00","by":"admin","do":"officer","login":"chief","name":"局长","office":"990221-xf","roles":["petition_chief","leader"]}
{"at":"2026-01-05T09:00:03+08:00","by":"chief","do":"announce_session","session":"S1","kind":"reception","office":"990221-xf","starts":"2026-03-16T09:00:00+08:00","place":"接访大厅","leaders":[{"login":"chief"}]}
"#;

/// A county with its site, a day in March, and what a browser keeps.
struct County {
    app: Arc<App>,
    site: Router,
    now: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

/// An answer, read to its end.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    fn html(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    /// What a browser would send back as cookie.
    fn cookie(&self) -> Option<String> {
        let set = self.headers.get(header::SET_COOKIE)?.to_str().unwrap();
        Some(set.split(';').next().unwrap().to_owned())
    }

    /// The reference a page names.
    fn reference(&self) -> String {
        self.html().split("编号 ").nth(1).unwrap().split('<').next().unwrap().to_owned()
    }

    fn place(&self) -> &str {
        self.headers.get(header::LOCATION).unwrap().to_str().unwrap()
    }

    /// The fields of the first form of the page that a browser sends without the person doing anything.
    fn carried(&self) -> Vec<(String, String)> {
        let html = self.html();
        let form =
            html.split("step-form").nth(1).or_else(|| html.split("id=\"check\"").nth(1)).unwrap_or_default();
        let form = form.split("</form>").next().unwrap_or_default();
        form.split("<input type=\"hidden\" name=\"")
            .skip(1)
            .map(|rest| {
                let (name, rest) = rest.split_once('"').unwrap();
                let value = rest.strip_prefix(" value=\"").unwrap().split('"').next().unwrap();
                (name.to_owned(), plain(value))
            })
            .collect()
    }
}

/// Text out of an attribute.
fn plain(escaped: &str) -> String {
    escaped
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
}

fn encoded(pairs: &[(String, String)]) -> String {
    let one = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    pairs.iter().map(|(name, value)| format!("{}={}", one(name), one(value))).collect::<Vec<_>>().join("&")
}

impl County {
    fn open() -> County {
        let folder = tempfile::tempdir().unwrap();
        let start: Timestamp = "2026-03-02T10:00:00+08:00".parse().unwrap();
        let app = Arc::new(App::open(folder.path(), "2026-01-05T07:00:00+08:00".parse().unwrap()).unwrap());
        let replayed = app.replay(STORY.as_bytes(), start, false, |_| {}).unwrap();
        assert!(replayed.refused.is_empty(), "{:?}", replayed.refused);
        let now = Arc::new(AtomicI64::new(start.as_second()));
        let clock = Arc::clone(&now);
        let settings = Settings {
            address: "https://huiyin.example".to_owned(),
            clock: Arc::new(move || Timestamp::from_second(clock.load(Ordering::Relaxed)).unwrap()),
        };
        let site = router(Site::new(Arc::clone(&app), settings));
        County { app, site, now, _folder: folder }
    }

    fn at(&self, moment: &str) -> Timestamp {
        let at: Timestamp = moment.parse().unwrap();
        self.now.store(at.as_second(), Ordering::Relaxed);
        at
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.site.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        self.send(request).await
    }

    async fn post(&self, path: &str, cookie: &str, pairs: &[(String, String)]) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(encoded(pairs)))
            .unwrap();
        self.send(request).await
    }

    /// Fills in what a page asks and presses a button.
    async fn fill(&self, page: &Answer, said: &[(&str, &str)], go: &str) -> Answer {
        let mut pairs = page.carried();
        pairs.extend(said.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        pairs.push(("go".to_owned(), go.to_owned()));
        self.post("/file", "", &pairs).await
    }

    /// Everything answered up to the last page.
    async fn answered(&self) -> Answer {
        let about = self.get("/file", "").await;
        let township = self.fill(&about, &[("category", "农民工工资")], "next").await;
        let village = self.fill(&township, &[("township", "990221100")], "next").await;
        let text = self.fill(&village, &[("place", "990221100200")], "next").await;
        let said = [("summary", "工地拖欠工资"), ("text", "三月到八月，\r\n每人\"一万二千\"元 <没有发>。")];
        let who = self.fill(&text, &said, "next").await;
        let named = [("who", "named"), ("name", "陈海生"), ("phone", "199 0000 0001"), ("people", "３")];
        let contact = self.fill(&who, &named, "next").await;
        let check = self.fill(&contact, &[("contact", "phone"), ("no_visit", "yes")], "next").await;
        assert_eq!(check.status, StatusCode::OK, "{}", check.html());
        assert!(check.html().contains("请看一遍"), "{}", check.html());
        check
    }

    /// Files and gives reference and code.
    async fn filed(&self) -> (String, String) {
        let receipt = self.fill(&self.answered().await, &[], "send").await;
        assert_eq!(receipt.status, StatusCode::OK, "{}", receipt.html());
        keys(&receipt)
    }

    async fn tracked(&self, reference: &str, code: &str) -> Answer {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        self.post("/track", "", &[pair("reference", reference), pair("code", code)]).await
    }

    fn act(&self, login: &str, reference: &str, at: &str, command: &MatterCommand) {
        let now = self.at(at);
        let actor = self.app.officer_actor(&Login(login.to_owned())).unwrap();
        let doing = Doing::live(actor, now, format!("test/{at}"));
        self.app.act(&doing, &Target::Reference(reference.to_owned()), command).unwrap();
    }

    fn handle(&self, reference: &str) {
        self.act(
            "clerk",
            reference,
            "2026-03-03T10:00:00+08:00",
            &MatterCommand::Transfer { to: "990221-d4".into() },
        );
        self.act("officer4", reference, "2026-03-05T10:00:00+08:00", &MatterCommand::Accept);
    }

    fn decide(&self, reference: &str) {
        let decide = MatterCommand::Decide {
            outcome: "supported".to_owned(),
            text: "用工单位应在十五日内发放。".to_owned(),
            basis: "《保障农民工工资支付条例》".to_owned(),
        };
        self.act("officer4", reference, "2026-03-20T10:00:00+08:00", &decide);
    }

    fn serve(&self, reference: &str) {
        let serve = MatterCommand::Serve { document: "opinion".to_owned(), how: "online".to_owned() };
        self.act("officer4", reference, "2026-03-23T10:00:00+08:00", &serve);
    }
}

/// Reference and code of a receipt.
fn keys(receipt: &Answer) -> (String, String) {
    let html = receipt.html();
    let between = |from: &str, to: &str| html.split(from).nth(1).unwrap().split(to).next().unwrap().to_owned();
    let code = between("receipt-code\">", "</p>");
    (between("receipt-reference\">", "<"), code.chars().filter(char::is_ascii_digit).collect())
}

#[tokio::test]
async fn the_front_page_tells_the_law_and_the_reception_days() {
    let county = County::open();
    let home = county.get("/", "").await;
    assert_eq!(home.status, StatusCode::OK);
    for wanted in ["受理后 60 天内", "《信访工作条例》", "3月16日 周一 09:00，青河县信访局", "青河县"]
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
    let about = county.get("/file", "").await;
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
    let flood = county.fill(&text, &[("text", &"x".repeat(20_000_000))], "next").await;
    assert_eq!(flood.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(flood.html().contains("内容太长，没有收下"), "{}", flood.html());
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
    let forged = county.get("/track/matter", &format!("track={reference}.{}", "2".repeat(25))).await;
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
    let mut asked = review.carried();
    asked.push(("text".to_owned(), "数额不对".to_owned()));
    let done = county.post("/track/review", &cookie, &asked).await;
    assert!(done.html().contains("复查申请已登记") && done.html().contains("2026年4月24日"), "{}", done.html());
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
async fn a_form_of_another_site_is_refused() {
    let county = County::open();
    let request = Request::post("/file").header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
    assert_eq!(county.send(request).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn without_offices_nothing_is_taken_in_and_lost() {
    let folder = tempfile::tempdir().unwrap();
    let now: Timestamp = "2026-03-02T10:00:00+08:00".parse().unwrap();
    let app = Arc::new(App::open(folder.path(), now).unwrap());
    let settings = Settings { address: "http://127.0.0.1:8080".to_owned(), clock: Arc::new(move || now) };
    let site = router(Site::new(app, settings));
    let request = || Request::get("/file").body(Body::empty()).unwrap();
    assert_eq!(site.clone().oneshot(request()).await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
    let home = site.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(home.status(), StatusCode::OK);
}
