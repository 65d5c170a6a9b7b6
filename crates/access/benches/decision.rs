//! What a decision costs in a county of 600 offices: role, row filter, and whether an officer is kept from a matter.
//!
//! `cargo bench -p access` prints p50 and p99 of each.

#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use casework::command::Actor;
use casework::conflict::Bar;
use casework::office::{Directory, Office, OfficeCode, OfficeKind, Officer, Role};

const TOWNS: usize = 30;
const VILLAGES: usize = 19;

/// A county, thirty townships, and villages in each: 601 offices, five officers in each.
fn county() -> Directory {
    let mut directory = Directory::default();
    let mut enter = |code: String, kind: OfficeKind, parent: Option<&str>| {
        for number in 0..5 {
            directory.set_officer(Officer {
                login: format!("{code}.{number}").as_str().into(),
                name: format!("{code} {number}"),
                office: code.as_str().into(),
                roles: vec![if number == 0 { Role::Leader } else { Role::Officer }],
            });
        }
        let parent = parent.map(OfficeCode::from);
        directory.set_office(Office { code: code.as_str().into(), name: code, kind, parent, fields: Vec::new() });
    };
    enter("county".to_owned(), OfficeKind::County, None);
    for town in 0..TOWNS {
        let code = format!("t{town}");
        enter(code.clone(), OfficeKind::Township, Some("county"));
        for village in 0..VILLAGES {
            enter(format!("{code}v{village}"), OfficeKind::Village, Some(&code));
        }
    }
    // Some were merged, so that successors are followed.
    for town in 0..5 {
        directory.merge_office(format!("t{town}v0").as_str().into(), format!("t{town}v1").as_str().into());
    }
    directory
}

fn row(name: &str, mut work: impl FnMut(usize)) {
    let mut took: Vec<Duration> = (0..20_000)
        .map(|turn| {
            let begun = Instant::now();
            work(turn);
            begun.elapsed()
        })
        .collect();
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    println!("{name:<44} p50 {:>9.2?}  p99 {:>9.2?}", at(50), at(99));
}

fn main() {
    let directory = county();
    println!("{} offices, {} officers", directory.offices().count(), directory.officers().count());
    let actors: Vec<Actor> = directory
        .officers()
        .map(|of| Actor::Officer { login: of.login.clone(), office: of.office.clone(), roles: of.roles.clone() })
        .collect();
    let of = |turn: usize| &actors[turn % actors.len()];
    row("role: may decide", |turn| drop(black_box(access::may(of(turn), "decide"))));
    row("row filter of an officer", |turn| drop(black_box(access::filter(of(turn), &directory))));
    row("role, filter, and a matter with three bars", |turn| {
        let bars = [Bar::Office("t7".into()), Bar::Accused("t9.0".into()), Bar::Recused("t3v4.2".into())];
        let open = access::may(of(turn), "decide").is_ok();
        if let casework::filter::Filter::HeldBy { but, .. } = access::filter(of(turn), &directory) {
            black_box(open && !bars.iter().any(|bar| but.contains(bar)));
        }
    });
}
