//! What it costs to derive every last day of a matter, with its sum: under 5 µs for a matter as they are.
//!
//! `cargo bench -p xtask --bench deadlines`

#![allow(missing_docs, reason = "criterion's macros write functions without any")]
#![allow(clippy::expect_used, reason = "a benchmark stops where its matter cannot be read")]

use std::collections::BTreeMap;
use std::hint::black_box;

use casework::calendar::Calendar;
use casework::clock;
use casework::matter::Moment;
use casework::procedure::{Procedure, parse};
use criterion::{Criterion, criterion_group, criterion_main};

/// Day, act, main step afterwards; then `track=step` for what opens or moves (first, where it is done in one, `@track`),
/// `-track` for what closes, `+days` for an extension.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Accepted, extended, mediated, signed, served, promised and performed.
const ORDINARY: &[Row] = &[
    ("2025-09-01", "register", "registered", ""),
    ("2025-09-05", "transfer", "received", ""),
    ("2025-09-12", "accept", "handling", ""),
    ("2025-09-20", "offer_mediation", "handling", "mediation=mediating"),
    ("2025-10-10", "end_mediation", "handling", "@mediation -mediation"),
    ("2025-11-05", "extend", "handling", "+30"),
    ("2025-11-20", "draft", "handling", "signing=to_check"),
    ("2025-11-24", "check", "handling", "@signing signing=checked"),
    ("2025-11-26", "sign", "handling", "@signing signing=to_seal"),
    ("2025-11-27", "seal", "to_serve", "@signing -signing"),
    ("2025-12-01", "serve", "answered", ""),
    ("2025-12-02", "promise", "answered", "promise#1=promised"),
    ("2025-12-28", "perform", "answered", "@promise#1 promise#1=to_confirm"),
];

/// Late, supervised, reviewed, and re-reviewed with a hearing that stops the clock.
const TO_THE_END: &[Row] = &[
    ("2025-01-06", "register", "registered", ""),
    ("2025-01-10", "transfer", "received", ""),
    ("2025-01-26", "clock", "received", "supervision=ordered"),
    ("2025-01-27", "accept", "handling", ""),
    ("2025-02-10", "reply_supervision", "handling", "@supervision supervision=replied"),
    ("2025-02-20", "close_supervision", "handling", "@supervision -supervision"),
    ("2025-03-20", "decide", "to_serve", ""),
    ("2025-03-24", "serve", "answered", ""),
    ("2025-04-10", "request_review", "review_requested", ""),
    ("2025-04-14", "accept_review", "reviewing", ""),
    ("2025-05-06", "decide_review", "review_to_serve", ""),
    ("2025-05-08", "serve", "review_answered", ""),
    ("2025-06-01", "request_re_review", "re_review_requested", ""),
    ("2025-06-05", "accept_re_review", "re_reviewing", ""),
    ("2025-06-10", "announce_hearing", "re_reviewing", "re_hearing=re_hearing_announced"),
    ("2025-06-25", "hold_hearing", "re_reviewing", "@re_hearing -re_hearing"),
];

fn history(rows: &[Row]) -> Vec<Moment> {
    let moment = |(day, act, step, more): &Row| {
        let mut moment = Moment {
            at: format!("{day}T10:00:00+08:00").parse().expect("a day"),
            act: (*act).to_owned(),
            step: (*step).to_owned(),
            extends_days: 0,
            track: None,
            tracks: BTreeMap::new(),
            closed: Vec::new(),
            sets_day: None,
            received: None,
        };
        if *act == "promise" {
            moment.sets_day = "2026-01-15".parse().ok();
        }
        for word in more.split_whitespace() {
            if let Some(track) = word.strip_prefix('@') {
                moment.track = Some(track.to_owned());
            } else if let Some(track) = word.strip_prefix('-') {
                moment.closed.push(track.to_owned());
            } else if let Some(days) = word.strip_prefix('+') {
                moment.extends_days = days.parse().expect("days");
            } else if let Some((track, step)) = word.split_once('=') {
                moment.tracks.insert(track.to_owned(), step.to_owned());
            }
        }
        moment
    };
    rows.iter().map(moment).collect()
}

/// Where a step of the rows is not in the procedure any more, the figure would flatter.
fn known(procedure: &Procedure, history: &[Moment]) {
    for moment in history {
        for step in moment.tracks.values().chain([&moment.step]) {
            assert!(procedure.steps.contains_key(step), "no step '{step}' any more: mend the rows");
        }
    }
}

fn deadlines(criterion: &mut Criterion) {
    let procedure = parse(include_str!("../../procedures/petition-2022/procedure.toml")).expect("a procedure");
    let calendar = Calendar::parse(include_str!("../../calendars/cn.toml")).expect("a calendar");
    for (name, rows) in [("ordinary matter", ORDINARY), ("matter to the end", TO_THE_END)] {
        let history = history(rows);
        known(&procedure, &history);
        let runs = clock::runs(&procedure, &calendar, &history).len();
        criterion.bench_function(&format!("{name}: {} events, {runs} runs", history.len()), |bencher| {
            bencher.iter(|| clock::runs(&procedure, &calendar, black_box(&history)));
        });
    }
}

criterion_group!(benches, deadlines);
criterion_main!(benches);
