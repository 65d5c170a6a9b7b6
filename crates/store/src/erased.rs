//! Erasure: the key of a party goes in the commit of the event that tells so. A list keeps whose words went up to where, so
//! that nothing takes them for words that lost their key, and what the party says later is read with its new one.

use std::collections::HashMap;

use casework::event::{MatterFact, MatterId, PartyNumber, Public, Stream};
use jiff::Timestamp;

use crate::Store;
use crate::database::{Addition, Connection, Kind, Table, values};
use crate::error::StoreError;

pub(crate) const ERASED: Table = Table {
    name: "erased",
    key: "stream, party",
    columns: &[("stream", Kind::Text), ("party", Kind::Int), ("through", Kind::Int)],
    on_conflict: "ON CONFLICT (stream, party) DO UPDATE SET through = excluded.through",
};

/// Words of a party of a stream that go with the event of this version.
pub(crate) struct Erasure<'a> {
    pub(crate) stream: &'a str,
    pub(crate) party: PartyNumber,
    pub(crate) through: u64,
}

/// Whose words an event erases.
pub(crate) fn parties_of(public: &Public) -> &[PartyNumber] {
    match public {
        Public::Matter(event) => match &event.fact {
            MatterFact::Erased { parties, .. } => parties,
            _ => &[],
        },
        _ => &[],
    }
}

/// Removes the keys and writes the list, in the transaction that is open.
pub(crate) fn write(connection: &Connection, all: &[Erasure<'_>]) -> Result<(), StoreError> {
    for of in all {
        let sql = "DELETE FROM party_key WHERE stream = ?1 AND party = ?2";
        connection.execute(sql, &values![of.stream, of.party.0])?;
        let row = values![of.stream, of.party.0, of.through].to_vec();
        connection.add(&[Addition::to(&ERASED, vec![row])])?;
    }
    Ok(())
}

/// Up to which version the words of each party are erased, by stream and party.
pub(crate) fn all(connection: &Connection) -> Result<HashMap<(String, u32), u64>, StoreError> {
    let rows = connection.all(&ERASED.select(), &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.into_iter().map(|(stream, party, through)| ((stream, party), through)).collect())
}

/// No farther than a stream goes that was restored to an earlier point: what is said from there on is not erased.
pub(crate) fn cut_short(connection: &Connection) -> Result<(), StoreError> {
    let end = "(SELECT coalesce(max(version), 0) FROM event WHERE event.stream = erased.stream)";
    connection.batch(&format!(
        "UPDATE erased SET through = {end} WHERE through > {end}; DELETE FROM erased WHERE through = 0"
    ))
}

impl Store {
    /// The parties of a stream whose words can be opened.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn parties_with_words(&self, stream: &Stream) -> Result<Vec<PartyNumber>, StoreError> {
        let key = stream.to_string();
        self.read(move |connection| {
            let sql = "SELECT party FROM party_key WHERE stream = ?1 ORDER BY party";
            connection.all(sql, &values![&key], |row| Ok(PartyNumber(row.get(0)?)))
        })
    }

    /// Matters of a family that came to their step by a moment, have ended and hold words still: after an id, at most so
    /// many.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn ended_with_words(
        &self,
        family: &str,
        by: Timestamp,
        after: &str,
        most: u32,
    ) -> Result<Vec<MatterId>, StoreError> {
        let (family, after) = (family.to_owned(), after.to_owned());
        self.read(move |connection| {
            let sql = "SELECT id FROM matter WHERE family = ?1 AND ended = 1 AND since <= ?2 AND id > ?3
                       AND EXISTS (SELECT 1 FROM party_key WHERE stream = 'matter/' || id) ORDER BY id LIMIT ?4";
            let known = values![&family, by.as_microsecond(), &after, most];
            connection.all(sql, &known, |row| Ok(MatterId(row.get(0)?)))
        })
    }
}
