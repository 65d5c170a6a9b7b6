//! Processes killed at random moments under load: what they acknowledged is there, whole and once.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::chance::{Chance, seeds};
use crate::filing;
use crate::load::{Load, Told};
use crate::place::Place;

/// Rounds on one journal: the first of them is killed while it is set up.
const ROUNDS_TOGETHER: u64 = 8;

#[test]
fn what_was_acknowledged_survives_in_a_file() {
    rounds("in a file", || Some(Place::file()));
}

#[test]
fn what_was_acknowledged_survives_on_postgres() {
    rounds("on PostgreSQL", Place::postgres);
}

fn rounds(place_name: &str, fresh: impl Fn() -> Option<Place>) {
    let (mut rounds, mut acknowledged, mut unheard) = (0, 0, 0);
    let mut place = None;
    let (mut all, mut since) = (BTreeSet::new(), 0);
    for seed in seeds("HUIYIN_KILLS", 12) {
        let number = rounds % ROUNDS_TOGETHER;
        if number == 0 {
            let Some(fresh) = fresh() else { return };
            (place, all, since) = (Some(fresh), BTreeSet::new(), 0);
        }
        let place = place.as_ref().unwrap();
        let in_setting_up = number == 0;
        let told = killed(place, seed, in_setting_up);
        acknowledged += told.len();
        all.extend(told);
        let store = place.open();
        let found = filing::look(&store, &all);
        unheard += found.filings.len() - all.len();
        // What was done unheard is done from now on as well.
        all = found.filings.clone();
        let beat = store.leaves(0, 10_000_000).unwrap().len() as u64 + 1;
        filing::look_at_followers(&store, &found, beat, since);
        let after = format!("s{seed}-after-e2");
        filing::file(&store, &after).unwrap();
        all.insert(after);
        since = found.events;
        rounds += 1;
    }
    println!(
        "{place_name}: {rounds} rounds, {acknowledged} acknowledged, {unheard} done unheard, 0 lost, 0 doubled"
    );
}

/// Killed while a new master key comes into use and everything is moved under it: every word opens, and the old key can be
/// dropped in the end. In a file and on PostgreSQL.
#[test]
fn a_change_of_master_keys_survives() {
    for place in [Some(Place::file()), Place::postgres()].into_iter().flatten() {
        drop(place.open());
        let mut all = BTreeSet::new();
        let mut amid = 0;
        for (round, seed) in seeds("HUIYIN_KILLS", 8).enumerate() {
            let mut chance = Chance::of(seed);
            let mut load = Load::start(place.path(), &place.database, &format!("k{seed}"));
            load.until(|told| *told == Told::Open);
            std::thread::sleep(Duration::from_millis(chance.below(150)));
            let before = store::rotate(place.home(), false).unwrap();
            // The first at once, so that one is killed amid it for sure.
            let after = if round == 0 { 0 } else { chance.below(60) };
            std::thread::sleep(Duration::from_millis(after));
            all.extend(load.kill());
            let standing = store::standing(place.home()).unwrap();
            let old: u64 = standing.iter().filter(|key| key.id != before).map(|key| key.pieces).sum();
            amid += u64::from(old > 0);
            let store = place.open();
            assert_eq!(store.verify_keys().unwrap(), None, "seed {seed}");
            all = filing::look(&store, &all).filings;
            if chance.below(2) == 0 {
                while !store.rewrap().unwrap().done {}
                store::retire(place.home()).unwrap();
                assert_eq!(store::standing(place.home()).unwrap().len(), 1, "seed {seed}");
            }
            for command in all.iter().step_by(7) {
                assert!(!store.words(&filing::stream_of(command), 1).unwrap().is_empty(), "seed {seed}");
            }
        }
        assert!(amid > 0, "no round was killed before everything was moved");
    }
}

/// Starts a process on a place and kills it at a random moment; what it acknowledged.
fn killed(place: &Place, seed: u64, in_setting_up: bool) -> BTreeSet<String> {
    let mut chance = Chance::of(seed);
    let mut load = Load::start(place.path(), &place.database, &format!("s{seed}"));
    if in_setting_up {
        std::thread::sleep(Duration::from_millis(chance.below(120)));
    } else {
        load.until(|told| *told == Told::Open);
        std::thread::sleep(Duration::from_millis(chance.below(250)));
    }
    load.kill()
}
