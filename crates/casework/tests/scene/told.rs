//! What a line of a scene tells somebody to do, as a command.

use super::*;

pub(super) fn matter_command(who: &str, verb: &str, rest: &[&str]) -> MatterCommand {
    let first = |otherwise| word(rest, "", 0, otherwise).to_owned();
    match verb {
        "register" => MatterCommand::Register(Box::new(register(who, rest))),
        "repeat" => MatterCommand::Repeat {
            origin: None,
            channel: channel(who, rest, "letter"),
            people: number(rest, "people", "1"),
            text: text(rest, "text"),
        },
        "transfer" => MatterCommand::Transfer { to: first("d1").as_str().into() },
        "accept" => MatterCommand::Accept,
        "refuse" => MatterCommand::Refuse { ground: first("not_competent"), go_to: text(rest, "go_to") },
        "divert" => MatterCommand::Divert { to: first("litigation"), note: text(rest, "note") },
        "extend" => MatterCommand::Extend {
            days: number(rest, "days", "30"),
            reason: text(rest, "reason"),
            approved_by: word(rest, "approved_by", usize::MAX, "boss1").into(),
        },
        "decide" => {
            let (outcome, basis) = (first("explained"), text(rest, "basis"));
            MatterCommand::Decide { outcome, text: text(rest, "text"), basis }
        }
        "serve" => MatterCommand::Serve {
            proof: String::new(),
            document: first("opinion"),
            how: word(rest, "how", usize::MAX, "post").to_owned(),
            party: rest.iter().find_map(|word| word.strip_prefix("party=")?.parse().ok()),
        },
        "attach" => MatterCommand::Attach { files: files(rest) },
        "mark_key" => MatterCommand::MarkKey { ground: first("safety") },
        "request_review" => MatterCommand::RequestReview { text: text(rest, "text") },
        "accept_review" => MatterCommand::AcceptReview,
        "decide_review" => MatterCommand::DecideReview { outcome: first("upheld"), text: text(rest, "text") },
        "rate" => MatterCommand::Rate {
            about: first("competent_office"),
            rating: word(rest, "rating", usize::MAX, "satisfied").to_owned(),
        },
        other => {
            let verb = Verb::from_word(other).unwrap_or_else(|| panic!("no verb '{other}'"));
            let which =
                rest.iter().find_map(|word| word.strip_prefix("which=")).map(|which| which.parse().unwrap());
            MatterCommand::Do { verb, said: said(verb, rest), which }
        }
    }
}

/// So many files.
fn files(rest: &[&str]) -> Vec<NewFile> {
    let count: usize = word(rest, "", 0, "1").parse().unwrap();
    let (bytes, digest) = (number(rest, "bytes", "1000"), "d".repeat(64));
    let file = AttachedFile { kind: "jpg".to_owned(), bytes, digest, stripped: true, inner: true };
    vec![NewFile { name: text(rest, "name"), key: "k".repeat(64), file }; count]
}

/// What a plain verb is told: fields by name, plain words in the order of the fields that take no free text, and for
/// a field that must be there something that will do. `none` leaves it out.
fn said(verb: Verb, rest: &[&str]) -> BTreeMap<String, String> {
    let named: Vec<(&str, &str)> = rest.iter().filter_map(|word| word.split_once('=')).collect();
    let mut plain = rest.iter().filter(|word| !word.contains('='));
    let mut said = BTreeMap::new();
    for field in verb.fields() {
        let own = named.iter().find(|(name, _)| *name == field.name).map(|(_, value)| *value);
        let given = own.or_else(|| if field.is_sealed() { None } else { plain.next().copied() });
        let value = match given {
            Some("none") => continue,
            Some(_) if field.is_sealed() => text(rest, field.name),
            Some(given) => given.to_owned(),
            None if field.required => will_do(field),
            None => continue,
        };
        said.insert(field.name.to_owned(), value);
    }
    // What the verb does not have is said all the same: it must be refused.
    let known = |name: &str| name == "which" || verb.fields().iter().any(|field| field.name == name);
    for (name, value) in named.iter().filter(|(name, _)| !known(name)) {
        said.insert((*name).to_owned(), (*value).to_owned());
    }
    said
}

fn will_do(field: &Field) -> String {
    match field.kind {
        FieldKind::Text => "文字",
        FieldKind::Words(list) => list[0].0,
        FieldKind::Day => "2023-06-30",
        FieldKind::Office => "d1",
        FieldKind::Login => "boss1",
        FieldKind::Fen => "100000",
        FieldKind::Number => "2",
        FieldKind::Flag => "yes",
        FieldKind::Reference => "2",
        FieldKind::Outcome => "explained",
        FieldKind::Letter => "opinion",
    }
    .to_owned()
}

fn register(who: &str, rest: &[&str]) -> Register {
    let person = |name: String| Person { name, phone: text(rest, "phone") };
    let representatives: usize = number(rest, "representatives", "0");
    let codes = |key| match word(rest, key, usize::MAX, "") {
        "" => Vec::new(),
        code => vec![OfficeCode::from(code)],
    };
    Register {
        id: MatterId("m".to_owned()),
        reference: "1".to_owned(),
        code_digest: "d".to_owned(),
        origin: None,
        channel: channel(who, rest, "visit"),
        people: number(rest, "people", "1"),
        place: word(rest, "place", usize::MAX, "v").into(),
        category: match word(rest, "category", usize::MAX, "其他") {
            "long" => "字".repeat(50_001),
            given => given.to_owned(),
        },
        summary: text(rest, "summary"),
        text: text(rest, "text"),
        received: rest.iter().find_map(|word| word.strip_prefix("received=")).map(|day| day::day_of(moment(day))),
        contact: String::new(),
        petitioner: (!rest.contains(&"anonymous")).then(|| person(text(rest, "name"))),
        representatives: (0..representatives).map(|_| person("代表".to_owned())).collect(),
        accused: codes("accused"),
        accused_officers: Vec::new(),
        accused_people: String::new(),
        respondents: codes("respondents"),
        competent: codes("competent").pop(),
    }
}

pub(super) fn session_command(verb: &str, rest: &[&str]) -> SessionCommand {
    match verb {
        "announce" => SessionCommand::Announce {
            id: SessionId("s".to_owned()),
            origin: None,
            kind: word(rest, "kind", usize::MAX, "reception").to_owned(),
            office: word(rest, "office", usize::MAX, "xf").into(),
            starts: moment(word(rest, "", 0, "10")),
            place: text(rest, "place"),
            leaders: vec![word(rest, "leader", usize::MAX, "boss").into()],
        },
        "hold" => SessionCommand::Hold {
            attended: vec![Attendance { tier: word(rest, "", 0, "county").to_owned(), count: 3 }],
        },
        _ => SessionCommand::Receive {
            intake: number(rest, "intake", "1"),
            people: number(rest, "people", "1"),
            result: word(rest, "", 0, "explained").to_owned(),
        },
    }
}

pub(super) fn directory_command(verb: &str, rest: &[&str]) -> DirectoryCommand {
    if verb == "office" {
        return DirectoryCommand::Office {
            code: word(rest, "", 0, "new").into(),
            name: text(rest, "name"),
            kind: OfficeKind::Department,
            parent: Some(word(rest, "parent", usize::MAX, "c").into()),
            fields: Vec::new(),
        };
    }
    DirectoryCommand::Officer {
        login: word(rest, "", 0, "new").into(),
        name: text(rest, "name"),
        office: word(rest, "office", usize::MAX, "c").into(),
        roles: vec![Role::from_word(word(rest, "role", usize::MAX, "officer")).unwrap()],
    }
}
