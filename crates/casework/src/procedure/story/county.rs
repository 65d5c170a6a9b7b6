//! The county a counter-example plays in: every role of a procedure has an office there, with people in it.

use serde_json::{Value, json};

use crate::office::{Directory, Login, Office, OfficeCode, OfficeKind, Officer, Role};

const OFFICES: [(&str, &str, OfficeKind, Option<&str>); 8] = [
    ("p", "某省级机关", OfficeKind::City, None),
    ("s", "某市", OfficeKind::City, Some("p")),
    ("c", "某县", OfficeKind::County, Some("s")),
    ("xf", "某县信访局", OfficeKind::PetitionOffice, Some("c")),
    ("lx", "某县信访工作联席会议", OfficeKind::JointMeeting, Some("c")),
    ("d1", "某县某局", OfficeKind::Department, Some("c")),
    ("d2", "某县另一局", OfficeKind::Department, Some("c")),
    ("v", "某村", OfficeKind::Village, Some("c")),
];

/// The office that is competent in the story.
pub(super) const COMPETENT: &str = "d1";
/// The office that is complained of, where the procedure asks for one.
pub(super) const ACCUSED: &str = "d2";
/// The office that registers.
pub(super) const REGISTERS: &str = "xf";
/// Where the trouble is.
pub(super) const PLACE: &str = "v";

/// The county, as the program will know it after its lines.
pub(super) fn directory() -> Directory {
    let mut directory = Directory::default();
    for (code, name, kind, parent) in OFFICES {
        let parent = parent.map(OfficeCode::from);
        directory.set_office(Office {
            code: code.into(),
            name: name.to_owned(),
            kind,
            parent,
            fields: Vec::new(),
        });
        for (login, roles) in people(code) {
            let (login, office) = (Login(login), code.into());
            directory.set_officer(Officer { login, name: "某人".to_owned(), office, roles });
        }
    }
    directory
}

/// Two who work in an office and the one who leads it; as many again for what goes to other hands; and its custodian.
fn people(office: &str) -> [(String, Vec<Role>); 7] {
    let desk = vec![Role::Registrar, Role::Officer, Role::PetitionChief, Role::Supervisor, Role::Reviewer];
    [
        (format!("{office}-1"), desk.clone()),
        (format!("{office}-2"), desk.clone()),
        (format!("{office}-3"), desk.clone()),
        (format!("{office}-4"), desk),
        (format!("{office}-leader"), vec![Role::Leader]),
        (format!("{office}-leader-2"), vec![Role::Leader]),
        (format!("{office}-custodian"), vec![Role::Custodian]),
    ]
}

/// The lines that set the county up.
pub(super) fn lines(at: &str) -> Vec<Value> {
    let mut lines = Vec::new();
    for (code, ..) in OFFICES {
        lines.push(office(at, code));
    }
    for (code, ..) in OFFICES {
        for (login, roles) in people(code) {
            let roles: Vec<&str> = roles.into_iter().map(Role::word).collect();
            lines.push(json!({
                "at": at, "by": "admin", "do": "officer", "login": login, "name": "某人", "office": code, "roles": roles,
            }));
        }
    }
    lines
}

/// The line that enters an office; entered again, it changes nothing.
pub(super) fn office(at: &str, wanted: &str) -> Value {
    let found = OFFICES.iter().find(|(code, ..)| *code == wanted);
    let Some((code, name, kind, parent)) = found else { return Value::Null };
    let mut line = json!({ "at": at, "by": "admin", "do": "office", "code": code, "name": name, "kind": kind });
    if let (Some(parent), Some(fields)) = (parent, line.as_object_mut()) {
        fields.insert("parent".to_owned(), json!(parent));
    }
    line
}
