//! A small county with officers in several offices, and a browser for each of them.

#[path = "../ground/mod.rs"]
mod ground;

use std::sync::{Arc, Mutex};

use app::{App, Doing, NewPassword};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use casework::command::{Actor, DirectoryCommand};
use casework::office::{OfficeKind, Role};
use ground::Ground;
pub use ground::apart;
use jiff::{SignedDuration, Timestamp};
use tower::ServiceExt;

pub const PASSWORD: &str = "十个字以上的一句话密码";

pub struct Town {
    pub app: Arc<App>,
    router: Router,
    pub clock: Arc<Mutex<Timestamp>>,
    _ground: Ground,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub cookie: String,
    pub body: Vec<u8>,
    pub kind: String,
    pub headers: HeaderMap,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn shows(&self, words: &[&str]) -> &Answer {
        let text = self.text();
        for word in words {
            assert!(text.contains(word), "'{word}' is not on the page ({}):\n{text}", self.status);
        }
        self
    }

    #[track_caller]
    pub fn is(&self, status: StatusCode) -> &Answer {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

impl Town {
    pub fn new() -> Town {
        Town::set_up("http://desk.test", false)
    }

    /// A town that people reach over HTTPS.
    pub fn over_https() -> Town {
        Town::set_up("https://desk.test", false)
    }

    /// A town whose officers must set up one-time codes.
    pub fn with_codes() -> Town {
        Town::set_up("http://desk.test", true)
    }

    fn set_up(address: &str, needs_factor: bool) -> Town {
        let ground = Ground::new();
        let now: Timestamp = "2026-03-02T09:00:00+08:00".parse().unwrap();
        let app = Arc::new(ground.open(now));
        let clock = Arc::new(Mutex::new(now));
        let hand = Arc::clone(&clock);
        let address = address.to_owned();
        let settings = web::Settings {
            address,
            clock: Arc::new(move || *hand.lock().unwrap()),
            needs_factor,
            behind_proxy: false,
            filings: web::FilingLimits::default(),
        };
        let router = web::router(web::Site::new(Arc::clone(&app), settings));
        let town = Town { app, router, clock, _ground: ground };
        town.offices();
        town.officers();
        town
    }

    fn offices(&self) {
        let offices: [(&str, &str, OfficeKind, &str, &[&str]); 6] = [
            ("c", "青河县", OfficeKind::County, "", &[]),
            ("xf", "青河县信访局", OfficeKind::PetitionOffice, "c", &[]),
            ("hr", "青河县人社局", OfficeKind::Department, "c", &["农民工工资"]),
            ("hb", "青河县住建局", OfficeKind::Department, "c", &["房屋拆迁"]),
            ("t", "第1镇", OfficeKind::Township, "c", &[]),
            ("v", "第1村", OfficeKind::Village, "t", &[]),
        ];
        for (code, name, kind, parent, fields) in offices {
            self.enter(&DirectoryCommand::Office {
                code: code.into(),
                name: name.to_owned(),
                kind,
                parent: (!parent.is_empty()).then(|| parent.into()),
                fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            });
        }
    }

    fn officers(&self) {
        let officers = [
            ("clerk", "林小海", "xf", Role::Registrar),
            ("chief", "孙局长", "xf", Role::PetitionChief),
            ("wages", "周明", "hr", Role::Officer),
            ("wageslead", "许局长", "hr", Role::Leader),
            ("houses", "何平", "hb", Role::Officer),
            ("magistrate", "陈县长", "c", Role::Leader),
        ];
        for (login, name, office, role) in officers {
            self.officer(login, name, office, role);
        }
    }

    /// Somebody more, who can sign in.
    pub fn officer(&self, login: &str, name: &str, office: &str, role: Role) {
        self.enter(&DirectoryCommand::Officer {
            login: login.into(),
            name: name.to_owned(),
            office: office.into(),
            roles: vec![role],
        });
        apart(|| self.app.set_password(&login.into(), &NewPassword::new(PASSWORD).unwrap())).unwrap();
    }

    /// A reception announced by the petition office; its id.
    pub async fn session(&self) -> String {
        let chief = self.sign_in("chief").await;
        let asked = [
            ("kind", "reception"),
            ("office", "xf"),
            ("day", "2026-03-16"),
            ("time", "09:00"),
            ("place", "接访大厅"),
            ("leaders", "magistrate"),
            ("once", "0123456789abcdef"),
        ];
        self.post(&chief, "/desk/sessions/announce", &asked).await.is(StatusCode::SEE_OTHER);
        after(&self.get(&chief, "/desk/sessions").await.text(), "matter-link\" href=\"/desk/sessions/", '"')
    }

    pub fn enter(&self, command: &DirectoryCommand) {
        let doing = Doing::live(Actor::Admin, self.now(), format!("test/{command:?}"));
        apart(|| self.app.on_directory(&doing, command)).unwrap();
    }

    pub fn now(&self) -> Timestamp {
        *self.clock.lock().unwrap()
    }

    /// Lets time pass.
    pub fn pass(&self, time: SignedDuration) {
        *self.clock.lock().unwrap() += time;
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        let header = |name| {
            let value = parts.headers.get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (location, kind) = (header(header::LOCATION), header(header::CONTENT_TYPE));
        let cookie = header(header::SET_COOKIE).split(';').next().unwrap_or_default().to_owned();
        let (status, headers) = (parts.status, parts.headers);
        Answer { status, location, cookie, body, kind, headers }
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.send(Request::get(path).header(header::COOKIE, who).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, who: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let request = Request::post(path)
            .header(header::COOKIE, who)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap();
        self.send(request).await
    }

    /// Signs in; the cookie.
    pub async fn sign_in(&self, login: &str) -> String {
        let answer = self.post("", "/desk/sign-in", &[("login", login), ("password", PASSWORD)]).await;
        answer.is(StatusCode::SEE_OTHER);
        answer.cookie
    }

    /// Registers a visit about wages; its reference.
    pub async fn visit(&self, clerk: &str, once: &str) -> String {
        let answer = self.post(clerk, "/desk/register", &[&VISIT[..], &[("once", once)]].concat()).await;
        answer.is(StatusCode::OK).shows(&["登记回执", "查询码"]);
        after(&answer.text(), "receipt-reference\">", '<')
    }

    /// A matter sent to and accepted by the office for wages: cookies of clerk and officer, and its reference.
    pub async fn accepted(&self) -> (String, String, String) {
        let (clerk, wages) = (self.sign_in("clerk").await, self.sign_in("wages").await);
        let reference = self.visit(&clerk, "").await;
        let at = format!("/desk/matters/{reference}");
        self.post(&clerk, &format!("{at}/transfer"), &[("to", "hr")]).await.is(StatusCode::SEE_OTHER);
        self.post(&wages, &format!("{at}/accept"), &[]).await.is(StatusCode::SEE_OTHER);
        (clerk, wages, reference)
    }
}

/// A visit as it is typed, by a registrar who looked whether it was brought before.
pub const VISIT: [(&str, &str); 10] = [
    ("kind", "new"),
    ("channel", "visit"),
    ("people", "3"),
    ("place", "v"),
    ("category", "农民工工资"),
    ("summary", "反映工地拖欠工资"),
    ("text", "三月到八月的工资没有结清。\r\n希望尽快发放。"),
    ("who", "named"),
    ("name", "陈海生"),
    ("looked", "yes"),
];

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What stands between a mark and the next `end`.
pub fn after(html: &str, mark: &str, end: char) -> String {
    let (_, rest) = html.split_once(mark).unwrap_or_else(|| panic!("no {mark} in:\n{html}"));
    rest.split(end).next().unwrap().to_owned()
}

/// The hidden name of the first form that has one.
pub fn once_in(html: &str) -> String {
    after(html, "name=\"once\" value=\"", '"')
}
