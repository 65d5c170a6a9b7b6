//! From what a use case shows to what a page draws: clocks as bars with their sums, the story, moments in words.

mod petitioner;
mod receipt;
pub(crate) mod respondent;

pub(crate) use petitioner::{delivered, means, next, office, persons_turn};
pub(crate) use receipt::{receipt, slips};

use app::AttachmentShown;
use app::show::{ClockShown, MatterShown, Told};
use casework::day as calendar;
use casework::procedure::ClockKind;
use casework::verb::Verb;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::view::clock::{ClockLine, ClockState, SumLine};
use crate::view::day::{self, Due};
use crate::view::file::FileLine;
use crate::view::frame::Link;
use crate::view::story::Entry;

/// 2026年12月3日 周四 09:05, in Shanghai.
pub(crate) fn moment(at: Timestamp) -> String {
    day::moment(calendar::local(at))
}

/// 2026年12月3日 周四, in Shanghai.
pub(crate) fn full_day(at: Timestamp) -> String {
    day::full_day(calendar::day_of(at))
}

/// 2026-12-03T09:05:00+08:00, for machines.
pub(crate) fn iso(at: Timestamp) -> String {
    format!("{}+08:00", calendar::local(at).strftime("%Y-%m-%dT%H:%M:%S"))
}

/// The clocks of a matter, those that still ask something last. `petitioner` says 您 where the person may act, and
/// leaves out what only offices may do in time (an objection to a transfer).
pub(crate) fn clocks(matter: &MatterShown, now: Timestamp, petitioner: bool) -> Vec<ClockLine> {
    let mine = |clock: &&ClockShown| !petitioner || clock.kind != ClockKind::Window || clock.of_person;
    let clocks = matter.clocks.iter().filter(mine);
    let mut lines: Vec<ClockLine> =
        clocks.map(|clock| clock_line(clock, calendar::day_of(now), petitioner)).collect();
    lines.sort_by_key(|line| line.state.live());
    lines
}

/// One run of a clock as a line with its bar and sum.
pub(crate) fn clock_line(clock: &ClockShown, today: Date, petitioner: bool) -> ClockLine {
    let state = state(clock);
    let pauses: Vec<(u32, u32)> = clock.stood.iter().map(|(from, count)| (days(*from), days(*count))).collect();
    let stood: u32 = pauses.iter().map(|(_, days)| days).sum();
    let (span, passed) = (days(clock.days), days(clock.passed));
    let counted = passed.saturating_sub(stood);
    let but = if stood > 0 { format!("，另有 {stood} 天不算") } else { String::new() };
    let marks = if clock.extended_days > 0 {
        let first = span.saturating_sub(u32::from(clock.extended_days));
        vec![ClockLine::mark(first, span, passed)]
    } else {
        Vec::new()
    };
    let mine = petitioner && clock.of_person;
    ClockLine {
        name: clock.name.clone(),
        owner: if mine { "您".to_owned() } else { clock.owner.clone() },
        state,
        limit: match clock.extended_days {
            0 => clock.limit.clone(),
            days => format!("{}，另批准延长{days}日", clock.limit),
        },
        used: match state {
            ClockState::Met | ClockState::MetLate | ClockState::Missed => format!("用了 {counted} 天{but}"),
            _ => format!("已过 {counted} 天{but}"),
        },
        left: left(clock, state),
        due: due(clock, today),
        segments: ClockLine::stretches(span.saturating_sub(stood), passed, &pauses),
        marks,
        sum: sum(clock),
        open: state == ClockState::Late,
    }
}

/// The last day of a clock, with how long it is until then or how it went.
pub(crate) fn due(clock: &ClockShown, today: Date) -> Due {
    let due = match state(clock) {
        ClockState::Met => Due::done(clock.due, "按时完成", false),
        ClockState::MetLate => Due::done(clock.due, "逾期完成", true),
        ClockState::Missed => Due::done(clock.due, "到期没办", true),
        ClockState::Over => Due::done(clock.due, "已结束", false),
        _ => Due::new(clock.due, today),
    };
    if clock.provisional && clock.stopped.is_none() { due.provisional() } else { due }
}

/// The sum behind a date, line by line, with the article at the limit; then what may lengthen it and what its end does.
pub(crate) fn sum(clock: &ClockShown) -> Vec<SumLine> {
    let mut lines: Vec<SumLine> = clock
        .sum
        .iter()
        .map(|line| SumLine::new(line.label, &line.text, if line.label == "期限" { &clock.cite } else { "" }))
        .collect();
    for (label, text) in [("延长", &clock.extension), ("到期后", &clock.at_end)] {
        if clock.stopped.is_none() && !text.is_empty() && (label != "延长" || clock.extended_days == 0) {
            lines.push(SumLine::new(label, text, ""));
        }
    }
    lines
}

/// The clock that governs a matter now.
pub(crate) fn governing(matter: &MatterShown) -> Option<&ClockShown> {
    matter.governing.and_then(|at| matter.clocks.get(at))
}

/// The story, newest first. `letter` says where a document (by index from 1) is read; none where it is not linked.
pub(crate) fn story(matter: &MatterShown, letter: &dyn Fn(usize) -> Option<String>) -> Vec<Entry> {
    matter.story.iter().rev().map(|told| entry(matter, told, letter)).collect()
}

/// One event, told.
pub(crate) fn entry(matter: &MatterShown, told: &Told, letter: &dyn Fn(usize) -> Option<String>) -> Entry {
    let document = told.document.and_then(|index| matter.documents.iter().find(|made| made.index == index));
    let letters = document
        .and_then(|made| letter(made.index).map(|href| Link::new(made.name.clone(), href)))
        .into_iter()
        .collect();
    Entry {
        when: moment(told.at),
        iso: iso(told.at),
        who: told.who.clone(),
        what: told.what.clone(),
        text: told.text.clone(),
        icon: icon(told.verb).to_owned(),
        late: told.late_days.map_or_else(String::new, |days| format!("超过期限 {days} 天")),
        letters,
    }
}

/// The files of a matter, each opened at an address.
pub(crate) fn files(matter: &MatterShown, address: impl Fn(usize) -> String) -> Vec<FileLine> {
    let line = |file: &AttachmentShown| FileLine {
        name: file.name.clone(),
        about: format!("{}，{}", file.about(), full_day(file.at)),
        href: address(file.number),
        inner: file.inner,
    };
    matter.attachments.iter().map(line).collect()
}

/// The secret code in its groups of five, whatever separates them.
pub(crate) fn code_groups(code: &str) -> Vec<String> {
    let digits: Vec<char> = code.chars().filter(char::is_ascii_digit).collect();
    digits.chunks(5).map(|group| group.iter().collect()).collect()
}

fn state(clock: &ClockShown) -> ClockState {
    match (clock.kind, clock.stopped.is_some(), clock.late) {
        (ClockKind::Due, false, false) if clock.paused => ClockState::Stopped,
        (ClockKind::Due, true, _) if clock.missed => ClockState::Missed,
        (ClockKind::Due, false, false) => ClockState::Running,
        (ClockKind::Due, false, true) => ClockState::Late,
        (ClockKind::Due, true, false) => ClockState::Met,
        (ClockKind::Due, true, true) => ClockState::MetLate,
        (ClockKind::Window | ClockKind::Floor, false, false) => ClockState::Window,
        (ClockKind::Window | ClockKind::Floor, ..) => ClockState::Over,
    }
}

fn left(clock: &ClockShown, state: ClockState) -> String {
    if clock.paused {
        return "停止计算中".to_owned();
    }
    let remaining = clock.days - clock.passed;
    match state {
        ClockState::Running | ClockState::Window if remaining == 0 => "今天到期".to_owned(),
        ClockState::Running | ClockState::Window => format!("还剩 {remaining} 天"),
        ClockState::Late | ClockState::MetLate => format!("超过 {} 天", -remaining),
        _ => String::new(),
    }
}

fn icon(verb: Option<Verb>) -> &'static str {
    match verb {
        None => "i-clock",
        Some(Verb::Register) => "i-pen",
        Some(Verb::Repeat) => "i-letter",
        Some(Verb::Transfer | Verb::Divert) => "i-arrow",
        Some(Verb::Accept | Verb::AcceptSimple | Verb::AcceptReview | Verb::AcceptReReview) => "i-check",
        Some(Verb::Extend) => "i-hourglass",
        Some(Verb::Refuse | Verb::Decide | Verb::DecideReview | Verb::Serve) => "i-doc",
        Some(Verb::MarkKey) => "i-flag",
        Some(Verb::RequestReview | Verb::RequestReReview) => "i-review",
        Some(Verb::Rate) => "i-star",
        Some(Verb::Assign | Verb::DecideJurisdiction | Verb::Refer | Verb::Object) => "i-arrow",
        Some(Verb::Supervise | Verb::OrderAgain | Verb::Raise | Verb::Urge | Verb::ReportUrgent) => "i-alert",
        Some(_) => "i-pen",
    }
}

fn days(count: i32) -> u32 {
    u32::try_from(count).unwrap_or(0)
}

/// `1,200.5` yuan as 120050 fen; none where it is no amount, or finer than a fen.
pub(crate) fn fen(yuan: &str) -> Option<u64> {
    let plain: String = yuan.chars().filter(|c| !matches!(c, ',' | '，' | ' ' | '元')).collect();
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    if part.len() > 2 || !part.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let part: u64 = format!("{part:0<2}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn run() -> ClockShown {
        ClockShown {
            id: "answer".into(),
            track: String::new(),
            paused: false,
            name: "办理期限".into(),
            kind: ClockKind::Due,
            of_person: false,
            owner: "青河县人社局".into(),
            limit: "60日".into(),
            cite: "《信访工作条例》第34条".into(),
            started: date(2026, 1, 1),
            stopped: None,
            due: date(2026, 3, 2),
            provisional: false,
            days: 60,
            passed: 57,
            extended_days: 0,
            late: false,
            stood: Vec::new(),
            missed: false,
            sum: Vec::new(),
            extension: "经机关负责人批准可延长一次".into(),
            at_end: "到期还没有办的，系统自动告诉青河县信访局".into(),
        }
    }

    #[test]
    fn a_clock_says_how_it_stands() {
        let today = date(2026, 2, 27);
        let running = clock_line(&run(), today, true);
        assert_eq!((running.state, running.left.as_str()), (ClockState::Running, "还剩 3 天"));
        assert_eq!(running.due.badge, "还有 3 天");
        assert_eq!(running.sum.len(), 2);
        let late = ClockShown { passed: 62, late: true, ..run() };
        let late = clock_line(&late, date(2026, 3, 4), true);
        assert_eq!((late.state, late.left.as_str(), late.open), (ClockState::Late, "超过 2 天", true));
        let met = ClockShown { stopped: Some(today), ..run() };
        let met = clock_line(&met, today, true);
        assert_eq!((met.state, met.left.as_str(), met.due.badge.as_str()), (ClockState::Met, "", "按时完成"));
        let broken = ClockShown { stopped: Some(today), passed: 62, late: true, missed: true, ..run() };
        let broken = clock_line(&broken, today, true);
        assert_eq!((broken.state, broken.due.badge.as_str()), (ClockState::Missed, "到期没办"));
        let stood = ClockShown { days: 78, passed: 57, stood: vec![(20, 18)], paused: true, ..run() };
        let stood = clock_line(&stood, today, true);
        assert_eq!((stood.state, stood.used.as_str()), (ClockState::Stopped, "已过 39 天，另有 18 天不算"));
        assert!(stood.segments.iter().any(|segment| segment.class == "seg-paused"), "a pause is drawn");
        let window = ClockShown { kind: ClockKind::Window, of_person: true, ..run() };
        let window = clock_line(&window, today, true);
        assert_eq!((window.state, window.owner.as_str()), (ClockState::Window, "您"));
    }

    #[test]
    fn moments_are_told_in_shanghai() {
        let at: Timestamp = "2026-12-03T01:05:00Z".parse().unwrap();
        assert_eq!(moment(at), "2026年12月3日 周四 09:05");
        assert_eq!(iso(at), "2026-12-03T09:05:00+08:00");
        assert_eq!(code_groups("12345-67890-11111-22222-33333").len(), 5);
    }

    #[test]
    fn yuan_become_fen_exactly() {
        for (typed, kept) in [("1200", 120_000), ("1,200.5", 120_050), ("0.01", 1), ("8 000 元", 800_000)] {
            assert_eq!(fen(typed), Some(kept), "{typed}");
        }
        for typed in ["", "一千", "1.234", "-5", "99999999999999999999"] {
            assert_eq!(fen(typed), None, "{typed}");
        }
    }
}
