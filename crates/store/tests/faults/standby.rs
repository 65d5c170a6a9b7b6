//! A PostgreSQL that falls and its synchronous standby that takes its place: the program finds it by itself, and every
//! acknowledged command is there.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use store::{Database, Store, StoreError};

use crate::chance::{Chance, seeds};
use crate::cuts::file_while;
use crate::filing;
use crate::servers::{Servers, signal, until};

const FIRST: u16 = 1;
const SECOND: u16 = 2;

/// A server and a second that follows it, without which nothing is committed; none where PostgreSQL is not installed.
fn pair() -> Option<Servers> {
    // A socket's path must be short.
    let mut servers = Servers::below(Path::new("/tmp"))?;
    servers.make(FIRST);
    servers.start(FIRST);
    servers.copy(FIRST, SECOND);
    servers.start(SECOND);
    let mut client = servers.client(FIRST);
    // Only now: there was nobody to wait for before.
    client.batch_execute("ALTER SYSTEM SET synchronous_standby_names = '*'").unwrap();
    client.batch_execute("SELECT pg_reload_conf()").unwrap();
    let follows = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
    until("the standby follows", || client.query_one(follows, &[]).unwrap().get::<_, i64>(0) == 1);
    Some(servers)
}

#[test]
fn a_standby_takes_over_and_nothing_acknowledged_is_lost() {
    let mut total = 0;
    let seeds = seeds("HUIYIN_FAILOVERS", 1);
    let rounds = seeds.end - seeds.start;
    for seed in seeds {
        let Some(mut pair) = pair() else { return };
        let data = tempfile::tempdir().unwrap();
        // Also where it is not said: which of the two may write is found out at each connection.
        let with = if seed % 2 == 0 { "?target_session_attrs=read-write" } else { "" };
        let database = Database::Postgres(pair.url(&[SECOND, FIRST], &format!("postgres{with}")));
        let store = Store::open_on(data.path(), &database).unwrap();
        only_what_the_standby_has_is_acknowledged(&pair, &store);
        a_standby_alone_is_read_and_says_that_it_does_not_write(&pair, data.path());
        let (mut acknowledged, open) = file_while(&[&store], &format!("f{seed}"), |filed| {
            until("some are filed", || filed() > 20);
            std::thread::sleep(Duration::from_micros(Chance::of(seed).below(300_000)));
            pair.kill_first();
            let promoted = pair.client(SECOND).query_one("SELECT pg_promote()", &[]).unwrap();
            assert!(promoted.get::<_, bool>(0));
            let before = filed();
            until("it goes on by itself", || filed() > before + 30);
        });
        acknowledged.insert("waits-e2".to_owned());
        let alone = Store::open_on(data.path(), &Database::Postgres(pair.url(&[SECOND], "postgres"))).unwrap();
        let found = filing::look(&alone, &acknowledged);
        assert_eq!(found.filings, acknowledged);
        filing::look_at_followers(&store, &found, 1, 0);
        total += acknowledged.len();
        println!("a standby took over: {} acknowledged, {open} left open, 0 lost", acknowledged.len());
    }
    println!("standbys: {rounds} took over, {total} acknowledged, 0 lost");
}

/// A commit the standby has not is told to nobody, also where the session that waited for it was ended: the server has it
/// already then, and would show it to whoever looks.
fn only_what_the_standby_has_is_acknowledged(pair: &Servers, store: &Store) {
    let receiver = "SELECT pid FROM pg_stat_wal_receiver";
    let receiver: i32 = pair.client(SECOND).query_one(receiver, &[]).unwrap().get(0);
    signal("STOP", receiver.unsigned_abs());
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| filing::file(store, "waits-e2"));
        let mut client = pair.client(FIRST);
        for _ in 0..2 {
            std::thread::sleep(Duration::from_millis(300));
            let waiting =
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
            assert_eq!(client.query_one(waiting, &[]).unwrap().get::<_, i64>(0), 1, "it waits for the standby");
        }
        std::thread::sleep(Duration::from_millis(300));
        assert!(!asked.is_finished(), "told before the standby had it");
        signal("CONT", receiver.unsigned_abs());
        asked.join().unwrap().unwrap();
    });
    assert_eq!(filing::look(store, &BTreeSet::new()).events, 2);
}

fn a_standby_alone_is_read_and_says_that_it_does_not_write(pair: &Servers, data: &Path) {
    let mut client = pair.client(SECOND);
    let is_there = "SELECT count(*) FROM event";
    until("the standby shows it", || client.query_one(is_there, &[]).unwrap().get::<_, i64>(0) == 2);
    let store = Store::open_on(data, &Database::Postgres(pair.url(&[SECOND], "postgres"))).unwrap();
    assert_eq!(store.verify().unwrap(), Ok(2));
    let Err(error) = filing::file(&store, "nowhere-e1") else { panic!("a standby wrote") };
    let told = error.to_string();
    assert!(matches!(error, StoreError::Unreachable(_)) && told.contains("during recovery"), "{told}");
}
