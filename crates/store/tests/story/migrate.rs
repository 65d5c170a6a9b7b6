//! A county moved from one database to the other: nothing lost, and never two that can be written to.

use casework::office::Login;
use store::{Home, Store, StoreError};

use crate::backup::{keys_to, quiet, some_work, told};
use crate::place::Place;
use crate::samples::{context, entry, stream};

fn is_moved(place: &Place) -> bool {
    matches!(Store::open_on(place.path(), &place.database).map(|_| ()), Err(StoreError::Moved(_)))
}

#[test]
fn from_file_to_postgres_and_back_nothing_changes() {
    let (file, Some(server)) = (Place::file(), Place::postgres()) else { return };
    let store = file.open();
    // More than a page of events.
    some_work(&store, 0, 600);
    let before = told(&store, 600);
    let busy = store::migrate(file.home(), server.home(), &mut quiet);
    assert!(matches!(busy, Err(StoreError::InUse(_))), "it is not taken away from under a running server");
    drop(store);
    // The keys stay in the folder they are in.
    let there = Home { folder: file.path(), database: &server.database, keys: &store::KeyPlace::Folder };
    let moved = store::migrate(file.home(), there, &mut quiet).unwrap();
    assert_eq!(moved.position, 1200);
    let opened = Store::open(file.path()).map(|_| ()).unwrap_err().to_string();
    assert!(opened.contains("has moved to the PostgreSQL database"), "{opened}");
    let again = store::migrate(file.home(), there, &mut quiet);
    assert!(matches!(again, Err(StoreError::Moved(_))), "{again:?}");
    let store = Store::open_existing_on(file.path(), &server.database).unwrap();
    assert_eq!(told(&store, 600), before);
    assert_eq!((store.verify().unwrap(), store.verify_keys().unwrap()), (Ok(1200), None));
    assert!(store.is_stale().unwrap());
    assert!(store.password_fits(&Login("clerk".to_owned()), "p").unwrap());
    some_work(&store, 600, 601);
    let before = told(&store, 601);
    // Back, while a process still has the server open: it finds that the journal is gone.
    let back = Place::file();
    let again = store::migrate(there, back.home(), &mut quiet).unwrap();
    assert_eq!(again.position, 1202);
    let late = store.append(context("late"), vec![(entry("late", 0), Vec::new())]);
    assert!(matches!(&late, Err(StoreError::Moved(to)) if to.contains(back.path().to_str().unwrap())), "{late:?}");
    assert!(store.add_leaves(5_000, 10, |_| Ok(vec![store::Leaf { digest: [1; 32], position: None }])).is_err());
    assert!(store.set_password(&Login("clerk".to_owned()), "q").is_err());
    assert_eq!(store.version(&stream("late")).unwrap(), 0);
    drop(store);
    assert!(Store::open_on(file.path(), &server.database).is_err());
    let store = back.open();
    assert_eq!(told(&store, 601), before);
    assert_eq!(store.verify().unwrap(), Ok(1202));
}

/// Broken off wherever it may be and asked again, it ends the same; until it ends at most one of the two opens.
#[test]
fn a_move_broken_off_goes_on() {
    for to_server in [true, false] {
        let Some(server) = Place::postgres() else { return };
        let (from, to) = if to_server { (Place::file(), server) } else { (server, Place::file()) };
        let store = from.open();
        some_work(&store, 0, 1100);
        let before = told(&store, 1100);
        drop(store);
        for step in 0_u32..12 {
            assert!(step < 11, "it never ends");
            let mut left = step;
            let done = store::migrate(from.home(), to.home(), &mut |_, _, _| {
                left = left.checked_sub(1).ok_or(StoreError::Stopped)?;
                Ok(())
            });
            if done.is_ok() {
                assert!(step >= 4, "it was broken off at {step} places");
                break;
            }
            let opened = Store::open_on(to.path(), &to.database).map(|_| ());
            assert!(matches!(opened, Err(StoreError::Arriving(_))), "{opened:?}");
            // The last step comes after the old place was marked.
            if !is_moved(&from) && step == 1 {
                let store = from.open();
                store.append(context("between"), vec![(entry("between", 0), Vec::new())]).unwrap();
            }
        }
        assert!(is_moved(&from));
        let store = to.open();
        assert_eq!(store.verify().unwrap(), Ok(2201), "what was written between two attempts came along");
        assert_eq!(store.done("between").unwrap(), Some(stream("between")));
        let told = told(&store, 1100);
        assert_eq!(told.lines().take(2200).collect::<Vec<_>>(), before.lines().take(2200).collect::<Vec<_>>());
    }
}

#[test]
fn only_into_an_empty_place_and_with_the_same_keys() {
    let (from, taken, keyed) = (Place::file(), Place::file(), Place::file());
    some_work(&from.open(), 0, 3);
    some_work(&taken.open(), 0, 2);
    keys_to(&from, keyed.path());
    let refused = store::migrate(from.home(), taken.home(), &mut quiet);
    assert!(matches!(refused, Err(StoreError::NotEmpty(_))), "{refused:?}");
    let same = store::migrate(from.home(), from.home(), &mut quiet);
    assert!(matches!(same, Err(StoreError::Refused(_))), "{same:?}");
    let other = Place::file();
    drop(other.open());
    let refused = store::migrate(from.home(), other.home(), &mut quiet);
    assert!(matches!(refused, Err(StoreError::KeysUnreadable(..))), "{refused:?}");
    // A journal that was altered is not carried anywhere.
    from.edit("UPDATE event SET actor = 'nobody' WHERE position = 4");
    let altered = store::migrate(from.home(), keyed.home(), &mut quiet);
    assert!(matches!(altered, Err(StoreError::NotAsWritten(store::Finding::Altered(4)))), "{altered:?}");
    drop(from.open());
    let absent = tempfile::tempdir().unwrap();
    let nothing = Home { folder: absent.path(), database: &store::Database::File, keys: &store::KeyPlace::Folder };
    assert!(store::migrate(nothing, Place::file().home(), &mut quiet).is_err());
}
