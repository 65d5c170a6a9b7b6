//! Clocks that jump between commands, threads and processes: what is recorded never goes backwards.

use std::collections::BTreeSet;

use crate::chance::{Chance, seeds};
use crate::filing;
use crate::place::Place;

#[test]
fn recorded_never_goes_backwards_in_a_file() {
    jumping(&Place::file(), None);
}

#[test]
fn recorded_never_goes_backwards_on_postgres() {
    let Some(place) = Place::postgres() else { return };
    drop(place.open());
    let other = place.again(None);
    jumping(&place, Some(&other));
}

/// Files by clocks that are years apart, from several threads, opened again in between, and by a second process's clock.
fn jumping(place: &Place, other: Option<&Place>) {
    for seed in seeds("HUIYIN_CLOCKS", 3) {
        let stores: Vec<_> = std::iter::once(place).chain(other).map(Place::open).collect();
        std::thread::scope(|scope| {
            for thread in 0..4_u64 {
                let store = &stores[usize::try_from(thread).unwrap() % stores.len()];
                scope.spawn(move || {
                    let mut chance = Chance::of(seed * 4 + thread);
                    for number in 0..10 {
                        // From the year 1970 to the year 2085.
                        let second = i64::try_from(chance.below(3_650_000_000)).unwrap() - 1_700_000_000;
                        let command = format!("s{seed}-t{thread}-n{number}-e2");
                        filing::file_at(store, &command, second).unwrap();
                    }
                });
            }
        });
    }
    let store = place.open();
    let found = filing::look(&store, &BTreeSet::new());
    let latest = store.events_after(found.events - 1, 1).unwrap()[0].recorded;
    filing::file_at(&store, "early-e1", -1_000_000_000).unwrap();
    assert_eq!(store.events_after(found.events, 1).unwrap()[0].recorded, latest, "the later of clock and journal");
    filing::look(&store, &BTreeSet::new());
}
