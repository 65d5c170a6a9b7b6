//! A live journal moved from one database to the other: nobody writes meanwhile, and afterwards only the new one opens.

use super::arrival::Arrival;
use super::lines::{Chain, Fingerprint, each, events, file_of, kept, number, of_event};
use super::mark::{self, Mark};
use super::{Home, Watch, chest, count};
use crate::database::Connection;
use crate::error::StoreError;
use crate::folder;
use crate::journal::{self, Head, Signed};
use crate::keys::Keys;

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// Events: up to this position.
    pub position: u64,
    /// The digest over all events, the same on both sides.
    pub fingerprint: String,
    /// Where the journal lies now.
    pub to: String,
}

/// Moves a journal with all that belongs to it. The old place is marked only when the new one was read from end to end;
/// from then on it does not open any more. Broken off at any moment, it can be asked again.
///
/// # Errors
/// Another process works on a file, the new place is not empty, the keys there are others, the journal is not as it was
/// written, or a database fails.
pub fn migrate(from: Home<'_>, to: Home<'_>, watch: &mut Watch<'_>) -> Result<Migrated, StoreError> {
    let keys = from.keys()?;
    let (here, there) = (from.in_words()?, to.in_words()?);
    if here == there {
        return Err(StoreError::Refused(format!("the journal lies in {here} already")));
    }
    folder::beside(from.folder, from.database)?;
    let (address, _lock) = folder::take_place(from.folder, from.database)?;
    let source = folder::connect(&address)?;
    if !source.has_table("event")? {
        return Err(StoreError::NoJournal(from.folder.to_owned()));
    }
    source.migrate()?;
    if let Connection::Postgres(_) = source {
        // The journal is held while the other side is read from end to end.
        source.batch("SET idle_in_transaction_session_timeout = 0")?;
    }
    source.begin_writing()?;
    let done = held(&source, (from, to), (&here, &there), &keys, watch);
    match &done {
        Ok(_) => {}
        Err(_) => source.rollback(),
    }
    done
}

/// The move, while nobody else writes to the source. Commits what is marked there.
fn held(
    source: &Connection,
    (from, to): (Home<'_>, Home<'_>),
    (here, there): (&str, &str),
    keys: &Keys,
    watch: &mut Watch<'_>,
) -> Result<Migrated, StoreError> {
    let is_marked = match mark::read(source)? {
        None => false,
        Some(Mark::Moved(before)) if before == there => true,
        Some(Mark::Moved(before)) => return Err(StoreError::Moved(before)),
        Some(Mark::Arriving(before)) => return Err(StoreError::Arriving(before)),
    };
    let end = Chain::end_of(source)?;
    let head = (end.position > 0).then(|| Head {
        position: end.position,
        digest: end.digest.clone(),
        recorded: end.recorded,
    });
    journal::as_signed(head, Signed::read(source)?.unwrap_or_default(), keys)?;
    if is_marked && folder::beside(to.folder, to.database).is_ok_and(|address| is_settled(&address)) {
        return Err(StoreError::Moved(there.to_owned()));
    }
    let mut arrival = Arrival::begin(to, &format!("'huiyin migrate' from {here}"))?;
    bring_keys(from, to)?;
    bring_events(source, &mut arrival, &end, watch)?;
    arrival.keep(|take| {
        kept().into_iter().try_for_each(|(table, sql)| each(source, table, &sql, |line| take(table, line)))
    })?;
    watch("tables", count(end.position), count(end.position))?;
    arrival.sign(keys)?;
    let fingerprint = same(source, &arrival, &end)?;
    watch("verified", count(end.position), count(end.position))?;
    mark::moved(source, there)?;
    source.commit()?;
    watch("marked", count(end.position), count(end.position))?;
    arrival.settle()?;
    Ok(Migrated { position: count(end.position), fingerprint, to: there.to_owned() })
}

/// Whether a journal can be opened there.
fn is_settled(address: &crate::database::Address) -> bool {
    let marked = || {
        let connection = address.connect(true)?;
        Ok::<_, StoreError>(connection.has_table("follower")? && mark::read(&connection)?.is_none())
    };
    marked().unwrap_or(false)
}

fn bring_events(
    source: &Connection,
    arrival: &mut Arrival,
    end: &Chain,
    watch: &mut Watch<'_>,
) -> Result<(), StoreError> {
    let mut chain = arrival.end.clone();
    // What came before it was broken off must be the beginning of what is here.
    if Chain::at(source, chain.position)? != chain {
        return Err(arrival.occupied());
    }
    watch("events", count(chain.position), count(end.position))?;
    while chain.position < end.position {
        let page = events(source, chain.position, end.position)?;
        if page.iter().find_map(|line| number(line, of_event::POSITION)).is_none() {
            let finding = crate::verify::Finding::Dropped(count(chain.position + 1));
            return Err(StoreError::NotAsWritten(finding));
        }
        page.iter().try_for_each(|line| chain.follow(line))?;
        arrival.add_events(page, &chain, |event| file_of(source, event))?;
        watch("events", count(chain.position), count(end.position))?;
    }
    Ok(())
}

/// The digest over all events, which is the same on both sides, as is all that is kept beside them.
fn same(source: &Connection, arrival: &Arrival, end: &Chain) -> Result<String, StoreError> {
    let here = Fingerprint::of_events(source, end.position)?;
    let is_same = here == Fingerprint::of_events(&arrival.connection, end.position)?
        && Fingerprint::of_kept(source)? == Fingerprint::of_kept(&arrival.connection)?;
    if is_same {
        Ok(here)
    } else {
        Err(StoreError::Refused("what arrived is not what was sent: try again".to_owned()))
    }
}

/// The keys of the node go where the journal goes: into its data folder.
fn bring_keys(from: Home<'_>, to: Home<'_>) -> Result<(), StoreError> {
    let (Some(here), Some(there)) = (from.key_file(), to.key_file()) else { return Ok(()) };
    let read = |path: &std::path::Path| {
        let unreadable = |error: std::io::Error| StoreError::KeysUnreadable(path.to_owned(), error.to_string());
        std::fs::read_to_string(path).map(zeroize::Zeroizing::new).map_err(unreadable)
    };
    let keys = read(&here)?;
    if !there.exists() {
        return chest::put_keys(&there, &keys);
    }
    if *read(&there)? == *keys {
        return Ok(());
    }
    Err(StoreError::KeysUnreadable(there, "they are not the keys of the journal that is moved".to_owned()))
}
