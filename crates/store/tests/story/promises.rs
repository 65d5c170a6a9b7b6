//! What is promised of commands, words and proofs: all or nothing, once only, in order, and each party's words alone.

use std::sync::atomic::{AtomicU64, Ordering};

use casework::office::Login;
use jiff::Timestamp;
use store::{Context, Finding, SignIn, Store, StoreError, TokenKind};

use crate::on_both;
use crate::place::Place;
use crate::samples::{at, context, entry, origin, stream};

on_both!(
    a_command_is_whole_or_absent,
    a_command_happens_once,
    recorded_never_goes_backwards,
    a_batch_keeps_what_stands_and_a_failed_rebuild_keeps_what_was,
    many_at_once_leave_no_gap_and_lose_nothing,
    each_party_is_erased_alone,
    keys_and_rows_are_compared,
    sealed_words_do_not_open_elsewhere,
    what_was_done_to_the_journal_is_named,
    events_are_guarded,
    officers_sign_in,
    a_code_is_good_once,
    an_account_stands_for_one_officer,
    odd_commands_do_no_harm,
    a_journal_is_opened_again,
);

pub fn a_command_is_whole_or_absent(place: &Place) {
    let store = place.open();
    store.append(context("one"), vec![(entry("a", 0), vec![origin("x")]), (entry("b", 0), Vec::new())]).unwrap();
    // The second event does not fit its stream: nothing of the command is kept, neither event nor row.
    let torn = store.append(context("two"), vec![(entry("a", 1), vec![origin("y")]), (entry("b", 0), Vec::new())]);
    assert!(matches!(torn, Err(StoreError::Conflict(stream)) if stream == "story/b"));
    for (name, version) in [("a", 1), ("b", 1)] {
        assert_eq!(store.version(&stream(name)).unwrap(), version);
    }
    assert!(store.origin("story/s", "y").unwrap().is_none());
    assert!(store.done("two").unwrap().is_none());
    assert_eq!(store.verify().unwrap(), Ok(2));
}

pub fn a_command_happens_once(place: &Place) {
    let store = place.open();
    store.append(context("one"), vec![(entry("a", 0), Vec::new())]).unwrap();
    let again = store.append(context("one"), vec![(entry("a", 1), Vec::new())]);
    assert!(matches!(again, Err(StoreError::Repeated(command)) if command == "one"));
    assert_eq!(store.done("one").unwrap(), Some(stream("a")));
    assert_eq!(store.verify().unwrap(), Ok(1));
}

pub fn recorded_never_goes_backwards(place: &Place) {
    let store = place.open();
    let late = Context { recorded: at(100), ..context("late") };
    store.append(late, vec![(entry("a", 0), Vec::new())]).unwrap();
    store.append(context("early"), vec![(entry("b", 0), Vec::new())]).unwrap();
    let recorded: Vec<Timestamp> = store.events_after(0, 10).unwrap().iter().map(|event| event.recorded).collect();
    assert_eq!(recorded, [at(100), at(100)]);
    assert_eq!(store.verify().unwrap(), Ok(2));
}

pub fn a_batch_keeps_what_stands_and_a_failed_rebuild_keeps_what_was(place: &Place) {
    let store = place.open();
    let failed: Result<(), StoreError> = store.batch(|| {
        for number in 0..300 {
            let name = format!("n{number}");
            let row = vec![origin(&name)];
            store.append(context(&name), vec![(entry(&name, 0), row)])?;
            // Seen inside the batch before it is committed, and refused alone.
            assert!(store.done(&name)?.is_some());
            assert!(store.append(context(&name), vec![(entry(&name, 1), Vec::new())]).is_err());
        }
        Err(StoreError::Stopped)
    });
    assert!(failed.is_err());
    assert_eq!(store.verify().unwrap(), Ok(300));

    let before = store.fingerprint().unwrap();
    let mut pages = 0;
    let failed: Result<(), StoreError> = store.rebuild(|| {
        pages += 1;
        if pages > 300 {
            Err(StoreError::Stopped)
        } else {
            Ok(Some(vec![(pages, vec![origin(&format!("m{pages}"))])]))
        }
    });
    assert!(failed.is_err());
    assert_eq!(store.fingerprint().unwrap(), before);
    drop(store);
    assert_eq!(place.open().fingerprint().unwrap(), before);
}

pub fn many_at_once_leave_no_gap_and_lose_nothing(place: &Place) {
    const THREADS: u64 = 8;
    const EACH: u64 = 25;
    let store = place.open();
    let conflicts = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (store, conflicts) = (&store, &conflicts);
            scope.spawn(move || {
                for number in 0..EACH {
                    // All write to one stream: each looks again until the version it saw still stands.
                    loop {
                        let expected = store.version(&stream("a")).unwrap();
                        let command = format!("{thread}/{number}");
                        match store.append(context(&command), vec![(entry("a", expected), Vec::new())]) {
                            Ok(()) => break,
                            Err(StoreError::Conflict(_)) => conflicts.fetch_add(1, Ordering::SeqCst),
                            Err(error) => panic!("{error}"),
                        };
                    }
                }
            });
        }
    });
    assert_eq!(store.verify().unwrap(), Ok(THREADS * EACH));
    let events = store.events(&stream("a"), 0).unwrap();
    let versions: Vec<u64> = events.iter().map(|event| event.version).collect();
    assert_eq!(versions, (1..=THREADS * EACH).collect::<Vec<_>>());
}

/// Removing a party's key erases that party's words and nobody else's; the proof stands.
pub fn each_party_is_erased_alone(place: &Place) {
    let store = place.open();
    store.append(context("one"), vec![(entry("a", 0), Vec::new())]).unwrap();
    let stream = stream("a");
    assert_eq!(store.words(&stream, 1).unwrap().len(), 2);
    drop(store);

    place.run("DELETE FROM party_key WHERE party = 1").unwrap();
    let store = place.open();
    let left = store.words(&stream, 1).unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].fields["title"], "第一个人的话");
    assert_eq!(store.verify().unwrap(), Ok(1));
    assert_eq!(store.verify_keys().unwrap(), Some(Finding::KeyGone(1)), "and it is not done in silence");
}

/// Keys that were altered or put there, and rows that are not what they should be, are named.
pub fn keys_and_rows_are_compared(place: &Place) {
    let store = place.open();
    store.append(context("one"), vec![(entry("a", 0), vec![origin("x")])]).unwrap();
    assert_eq!(store.verify_keys().unwrap(), None);
    let compared = |store: &Store, name: &str| {
        let mut pages = vec![vec![(1, vec![origin(name)])]];
        store.compare(|| Ok::<_, StoreError>(pages.pop())).unwrap()
    };
    assert_eq!(compared(&store, "x"), None);
    for (name, row) in [("w", "story/s/w"), ("y", "story/s/x")] {
        assert_eq!(compared(&store, name), Some(Finding::TableDiffers { table: "origin", row: row.to_owned() }));
    }
    drop(store);
    place.run("INSERT INTO party_key SELECT 'story/b', party, wrapped FROM party_key WHERE party = 0").unwrap();
    assert_eq!(place.open().verify_keys().unwrap(), Some(Finding::KeyOfNobody("story/b".to_owned())));
    let other = "(SELECT wrapped FROM party_key WHERE stream = 'story/a' AND party = 0)";
    place.run(&format!("UPDATE party_key SET wrapped = {other} WHERE stream = 'story/a' AND party = 1")).unwrap();
    assert_eq!(place.open().verify_keys().unwrap(), Some(Finding::KeyGone(1)));
}

/// Sealed words belong to their event: put elsewhere, they do not open.
pub fn sealed_words_do_not_open_elsewhere(place: &Place) {
    let store = place.open();
    store.append(context("one"), vec![(entry("a", 0), Vec::new()), (entry("a", 1), Vec::new())]).unwrap();
    drop(store);
    place.edit("UPDATE event SET sealed = (SELECT sealed FROM event WHERE position = 1) WHERE position = 2");
    let store = place.open();
    let stream = stream("a");
    assert!(store.words(&stream, 1).is_ok());
    assert!(matches!(store.words(&stream, 2), Err(StoreError::CannotOpen(_))));
}

/// Whatever is done to the journal behind its back, verifying names the first event it was done to.
pub fn what_was_done_to_the_journal_is_named(place: &Place) {
    let store = place.open();
    for number in 0..5 {
        store.append(context(&format!("c{number}")), vec![(entry("a", number), Vec::new())]).unwrap();
    }
    assert_eq!(store.verify().unwrap(), Ok(5));
    drop(store);
    let steps = [
        ("UPDATE event SET actor = 'nobody' WHERE position = 4", Err(Finding::Altered(4))),
        ("UPDATE event SET at = at - 1 WHERE position = 3", Err(Finding::Altered(3))),
        ("DELETE FROM event WHERE position = 2", Err(Finding::Dropped(2))),
        ("DELETE FROM event WHERE position > 1", Err(Finding::CutAfter(1))),
        ("DELETE FROM event", Err(Finding::CutAfter(0))),
    ];
    for (done, found) in steps {
        place.edit(done);
        let store = place.open();
        assert_eq!(store.verify().unwrap(), found, "{done}");
        if !matches!(found, Err(Finding::Altered(_) | Finding::Dropped(_))) {
            let refused = store.append(context("after"), vec![(entry("b", 0), Vec::new())]);
            assert!(matches!(refused, Err(StoreError::NotAsSigned)), "{done}: {refused:?}");
        }
    }
}

/// The database itself refuses to change, remove or replace an event, whoever asks.
pub fn events_are_guarded(place: &Place) {
    let store = place.open();
    store.append(context("one"), vec![(entry("a", 0), Vec::new())]).unwrap();
    let mut attempts = vec!["UPDATE event SET actor = 'x'", "DELETE FROM event"];
    if place.is_postgres() {
        attempts.extend(["TRUNCATE event", "SET session_replication_role = replica; DELETE FROM event"]);
    } else {
        attempts.push("INSERT OR REPLACE INTO event SELECT * FROM event");
    }
    for attempt in attempts {
        let refused = place.run(attempt).unwrap_err();
        assert!(refused.contains("append-only"), "{attempt}: {refused}");
    }
    drop(store);
    // Lifted guards are back after the next start.
    place.edit("SELECT 1");
    let store = place.open();
    assert!(place.run("UPDATE event SET actor = 'x'").is_err());
    assert_eq!(store.verify().unwrap(), Ok(1));
}

/// Passwords and tokens: what was changed stands, also when it is asked by another connection.
pub fn officers_sign_in(place: &Place) {
    let store = place.open();
    let login = Login("clerk".to_owned());
    assert!(!store.password_fits(&login, "x").unwrap());
    store.set_password(&login, "first").unwrap();
    assert!(store.password_fits(&login, "first").unwrap());
    let to = |kind, device: &str| SignIn {
        id: String::new(),
        login: login.clone(),
        kind,
        device: device.to_owned(),
        began: at(0),
        seen: at(0),
        expires: at(10),
    };
    let login_of = |token: &str, kind, now| store.sign_in(token, kind, now).unwrap().map(|found| found.login);
    let token = store.add_token(to(TokenKind::Browser, "one")).unwrap();
    assert_eq!(login_of(&token, TokenKind::Browser, at(9)), Some(login.clone()));
    assert_eq!(login_of(&token, TokenKind::Browser, at(10)), None);
    assert_eq!(login_of(&token, TokenKind::Api, at(9)), None);
    let other = store.add_token(to(TokenKind::Browser, "two")).unwrap();
    let signed_in = store.sign_ins(&login, at(1)).unwrap();
    assert_eq!(signed_in.len(), 2);
    let two = signed_in.iter().find(|one| one.device == "two").unwrap();
    store.saw_sign_in(&two.id, at(5)).unwrap();
    assert_eq!(store.sign_in(&other, TokenKind::Browser, at(6)).unwrap().unwrap().seen, at(5));
    store.end_sign_in(&Login("somebody".to_owned()), &two.id).unwrap();
    assert_eq!(store.sign_ins(&login, at(1)).unwrap().len(), 2, "nobody ends another's");
    store.end_sign_in(&login, &two.id).unwrap();
    assert_eq!(login_of(&other, TokenKind::Browser, at(6)), None);
    store.set_password(&login, "second").unwrap();
    assert!(!store.password_fits(&login, "first").unwrap());
    assert_eq!(login_of(&token, TokenKind::Browser, at(9)), None, "signed out");
    let token = store.add_token(to(TokenKind::Api, "program")).unwrap();
    store.remove_token(&token).unwrap();
    assert_eq!(login_of(&token, TokenKind::Api, at(9)), None);
}

/// One-time codes: the published vector of RFC 6238, each good once, the secret sealed.
pub fn a_code_is_good_once(place: &Place) {
    let store = place.open();
    let (login, other) = (Login("clerk".to_owned()), Login("other".to_owned()));
    // "12345678901234567890", and its code at 1111111109 seconds.
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let then = jiff::Timestamp::from_second(1_111_111_109).unwrap();
    let later = |seconds: i64| jiff::Timestamp::from_second(1_111_111_109 + seconds).unwrap();
    assert!(!store.has_factor(&login).unwrap());
    assert!(!store.set_factor(&login, secret, "000000", then).unwrap());
    assert!(store.set_factor(&login, secret, "081 804", then).unwrap());
    assert!(store.has_factor(&login).unwrap() && !store.has_factor(&other).unwrap());
    assert!(!store.use_code(&login, "081804", then).unwrap(), "it was used to set it up");
    assert!(!store.use_code(&login, "050471", later(-60)).unwrap(), "not yet");
    assert!(store.use_code(&login, "050471", later(2)).unwrap(), "the next vector of the RFC");
    assert!(!store.use_code(&login, "050471", later(3)).unwrap(), "it was used");
    assert!(!store.use_code(&other, "050471", later(2)).unwrap());
    let fresh = store.fresh_factor(&login).unwrap();
    assert!(fresh.secret.len() == 32 && fresh.address.starts_with("otpauth://totp/"), "{}", fresh.address);
    assert_eq!(store.factor_again(&login, &fresh.secret).unwrap(), fresh);
    drop(store);
    let store = place.open();
    assert!(store.has_factor(&login).unwrap());
    store.remove_factor(&login).unwrap();
    assert!(!store.has_factor(&login).unwrap());
}

/// Single sign-on: an account stands for one officer, an officer has one account, and tickets cannot be altered.
pub fn an_account_stands_for_one_officer(place: &Place) {
    let store = place.open();
    let (login, other) = (Login("clerk".to_owned()), Login("other".to_owned()));
    let issuer = "https://sso.example";
    assert!(store.link(&login, issuer, "110101199001011234", at(1)).unwrap());
    assert!(!store.link(&other, issuer, "110101199001011234", at(2)).unwrap(), "it is the clerk's");
    assert!(store.link(&other, "https://sso.test", "110101199001011234", at(2)).unwrap(), "another server's");
    let who = |issuer: &str, subject: &str| store.linked_to(issuer, subject).unwrap();
    assert_eq!(who(issuer, "110101199001011234"), Some(login.clone()));
    assert_eq!((who(issuer, "2"), who("https://sso.example1", "10101199001011234")), (None, None));
    assert_eq!(
        (store.linked(&login).unwrap(), store.linked(&Login("x".to_owned())).unwrap()),
        (Some(at(1)), None)
    );
    assert!(store.link(&login, issuer, "2", at(3)).unwrap(), "in place of the first");
    assert_eq!((who(issuer, "110101199001011234"), store.linked(&login).unwrap()), (None, Some(at(3))));
    let to = SignIn {
        id: String::new(),
        login: login.clone(),
        kind: TokenKind::Browser,
        device: String::new(),
        began: at(3),
        seen: at(3),
        expires: at(9),
    };
    let token = store.add_token(to).unwrap();
    let ticket = store.ticket("away", b"words").unwrap();
    drop(store);
    let store = place.open();
    assert_eq!(store.read_ticket("away", &ticket).unwrap().as_slice(), b"words", "also after a restart");
    assert_ne!(store.ticket("away", b"words").unwrap(), ticket);
    assert!(store.read_ticket("code", &ticket).is_none(), "of another use");
    let altered = format!("{}{}", &ticket[..ticket.len() - 1], if ticket.ends_with('0') { '1' } else { '0' });
    for wrong in ["", "00", "字", &ticket[1..], &ticket[2..], &format!("{ticket}00"), &altered] {
        assert!(store.read_ticket("away", wrong).is_none(), "{wrong}");
    }
    store.unlink(&login).unwrap();
    assert_eq!((store.linked(&login).unwrap(), store.linked_to(issuer, "2").unwrap()), (None, None));
    assert_eq!(store.sign_in(&token, TokenKind::Browser, at(4)).unwrap(), None, "signed out");
    assert!(store.linked(&other).unwrap().is_some());
}

/// A command without events leaves nothing, and a text one of the databases cannot keep is refused by both.
pub fn odd_commands_do_no_harm(place: &Place) {
    let store = place.open();
    store.append(context("empty"), Vec::new()).unwrap();
    assert_eq!(store.done("empty").unwrap(), None);
    assert_eq!(store.verify().unwrap(), Ok(0));
    let refused = store.append(context("a\0b"), vec![(entry("a", 0), Vec::new())]);
    assert!(matches!(refused, Err(StoreError::CannotWrite(_))), "{refused:?}");
    assert_eq!(store.done("a\0b").unwrap(), None);
    store.append(context("one"), vec![(entry("a", 0), Vec::new())]).unwrap();
    assert_eq!(store.verify().unwrap(), Ok(1));
}

/// The node's digits stay, and only a folder with the right keys opens what is not empty.
pub fn a_journal_is_opened_again(place: &Place) {
    let nothing = Store::open_existing_on(&place.path().join("none"), &place.database);
    assert!(matches!(nothing, Err(StoreError::NoJournal(_))));
    let store = place.open();
    let node = store.node().to_owned();
    store.append(context("one"), vec![(entry("a", 0), vec![origin("x")])]).unwrap();
    let (print, code) = (store.fingerprint().unwrap(), store.code_for("one"));
    drop(store);
    let store = Store::open_existing_on(place.path(), &place.database).unwrap();
    assert_eq!((store.node(), store.fingerprint().unwrap(), store.code_for("one")), (node.as_str(), print, code));
    drop(store);
    std::fs::rename(place.path().join("keys"), place.path().join("away")).unwrap();
    let without = Store::open_on(place.path(), &place.database);
    assert!(matches!(without, Err(StoreError::KeysMissing { .. })));
}
