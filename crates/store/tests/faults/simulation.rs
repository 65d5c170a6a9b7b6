//! Random steps of several processes on one journal, with crashes, cuts and restarts in between, beside a model of it: after
//! every run both hold the same. A run is made anew from its seed.

use std::fs;
use std::thread::scope;

use store::{Context, Database, Entry, Store, StoreError};

use crate::chance::{Chance, seeds};
use crate::filing;
use crate::model::{Fate, Model, Sent, moment, stream};
use crate::place::Place;
use crate::samples::{context, matter, matter_row};
use crate::servers::{Servers, memory};

/// Processes on one journal, each with a store of its own. In a file there can be only one.
struct World {
    chance: Chance,
    model: Model,
    stores: Vec<Option<Store>>,
    places: Vec<Place>,
    names: u64,
    second: i64,
}

/// Ends every other session of the database.
const CUT_OFF: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()";

fn send(store: &Store, sent: &Sent) -> Result<(), StoreError> {
    let entries = sent.entries.iter().map(|(name, expected)| {
        let entry = Entry {
            stream: stream(name),
            expected: *expected,
            procedure: String::new(),
            event: filing::event(),
            file: None,
        };
        let mut rows = filing::rows(name, expected + 1);
        if let Some(reference) = &sent.reference {
            rows.push(matter_row(matter(name, reference, "甲")));
        }
        (entry, rows)
    });
    let context = Context { recorded: moment(sent.second), ..context(&sent.command) };
    store.append(context, entries.collect())
}

fn fate(result: &Result<(), StoreError>) -> Fate {
    match result {
        Ok(()) => Fate::Done,
        Err(StoreError::Conflict(_)) => Fate::Conflict,
        Err(StoreError::Repeated(_)) => Fate::Repeated,
        Err(StoreError::ReferenceTaken) => Fate::Taken,
        Err(error) => panic!("{error}"),
    }
}

impl World {
    fn new(seed: u64, place: Place) -> World {
        let mut stores = vec![Some(place.open())];
        let mut places = vec![place];
        if places[0].is_postgres() {
            for _ in 0..2 {
                places.push(another(&places[0]));
                stores.push(Some(places.last().unwrap().open()));
            }
        }
        World { chance: Chance::of(seed), model: Model::default(), stores, places, names: 0, second: 0 }
    }

    /// Some process. Chance is asked for one of three also where there is one, so that both databases see the same run.
    fn any(&mut self) -> usize {
        usize::try_from(self.chance.below(3)).unwrap() % self.stores.len()
    }

    fn store(&self, number: usize) -> &Store {
        self.stores[number].as_ref().unwrap()
    }

    fn name(&mut self, of: &str) -> String {
        self.names += 1;
        format!("{of}{}", self.names)
    }

    /// A stream there is, or a new one.
    fn stream(&mut self) -> String {
        let known = self.model.versions.len();
        if known == 0 || self.chance.one_in(2) {
            return self.name("m");
        }
        self.model.versions.keys().nth(self.chance.index(known)).unwrap().clone()
    }

    /// A command that stands, if nobody comes in between. Its clock jumps a little, also backwards.
    fn fitting(&mut self) -> Sent {
        let mut entries: Vec<(String, u64)> = Vec::new();
        for _ in 0..=self.chance.below(3) {
            let name = self.stream();
            let before = entries.iter().filter(|(other, _)| *other == name).count() as u64;
            let version = self.model.version(&name) + before;
            entries.push((name, version));
        }
        self.second += i64::try_from(self.chance.below(30)).unwrap() - 8;
        Sent { command: self.name("c"), entries, second: self.second, reference: None }
    }

    /// The same with something in it that does not stand, sometimes.
    fn any_command(&mut self) -> Sent {
        let mut sent = self.fitting();
        let last = sent.entries.len() - 1;
        match self.chance.below(10) {
            0 => sent.entries[last].1 += 1 + self.chance.below(2),
            1 => sent.entries[0].1 = sent.entries[0].1.saturating_sub(1),
            2 if !self.model.commands.is_empty() => {
                let number = self.chance.index(self.model.commands.len());
                sent.command = self.model.commands.keys().nth(number).unwrap().clone();
            }
            3 if !self.model.versions.is_empty() && self.model.version(&sent.entries[0].0) == 0 => {
                // Reference of another matter, taken before.
                let number = self.chance.index(self.model.versions.len());
                sent.reference = Some(format!("R-{}", self.model.versions.keys().nth(number).unwrap()));
            }
            _ => {}
        }
        sent
    }

    fn append(&mut self) {
        let (at, sent) = (self.any(), self.any_command());
        let answer = fate(&send(self.store(at), &sent));
        assert_eq!(answer, self.model.take(&sent), "{sent:?}");
    }

    /// Several processes at once: the same command, or others that want the same version.
    fn race(&mut self) {
        let (same, first) = (self.chance.one_in(2), self.fitting());
        let cut = self.chance.one_in(4);
        let sent: Vec<Sent> = (0..4)
            .map(|_| if same { first.clone() } else { Sent { command: self.name("c"), ..first.clone() } })
            .collect();
        let starts: Vec<usize> = (0..4).map(|_| self.any()).collect();
        let answers: Vec<Fate> = scope(|scope| {
            let threads: Vec<_> = starts
                .iter()
                .zip(&sent)
                .map(|(at, sent)| {
                    let store = self.store(*at);
                    scope.spawn(move || fate(&send(store, sent)))
                })
                .collect();
            if cut && self.places[0].is_postgres() {
                self.places[0].client().batch_execute(CUT_OFF).unwrap();
            }
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let done: Vec<_> = answers.iter().zip(&sent).filter(|(answer, _)| **answer == Fate::Done).collect();
        assert_eq!(done.len(), 1, "one of those at once is done: {answers:?}");
        assert_eq!(self.model.take(done[0].1), Fate::Done);
    }

    /// Commands that share commits; each stands whatever becomes of the others and of the batch.
    fn batch(&mut self) {
        let (at, fails) = (self.any(), self.chance.one_in(3));
        let store = self.stores[at].take().unwrap();
        let result: Result<(), StoreError> = store.batch(|| {
            for _ in 0..self.chance.below(6) {
                let sent = self.any_command();
                assert_eq!(fate(&send(&store, &sent)), self.model.take(&sent), "{sent:?}");
            }
            if fails { Err(StoreError::Busy) } else { Ok(()) }
        });
        assert_eq!(result.is_err(), fails, "{result:?}");
        self.stores[at] = Some(store);
    }

    /// A process dies with work in it that was not committed: nothing of it is there.
    fn crash(&mut self) {
        let at = self.any();
        let sent: Vec<Sent> = (0..=self.chance.below(3)).map(|_| self.fitting()).collect();
        let store = self.stores[at].take().unwrap();
        let mut found = None;
        let result: Result<(), StoreError> = store.batch(|| {
            // Written for nobody: one may be in the way of another.
            sent.iter().for_each(|sent| drop(send(&store, sent)));
            if self.places[0].is_postgres() {
                self.places[0].client().batch_execute(CUT_OFF).unwrap();
            } else {
                found = Some(as_it_lies(&self.places[0]));
            }
            Ok(())
        });
        drop(store);
        match found {
            Some(place) => self.places[0] = place,
            None => assert!(matches!(result, Err(StoreError::Unreachable(_))), "{result:?}"),
        }
        self.stores[at] = Some(self.places[at].open());
    }

    fn restart(&mut self) {
        let at = self.any();
        drop(self.stores[at].take());
        self.stores[at] = Some(self.places[at].open());
    }

    /// Every line to the server is cut while nothing is under way.
    fn cut(&mut self) {
        if self.places[0].is_postgres() {
            self.places[0].client().batch_execute(CUT_OFF).unwrap();
        }
    }

    /// Two followers find the same stretch; both hand in what they counted, or one dies before.
    fn count(&mut self) {
        let (one, other, most) = (self.any(), self.any(), 1 + self.chance.below(20));
        let dies = self.chance.one_in(4);
        let stretches = [one, other].map(|at| self.store(at).uncounted(filing::RULES, most).unwrap());
        assert_eq!(stretches[0], stretches[1]);
        let Some(next) = &stretches[0] else {
            assert_eq!(self.model.counted, self.model.end());
            return;
        };
        assert_eq!((next.from, next.to), (self.model.counted, self.model.end().min(next.from + most)));
        if dies {
            return;
        }
        for at in [one, other] {
            self.store(at).count(filing::RULES, next.from, next.to, filing::counted(&next.units)).unwrap();
        }
        self.model.counted = next.to;
    }

    /// Two followers at the same beat, of which one may fail.
    fn leaves(&mut self) {
        let (one, other, most) = (self.any(), self.any(), 1 + self.chance.below(12));
        let beat = self.model.beat + 1;
        if self.chance.one_in(4) {
            let failed = self.store(one).add_leaves(beat, most, |_| Err(StoreError::Busy));
            assert!(failed.is_err());
        }
        for at in [one, other] {
            let added = self.store(at).add_leaves(beat, most, filing::arrange).unwrap();
            assert_eq!(added, self.model.add_leaves(beat, most));
        }
    }

    /// The read tables are made anew, or left as they were by one that fails; counters begin from nothing after the first.
    fn rebuild(&mut self) {
        let (at, fails) = (self.any(), self.chance.one_in(3));
        let rows = |(name, version, _): &(String, u64, i64)| filing::rows(name, *version);
        let mut pages = vec![(1..).zip(self.model.events.iter().map(rows)).collect::<Vec<_>>()];
        let result = self.store(at).rebuild(|| match pages.pop() {
            None if fails => Err(StoreError::Busy),
            page => Ok(page),
        });
        assert_eq!(result.is_err(), fails, "{result:?}");
        if !fails {
            self.model.counted = 0;
        }
    }

    fn look(&mut self) {
        let (at, name) = (self.any(), self.stream());
        let store = self.store(at);
        let version = self.model.version(&name);
        assert_eq!(store.version(&stream(&name)).unwrap(), version);
        assert_eq!(store.matter_by_reference(&format!("R-{name}")).unwrap().is_some(), version > 0);
        assert_eq!(store.events_after(self.model.end(), 9).unwrap(), []);
    }

    fn step(&mut self) {
        match self.chance.below(24) {
            0..10 => self.append(),
            10..12 => self.race(),
            12..14 => self.batch(),
            14 => self.crash(),
            15 => self.restart(),
            16 => self.cut(),
            17..19 => self.count(),
            19..21 => self.leaves(),
            21 => self.rebuild(),
            _ => self.look(),
        }
    }
}

/// A place in memory: it is processes that crash here, not machines.
fn place(database: Database) -> Place {
    Place::of(tempfile::tempdir_in(memory()).unwrap(), database)
}

/// The files of a process that is killed now.
fn as_it_lies(dying: &Place) -> Place {
    let copy = place(Database::File);
    for name in ["journal.db", "journal.db-wal"] {
        fs::copy(dying.path().join(name), copy.path().join(name)).unwrap();
    }
    copy_keys(dying, &copy);
    copy
}

/// The place of another process on the same server.
fn another(first: &Place) -> Place {
    let another = place(first.database.clone());
    copy_keys(first, &another);
    another
}

fn copy_keys(from: &Place, to: &Place) {
    let keys = "keys/huiyin.keys";
    fs::create_dir(to.path().join("keys")).unwrap();
    fs::copy(from.path().join(keys), to.path().join(keys)).unwrap();
}

/// Says how a run that fails is made anew.
struct Replay(u64);

impl Drop for Replay {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this run again: HUIYIN_SEED={} HUIYIN_RUNS=1", self.0);
        }
    }
}

/// One run; the digest of the read tables at its end, and how many events there are.
fn run(seed: u64, place: Place) -> (String, u64) {
    let _replay = Replay(seed);
    let mut world = World::new(seed, place);
    for _ in 0..20 + world.chance.below(40) {
        world.step();
    }
    world.restart();
    world.stores.iter().flatten().for_each(|store| world.model.compare(store));
    (world.store(0).fingerprint().unwrap(), world.model.end())
}

#[test]
fn random_runs_hold_what_their_model_holds() {
    let mut servers = Servers::below(memory());
    if let Some(servers) = &mut servers {
        servers.make(1);
        servers.start(1);
    }
    let (mut runs, mut events) = (0, 0);
    for seed in seeds("HUIYIN_RUNS", 60) {
        let in_a_file = run(seed, place(Database::File));
        if let Some(servers) = &servers {
            let afresh = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
            servers.client(1).batch_execute(afresh).unwrap();
            let database = Database::Postgres(servers.url(&[1], "postgres"));
            assert_eq!(run(seed, place(database)), in_a_file, "both hold the same: HUIYIN_SEED={seed}");
        }
        (runs, events) = (runs + 1, events + in_a_file.1);
    }
    println!("simulated: {runs} runs on each database, {events} events, 0 differences");
}
