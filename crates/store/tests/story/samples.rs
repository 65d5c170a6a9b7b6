//! Commands, events and rows for the tests.

use casework::event::{Event, MatterId, Origin, PartyNumber, Public, Sealed, SessionId, StoryBegun, Stream};
use casework::office::OfficeCode;
use casework::read::{Fact, MatterRow, NoticeRow, OriginRow, Row, SessionRow, TaskRow};
use jiff::Timestamp;
use store::{Context, Entry, Source};

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

pub fn context(command: &str) -> Context {
    let command = command.to_owned();
    Context { command, source: Source::Live, actor: "admin".to_owned(), at: at(0), recorded: at(1) }
}

pub fn stream(name: &str) -> Stream {
    Stream::Story(name.to_owned())
}

/// An event of a stream, with words of two parties.
pub fn entry(name: &str, expected: u64) -> Entry {
    let sealed =
        vec![Sealed::first([("title", "第一个人的话")]), Sealed::of(PartyNumber(1), [("name", "第二个人")])];
    let event = Event { public: Public::Story(StoryBegun { id: "s".to_owned() }), sealed };
    Entry { stream: stream(name), expected, procedure: String::new(), event, file: None }
}

pub fn origin(name: &str) -> Row {
    let origin = Origin { from: "story/s".to_owned(), name: name.to_owned() };
    Row::Origin(OriginRow { origin, stream: "story/s".to_owned(), intake: 1 })
}

pub fn office(code: &str) -> OfficeCode {
    OfficeCode(code.to_owned())
}

/// A matter that lies with one office.
pub fn matter(id: &str, reference: &str, holder: &str) -> MatterRow {
    MatterRow {
        id: MatterId(id.to_owned()),
        version: 1,
        reference: reference.to_owned(),
        code_digest: "d".to_owned(),
        procedure: "petition-2022".to_owned(),
        family: "petition".to_owned(),
        step: "received".to_owned(),
        ended: false,
        tasks: vec![task("", holder, Some("2024-01-10"))],
        offices: vec![office(holder)],
        channel: "letter",
        people: 1,
        place: office("110101"),
        category: "land".to_owned(),
        registered: at(0),
        since: at(0),
        due: Some("2024-01-10".parse().unwrap()),
        clock: Some("accept".to_owned()),
        wake: Some(at(100)),
        key: false,
        intakes: 1,
    }
}

pub fn task(track: &str, holder: &str, due: Option<&str>) -> TaskRow {
    TaskRow {
        track: track.to_owned(),
        office: office(holder),
        step: "received".to_owned(),
        since: at(0),
        due: due.map(|day| day.parse().unwrap()),
        clock: due.map(|_| "accept".to_owned()),
    }
}

pub fn matter_row(row: MatterRow) -> Row {
    Row::Matter(Box::new(row))
}

pub fn fact(kind: &'static str, of: &str, holder: &str, second: i64) -> Row {
    Row::Fact(Fact {
        kind,
        family: "petition".to_owned(),
        matter: Some(MatterId(of.to_owned())),
        session: None,
        office: office(holder),
        at: at(second),
        label: "信件".to_owned(),
        about: String::new(),
        amount: 1,
        on_time: Some(second % 2 == 0),
        due: Some("2024-01-10".parse().unwrap()),
        event: 1,
    })
}

pub fn session(id: &str, holder: &str, held: bool) -> Row {
    Row::Session(SessionRow {
        id: SessionId(id.to_owned()),
        version: 1 + u64::from(held),
        office: office(holder),
        kind: "reception".to_owned(),
        starts: at(50),
        place: "接访大厅".to_owned(),
        held,
    })
}

pub fn notice(of: &str, holder: &str, nth: u32) -> Row {
    Row::Notice(NoticeRow {
        office: office(holder),
        matter: MatterId(of.to_owned()),
        clock: "accept".to_owned(),
        due: "2024-01-10".parse().unwrap(),
        nth,
        at: at(i64::from(nth)),
    })
}
