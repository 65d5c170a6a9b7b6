//! Restoring to a point: whole commands, what was erased stays erased, and the public log never contradicts itself.

use store::{RestoreAsked, StoreError, Until};

use crate::backup::{Chest, keys_to, quiet, some_work, told};
use crate::on_both;
use crate::place::Place;
use crate::samples::{at, context, entry, stream};

on_both!(to_a_position_and_to_a_time, erased_stays_erased, the_log_goes_on, a_restore_broken_off_goes_on);

pub fn to_a_position_and_to_a_time(place: &Place) {
    let (store, chest) = (place.open(), Chest::new());
    some_work(&store, 0, 30);
    chest.fill(place, 100, &mut quiet).unwrap();
    some_work(&store, 30, 40);
    chest.fill(place, 101, &mut quiet).unwrap();
    // Commands are of two events each, written at seconds 0, 1, 2, …
    let points = [
        (Until::Position(0), 0),
        (Until::Position(1), 0),
        (Until::Position(20), 20),
        (Until::Position(61), 60),
        (Until::Position(80), 80),
        (Until::Time(at(-1)), 0),
        (Until::Time(at(10)), 22),
        (Until::Time(at(99)), 80),
    ];
    for (until, position) in points {
        let to = Place::file();
        let restored = chest.restore(to.home(), place, Some(until)).unwrap();
        assert_eq!((restored.position, restored.left_out), (position, 80 - position), "{until:?}");
        assert_eq!((restored.leaves, restored.leaves_alone), (82, 80 - position));
        let back = to.open();
        assert_eq!((back.verify().unwrap(), back.verify_keys().unwrap()), (Ok(position), None), "{until:?}");
        let of_both = |number| (back.events_after(0, number).unwrap(), store.events_after(0, number).unwrap());
        if let Ok(number) = u32::try_from(position) {
            let (is, was) = of_both(number);
            assert_eq!(is, was);
        }
        assert_eq!(back.done("s39").unwrap().is_some(), position == 80);
    }
    for beyond in [Until::Position(81), Until::Time(at(102))] {
        let to = Place::file();
        assert!(matches!(chest.restore(to.home(), place, Some(beyond)), Err(StoreError::Refused(_))));
    }
}

/// A key that was removed is in no file of the backup any more, and comes back with no restore.
pub fn erased_stays_erased(place: &Place) {
    let (store, chest) = (place.open(), Chest::new());
    some_work(&store, 0, 10);
    chest.fill(place, 100, &mut quiet).unwrap();
    place.run("DELETE FROM party_key WHERE stream = 'story/s3' AND party = 1").unwrap();
    some_work(&store, 10, 12);
    chest.fill(place, 101, &mut quiet).unwrap();
    assert_eq!(chest.files(), ["events-000000000001", "events-000000000021", "manifest", "tables-000000000002"]);
    for until in [None, Some(Until::Position(20)), Some(Until::Position(10))] {
        let to = Place::file();
        assert_eq!(chest.restore(to.home(), place, until).unwrap().erased, 1);
        let back = to.open();
        let left = back.words(&stream("s3"), 1).unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].fields["title"], "第一个人的话");
        assert_eq!(back.words(&stream("s4"), 1).unwrap().len(), 2);
        assert!(back.verify().unwrap().is_ok());
    }
    // Of what is left out nothing is said to be erased.
    let to = Place::file();
    assert_eq!(chest.restore(to.home(), place, Some(Until::Position(6))).unwrap().erased, 0);
}

/// An older point keeps every leaf that was published; what is written then gets leaves of its own.
pub fn the_log_goes_on(place: &Place) {
    let (store, chest) = (place.open(), Chest::new());
    some_work(&store, 0, 10);
    chest.fill(place, 100, &mut quiet).unwrap();
    let to = Place::file();
    chest.restore(to.home(), place, Some(Until::Position(10))).unwrap();
    let back = to.open();
    assert_eq!(back.leaves(0, 100).unwrap(), store.leaves(0, 100).unwrap());
    assert_eq!(back.signed().unwrap(), store.signed().unwrap());
    assert_eq!((back.leaf_of(10).unwrap(), back.leaf_of(11).unwrap()), (Some(10), None));
    back.append(context("new"), vec![(entry("new", 0), Vec::new())]).unwrap();
    back.add_leaves(1_000, 1_000, Ok).unwrap();
    assert_eq!(back.leaf_of(11).unwrap(), Some(21), "after all that were published");
    let leaves = back.leaves(0, 100).unwrap();
    assert_eq!(leaves[..21], store.leaves(0, 100).unwrap()[..]);
    assert_eq!(leaves[21], back.written(&stream("new"), 1).unwrap().unwrap().digest);
    // A log that is known to have gone further than the backup would contradict itself.
    let (from, key, fresh) = (chest.path(), chest.key(), Place::file());
    keys_to(place, fresh.path());
    let asked = |published| RestoreAsked { from: &from, key: &key, until: None, home: fresh.home(), published };
    let refused = store::restore(&asked(Some(22)), &mut quiet).unwrap_err();
    assert!(matches!(&refused, StoreError::Refused(why) if why.contains("22 leaves")), "{refused}");
    drop(back);
}

/// Broken off wherever it may be, it does not open, and goes on when it is asked again.
pub fn a_restore_broken_off_goes_on(place: &Place) {
    let (store, chest) = (place.open(), Chest::new());
    for part in 0..3 {
        some_work(&store, part * 5, part * 5 + 5);
        chest.fill(place, 100, &mut quiet).unwrap();
    }
    let (from, key) = (chest.path(), chest.key());
    for to in [Some(Place::file()), Place::postgres()].into_iter().flatten() {
        keys_to(place, to.path());
        let asked = RestoreAsked { from: &from, key: &key, until: None, home: to.home(), published: None };
        for step in 0_u32..12 {
            assert!(step < 11, "it never ends");
            let mut left = step;
            let done = store::restore(&asked, &mut |_, _, _| {
                left = left.checked_sub(1).ok_or(StoreError::Stopped)?;
                Ok(())
            });
            if done.is_ok() {
                assert_eq!(step, 5, "tables, three files, verified");
                break;
            }
            assert!(matches!(done, Err(StoreError::Stopped)), "{done:?}");
            let opened = store::Store::open_on(to.path(), &to.database).map(|_| ());
            assert!(matches!(opened, Err(StoreError::Arriving(_))), "{opened:?}");
        }
        assert_eq!(told(&to.open(), 15), told(&store, 15));
    }
}
