//! A county with its site, and a browser without scripts: what the tests of the public pages stand on.

#[path = "../ground/mod.rs"]
mod ground;

use app::{App, Doing, Target};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use casework::command::MatterCommand;
use casework::office::Login;
use ground::Ground;
pub use ground::apart;
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tower::ServiceExt;
use web::{FilingLimits, Settings, Site, router};

pub const STORY: &str = r#"{"at":"2026-01-05T07:00:00+08:00","by":"admin","do":"story","id":"public-pages","title":"青河县"}
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

const START: &str = "2026-03-02T10:00:00+08:00";

/// A county with its site, a day in March, and what a browser keeps.
pub struct County {
    pub app: Arc<App>,
    pub site: Router,
    pub now: Arc<AtomicI64>,
    ground: Ground,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The cookie it was asked with.
    pub sent: String,
}

impl Answer {
    pub fn html(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    /// What a browser would send back as cookie.
    pub fn cookie(&self) -> Option<String> {
        let set = self.headers.get(header::SET_COOKIE)?.to_str().unwrap();
        Some(set.split(';').next().unwrap().to_owned())
    }

    /// The reference a page names.
    pub fn reference(&self) -> String {
        self.html().split("编号 ").nth(1).unwrap().split('<').next().unwrap().to_owned()
    }

    pub fn place(&self) -> &str {
        self.headers.get(header::LOCATION).unwrap().to_str().unwrap()
    }

    /// The fields of the first form of the page that a browser sends without the person doing anything.
    pub fn carried(&self) -> Vec<(String, String)> {
        let html = self.html();
        let form = ["step-form", "id=\"check\"", "id=\"wait\""]
            .iter()
            .find_map(|mark| html.split(mark).nth(1))
            .unwrap_or_default();
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
pub fn plain(escaped: &str) -> String {
    escaped
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
}

pub fn encoded(pairs: &[(String, String)]) -> String {
    let one = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    pairs.iter().map(|(name, value)| format!("{}={}", one(name), one(value))).collect::<Vec<_>>().join("&")
}

impl County {
    pub fn open() -> County {
        County::over(County::set_up(), |app| app)
    }

    /// The data folder of a county, closed.
    pub fn set_up() -> Ground {
        let ground = Ground::new();
        let app = ground.open("2026-01-05T07:00:00+08:00".parse().unwrap());
        let replayed = apart(|| app.replay(STORY.as_bytes(), START.parse().unwrap(), false, |_| {})).unwrap();
        assert!(replayed.refused.is_empty(), "{:?}", replayed.refused);
        ground
    }

    /// A county that lies there, with whatever is added to it before it is served.
    pub fn over(ground: impl Into<Ground>, with: impl FnOnce(App) -> App) -> County {
        County::served(ground, with, FilingLimits::default())
    }

    /// A county behind a server in front, in which this much may be filed before one is asked to wait.
    pub fn limited(filings: FilingLimits) -> County {
        County::served(County::set_up(), |app| app, filings)
    }

    fn served(ground: impl Into<Ground>, with: impl FnOnce(App) -> App, filings: FilingLimits) -> County {
        let ground = ground.into();
        let start: Timestamp = START.parse().unwrap();
        let app = Arc::new(with(ground.open(start)));
        let now = Arc::new(AtomicI64::new(start.as_second()));
        let clock = Arc::clone(&now);
        let settings = Settings {
            address: "https://huiyin.example".to_owned(),
            clock: Arc::new(move || Timestamp::from_second(clock.load(Ordering::Relaxed)).unwrap()),
            needs_factor: false,
            behind_proxy: true,
            filings,
        };
        let site = router(Site::new(Arc::clone(&app), settings));
        County { app, site, now, ground }
    }

    /// Closes it and gives its folder.
    pub fn close(self) -> Ground {
        self.ground
    }

    pub fn folder(&self) -> &std::path::Path {
        self.ground.path()
    }

    pub fn at(&self, moment: &str) -> Timestamp {
        let at: Timestamp = moment.parse().unwrap();
        self.now.store(at.as_second(), Ordering::Relaxed);
        at
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let sent = request.headers().get(header::COOKIE).map_or("", |sent| sent.to_str().unwrap()).to_owned();
        let response = self.site.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes, sent }
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        self.send(request).await
    }

    pub async fn post(&self, path: &str, cookie: &str, pairs: &[(String, String)]) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(encoded(pairs)))
            .unwrap();
        self.send(request).await
    }

    /// Fills in what a page asks and presses a button.
    pub async fn fill(&self, page: &Answer, said: &[(&str, &str)], go: &str) -> Answer {
        let mut pairs = page.carried();
        pairs.extend(said.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        pairs.push(("go".to_owned(), go.to_owned()));
        let address = page.html().split("action=\"/file/").nth(1).unwrap().split('"').next().unwrap();
        let address = format!("/file/{address}");
        match page.sent.as_str() {
            "" => self.post(&address, "", &pairs).await,
            cookie => {
                let led = self.post(&address, cookie, &pairs).await;
                assert_eq!(led.status, StatusCode::SEE_OTHER, "{}", led.html());
                self.get(led.place(), cookie).await
            }
        }
    }

    /// The first question, in a browser that keeps no cookies.
    pub async fn begun(&self) -> Answer {
        let led = self.get("/file", "").await;
        self.get(led.place(), "").await
    }

    /// The first question, in a browser that keeps cookies.
    pub async fn begun_with_cookie(&self) -> Answer {
        let led = self.get("/file", "").await;
        self.get(led.place(), &led.cookie().unwrap()).await
    }

    /// Everything answered up to the last page.
    pub async fn answered(&self) -> Answer {
        self.answered_from(self.begun().await).await
    }

    pub async fn answered_from(&self, about: Answer) -> Answer {
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
    pub async fn filed(&self) -> (String, String) {
        let receipt = self.fill(&self.answered().await, &[], "send").await;
        assert_eq!(receipt.status, StatusCode::OK, "{}", receipt.html());
        keys(&receipt)
    }

    pub async fn tracked(&self, reference: &str, code: &str) -> Answer {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        self.post("/track", "", &[pair("reference", reference), pair("code", code)]).await
    }

    pub fn act(&self, login: &str, reference: &str, at: &str, command: &MatterCommand) {
        let now = self.at(at);
        let act = || {
            let actor = self.app.officer_actor(&Login(login.to_owned()))?;
            let doing = Doing::live(actor, now, format!("test/{at}"));
            self.app.act(&doing, &Target::Reference(reference.to_owned()), command)
        };
        apart(act).unwrap();
    }

    pub fn handle(&self, reference: &str) {
        self.act(
            "clerk",
            reference,
            "2026-03-03T10:00:00+08:00",
            &MatterCommand::Transfer { to: "990221-d4".into() },
        );
        self.act("officer4", reference, "2026-03-05T10:00:00+08:00", &MatterCommand::Accept);
    }

    pub fn decide(&self, reference: &str) {
        let decide = MatterCommand::Decide {
            outcome: "supported".to_owned(),
            text: "用工单位应在十五日内发放。".to_owned(),
            basis: "《保障农民工工资支付条例》".to_owned(),
        };
        self.act("officer4", reference, "2026-03-20T10:00:00+08:00", &decide);
    }

    pub fn serve(&self, reference: &str) {
        let serve = MatterCommand::Serve {
            document: "opinion".to_owned(),
            how: "online".to_owned(),
            proof: String::new(),
            party: None,
        };
        self.act("officer4", reference, "2026-03-23T10:00:00+08:00", &serve);
    }
}

/// Reference and code of a receipt.
pub fn keys(receipt: &Answer) -> (String, String) {
    let html = receipt.html();
    let between = |from: &str, to: &str| html.split(from).nth(1).unwrap().split(to).next().unwrap().to_owned();
    let code = between("receipt-code\">", "</p>");
    (between("receipt-reference\">", "<"), code.chars().filter(char::is_ascii_digit).collect())
}
