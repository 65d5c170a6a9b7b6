//! Whoever is complained of has no role in the matter: every procedure, every role, every office accused, offices moved,
//! merged and officers posted elsewhere since.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use casework::conflict::{self, Bar, Respondents};
use casework::event::{Channel, MatterEvent, MatterFact, MatterId};
use casework::matter::{Matter, Position};
use casework::office::{Directory, Login, Office, OfficeCode, OfficeKind, Officer, Role};
use casework::procedure::{Act, Procedure, WhoIs, read};
use casework::world;

/// Code, kind, parent.
const OFFICES: [(&str, OfficeKind, &str); 13] = [
    ("province", OfficeKind::City, ""),
    ("city", OfficeKind::City, "province"),
    ("city-xf", OfficeKind::PetitionOffice, "city"),
    ("city-jm", OfficeKind::JointMeeting, "city"),
    ("city-d", OfficeKind::Department, "city"),
    ("county", OfficeKind::County, "city"),
    ("xf", OfficeKind::PetitionOffice, "county"),
    ("jm", OfficeKind::JointMeeting, "county"),
    ("d1", OfficeKind::Department, "county"),
    ("d2", OfficeKind::Department, "county"),
    ("d1-sub", OfficeKind::Department, "d1"),
    ("town", OfficeKind::Township, "county"),
    ("village", OfficeKind::Village, "town"),
];

fn set(directory: &mut Directory, code: &str, kind: OfficeKind, parent: &str) {
    directory.set_office(Office {
        code: code.into(),
        name: code.to_owned(),
        kind,
        parent: (!parent.is_empty()).then(|| parent.into()),
        fields: Vec::new(),
    });
}

fn post(directory: &mut Directory, login: &str, office: &str, role: Role) {
    let (login, name, office) = (login.into(), format!("{login} name"), office.into());
    directory.set_officer(Officer { login, name, office, roles: vec![role] });
}

/// A clerk and a leader in each office: `d1.clerk`, `d1.leader`.
fn county() -> Directory {
    let mut directory = Directory::default();
    for (code, kind, parent) in OFFICES {
        set(&mut directory, code, kind, parent);
        post(&mut directory, &format!("{code}.clerk"), code, Role::Officer);
        post(&mut directory, &format!("{code}.leader"), code, Role::Leader);
    }
    directory
}

/// A county, and what became of it.
fn counties() -> Vec<(String, Directory)> {
    let mut all = vec![("as it was".to_owned(), county())];
    for (moved, kind, below) in [
        ("d2", OfficeKind::Department, "d1"),
        ("xf", OfficeKind::PetitionOffice, "d1"),
        ("town", OfficeKind::Township, "city"),
    ] {
        let mut directory = county();
        set(&mut directory, moved, kind, below);
        all.push((format!("{moved} moved below {below}"), directory));
    }
    for (code, into) in [("d1", "d2"), ("d2", "d1"), ("d1", "xf"), ("xf", "d1"), ("town", "d1"), ("d1-sub", "d2")]
    {
        let mut directory = county();
        directory.merge_office(code.into(), into.into());
        all.push((format!("{code} merged into {into}"), directory));
    }
    for (login, office) in
        [("d1.leader", "d2"), ("d1.leader", "xf"), ("d1.clerk", "d2"), ("village.leader", "county")]
    {
        let mut directory = county();
        post(&mut directory, login, office, if login.ends_with("leader") { Role::Leader } else { Role::Officer });
        all.push((format!("{login} posted to {office}"), directory));
    }
    all
}

fn matter(procedure: &Procedure, held: (&str, &str), accused: &[&str], officers: &[&str]) -> Matter {
    brought(procedure, held, accused, officers, &[])
}

fn brought(
    procedure: &Procedure,
    (home, competent): (&str, &str),
    accused: &[&str],
    officers: &[&str],
    respondents: &[&str],
) -> Matter {
    let event = MatterEvent {
        act: "register".to_owned(),
        step: procedure.begins.clone(),
        track: None,
        tracks: Default::default(),
        closed: Vec::new(),
        found: Default::default(),
        made: None,
        fact: MatterFact::Registered {
            reference: "R".to_owned(),
            code_digest: String::new(),
            origin: None,
            procedure: procedure.id.clone(),
            channel: Channel::Letter,
            people: 1,
            place: "village".into(),
            category: "其他".to_owned(),
            received: None,
            anonymous: true,
            representatives: 0,
            accused: accused.iter().map(|code| OfficeCode::from(*code)).collect(),
            accused_officers: officers.iter().map(|login| Login::from(*login)).collect(),
            respondents: respondents.iter().map(|code| OfficeCode::from(*code)).collect(),
            home: home.into(),
            competent: Some(competent.into()),
        },
    };
    Matter::begin(MatterId("m".to_owned()), &event, "2023-01-03T09:00:00+08:00".parse().unwrap()).unwrap()
}

fn shipped() -> Vec<Procedure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../procedures");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("procedure.toml"));
    files.filter(|file| file.exists()).map(|file| read(&fs::read_to_string(file).unwrap()).unwrap()).collect()
}

/// Who is accused: an office, or an officer with their office.
fn accused() -> Vec<(Vec<&'static str>, Vec<String>)> {
    let offices = OFFICES.iter().skip(1).map(|(code, ..)| *code);
    offices
        .flat_map(|code| {
            let of = |role: &str| vec![format!("{code}.{role}")];
            [(vec![code], Vec::new()), (vec![code], of("clerk")), (vec![code], of("leader"))]
        })
        .collect()
}

#[test]
fn no_role_of_any_procedure_falls_to_the_accused() {
    let procedures = shipped();
    assert!(procedures.len() >= 5);
    let (before, mut tried) = (county(), 0_u32);
    for (what, directory) in counties() {
        for (offices, officers) in accused() {
            let officers: Vec<&str> = officers.iter().map(String::as_str).collect();
            for (home, competent) in
                [("xf", "d1"), ("xf", "d2"), ("xf", "town"), ("city-xf", "county"), ("city-xf", "city-d")]
            {
                for procedure in &procedures {
                    let matter = matter(procedure, (home, competent), &offices, &officers);
                    // Who holds it was free when it came to them: the acts see to that.
                    if [home, competent]
                        .iter()
                        .any(|code| matter.complained_of().reaches(&before, &(*code).into()))
                    {
                        continue;
                    }
                    for who in procedure.who.keys() {
                        let Some(office) = world::office_of(procedure, &directory, Some(&matter), who) else {
                            continue;
                        };
                        tried += 1;
                        let reaches = matter.complained_of().reaches(&directory, &office);
                        let nobody_above = directory
                            .line_of(&office)
                            .iter()
                            .all(|above| matter.complained_of().reaches(&directory, &above.code));
                        assert!(
                            !reaches || nobody_above,
                            "{what}: {} of {} is {office}, accused {offices:?} {officers:?}",
                            who,
                            procedure.id
                        );
                    }
                }
            }
        }
    }
    assert!(tried > 20_000, "only {tried} roles were looked at");
}

#[test]
fn everybody_in_and_below_what_is_accused_is_barred_and_nobody_else() {
    let procedure = &shipped()[0];
    for (what, directory) in counties() {
        for (offices, officers) in accused() {
            let officers: Vec<&str> = officers.iter().map(String::as_str).collect();
            let matter = matter(procedure, ("city-xf", "city"), &offices, &officers);
            let words: Vec<Bar> = conflict::bars_of(&matter).collect();
            for officer in directory.officers() {
                let bars = conflict::bars(&directory, &matter, &officer.login, &officer.office);
                let theirs = Bar::of(&directory, &officer.login, &officer.office);
                assert_eq!(bars, words.iter().any(|bar| theirs.contains(bar)), "one rule for both");
                let own = officers.contains(&officer.login.0.as_str());
                let by_office = matter.complained_of().reaches(&directory, &officer.office);
                assert_eq!(bars, own || by_office, "{what}: {} with {offices:?} {officers:?}", officer.login);
            }
        }
    }
}

/// Where a matter may stand: its main track in a step, or a side track of it in one.
fn standing(matter: &Matter, procedure: &Procedure) -> Vec<(Matter, Option<String>)> {
    let places = procedure.steps.values().map(|step| {
        let mut there = matter.clone();
        match &step.track {
            None => there.step.clone_from(&step.id),
            Some(track) => {
                there.tracks.insert(track.clone(), Position { step: step.id.clone(), since: matter.last_at });
            }
        }
        (there, step.track.clone())
    });
    places.collect()
}

/// Every role that would answer about an answer where a matter stands, with who that is: who does such an act, and who
/// stands above others by what they are.
fn judges(
    procedure: &Procedure,
    directory: &Directory,
    (matter, track): (&Matter, Option<&str>),
) -> Vec<(String, OfficeCode)> {
    let step = track.and_then(|track| matter.tracks.get(track)).map_or(&matter.step, |position| &position.step);
    let acts = procedure.steps[step].acts.iter().chain(&procedure.while_open).chain(&procedure.everywhere);
    let about = |act: &&Act| world::is_about_an_answer(procedure, act);
    let doing =
        |act: &Act, who: &String| world::office_doing(procedure, directory, Some(matter), track, (act, who));
    let mut found: Vec<(String, OfficeCode)> = acts
        .filter(about)
        .flat_map(|act| {
            act.by.iter().filter_map(move |who| Some((format!("{who} ({})", act.id), doing(act, who)?)))
        })
        .collect();
    let upper = |is: &WhoIs| matches!(is, WhoIs::Above(_) | WhoIs::JointMeeting);
    let upper = procedure.who.values().filter(|who| upper(&who.is));
    found.extend(upper.filter_map(|who| {
        let office = world::office_in(procedure, directory, Some(matter), track, &who.id)?;
        Some((who.id.clone(), office))
    }));
    found
}

#[test]
fn no_role_that_answers_about_an_answer_falls_to_who_gave_it() {
    let procedures = shipped();
    let (mut tried, mut moved) = (0_u32, 0_u32);
    for (what, directory) in counties() {
        for (respondent, ..) in OFFICES.iter().skip(1) {
            for held in [("xf", "d1"), ("xf", "d2"), ("xf", "town"), ("city-xf", "county"), ("city-xf", "city-d")]
            {
                for procedure in &procedures {
                    let plain = brought(procedure, held, &[], &[], &[]);
                    let matter = brought(procedure, held, &[], &[], &[respondent]);
                    let respondents = Respondents::of(&matter);
                    for ((there, track), (before, _)) in
                        standing(&matter, procedure).iter().zip(standing(&plain, procedure))
                    {
                        let at = (there, track.as_deref());
                        let usual = judges(procedure, &directory, (&before, track.as_deref()));
                        for ((who, office), (_, usually)) in
                            judges(procedure, &directory, at).into_iter().zip(usual)
                        {
                            tried += 1;
                            moved += u32::from(office != usually);
                            let line = directory.line_of(&office);
                            let nobody_above = line.iter().all(|above| respondents.reach(&directory, &above.code));
                            assert!(
                                !respondents.reach(&directory, &office) || nobody_above,
                                "{what}: {who} of {} is {office}, which answers for {respondent}, held by {held:?}",
                                procedure.id
                            );
                        }
                    }
                }
            }
        }
    }
    assert!(tried > 100_000 && moved > 10_000, "{tried} roles were looked at, {moved} went to another office");
}

#[test]
fn whose_decision_is_complained_of_answers_first_and_is_reviewed_above_it() {
    let procedure = shipped().into_iter().find(|procedure| procedure.id == "petition-2022").unwrap();
    let directory = county();
    for (respondent, competent, reviewer, next) in [
        ("d1", "d1", "county", "city"),
        ("d1-sub", "d1", "county", "city"),
        ("village", "town", "county", "city"),
        ("county", "county", "city", "province"),
        // The one that must answer is another, below or beside: the review is above both.
        ("county", "d1", "city", "province"),
        ("city-d", "d1", "city", "province"),
        ("d2", "d1", "county", "city"),
        ("xf", "d1", "county", "city"),
        // Nobody stands above it: all is as usual, and asking for a review is refused with where to turn.
        ("province", "d1", "county", "city"),
    ] {
        let matter = brought(&procedure, ("xf", competent), &[], &[], &[respondent]);
        let of = |who: &str| world::office_of(&procedure, &directory, Some(&matter), who).unwrap().0;
        assert_eq!([of("petition_office"), of("organ")], ["xf", competent], "{respondent}: it holds what it held");
        assert_eq!([of("superior"), of("second_superior")], [reviewer, next], "{respondent} with {competent}");
    }
}

#[test]
fn who_left_an_office_concerned_is_asked_and_nobody_else() {
    let procedure = &shipped()[0];
    let mut directory = county();
    post(&mut directory, "d1-sub.clerk", "d2", Role::Officer);
    post(&mut directory, "d1-sub.clerk", "d2", Role::Reviewer);
    let asked = |directory: &Directory, accused: &[&str], respondents: &[&str], login: &str| {
        let matter = brought(procedure, ("city-xf", "city-d"), accused, &[], respondents);
        let login = Login::from(login);
        let office = directory.officer(&login).unwrap().office.clone();
        conflict::left_behind(directory, &matter, &login, &office).map(|left| left.0.clone())
    };
    for concerned in ["d1-sub", "d1"] {
        assert_eq!(asked(&directory, &[concerned], &[], "d1-sub.clerk").as_deref(), Some("d1-sub"), "accused");
        assert_eq!(asked(&directory, &[], &[concerned], "d1-sub.clerk").as_deref(), Some("d1-sub"), "respondent");
    }
    assert_eq!(
        asked(&directory, &["town"], &["village"], "d1-sub.clerk"),
        None,
        "of other offices nobody is asked"
    );
    assert_eq!(asked(&directory, &["d1"], &[], "d2.clerk"), None, "who was never there is not asked");
    assert_eq!(asked(&directory, &[], &["d1"], "d1.clerk"), None, "who is there still answers for it");
    // What they left was merged since: it is the same people's decision.
    directory.merge_office("d1-sub".into(), "town".into());
    assert_eq!(asked(&directory, &[], &["town"], "d1-sub.clerk").as_deref(), Some("d1-sub"));
    // Back where they came from they are of the office again.
    post(&mut directory, "d1-sub.clerk", "d1", Role::Officer);
    assert_eq!(asked(&directory, &[], &["d1"], "d1-sub.clerk"), None);
}
