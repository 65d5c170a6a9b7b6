//! How a database seals: its suite and the master key in use, remembered in it, so that every process does the same.

use crate::cipher::Suite;
use crate::database::{Connection, values};
use crate::error::StoreError;
use crate::keys::Keys;
use crate::masters::KeyId;

/// The row it is remembered in, beside the marks of a journal that moves.
pub(crate) const SEALING: &str = "sealing";

/// What is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sealing {
    pub(crate) suite: Suite,
    pub(crate) key: KeyId,
}

impl Sealing {
    pub(crate) fn parse(text: &str) -> Result<Sealing, StoreError> {
        let parsed = text
            .split_once(' ')
            .and_then(|(suite, key)| Some(Sealing { suite: Suite::from_word(suite)?, key: KeyId::parse(key)? }));
        parsed.ok_or_else(|| StoreError::Damaged(format!("how it seals is no longer known: '{text}'")))
    }

    pub(crate) fn read(connection: &Connection) -> Result<Option<Sealing>, StoreError> {
        let sql = "SELECT rules FROM follower WHERE name = ?1";
        let text: Option<String> = connection.first(sql, &values![SEALING], |row| row.get(0))?;
        text.as_deref().map(Sealing::parse).transpose()
    }

    /// Seals so from now on.
    pub(crate) fn take_up(self, keys: &Keys) -> Result<(), StoreError> {
        keys.seal_with(self.suite, self.key)
    }

    fn write(self, connection: &Connection) -> Result<(), StoreError> {
        let text = format!("{} {}", self.suite.word(), self.key);
        connection.execute(
            "INSERT INTO follower (name, position, rules) VALUES (?1, 0, ?2)
             ON CONFLICT (name) DO UPDATE SET rules = excluded.rules",
            &values![SEALING, text],
        )
    }

    /// How a database seals as it is remembered, and how it is to. A key comes into use when it stands last in the key
    /// file, and none before it ever does again.
    fn to_be(
        connection: &Connection,
        keys: &Keys,
        asked: Option<Suite>,
    ) -> Result<(Option<Sealing>, Sealing), StoreError> {
        let (known, masters) = (Sealing::read(connection)?, keys.masters());
        let is_empty = || connection.one("SELECT NOT EXISTS (SELECT 1 FROM event)", &[], |row| row.get(0));
        let to_be = match known {
            // What was written before it was remembered is sealed with the one suite there was.
            None => {
                let suite = if is_empty()? { asked.unwrap_or_default() } else { Suite::default() };
                Sealing { suite, key: masters.in_use() }
            }
            // A set-up that was broken off, whose keys are gone: nothing lies under them.
            Some(known) if !masters.has(known.key) && is_empty()? => Sealing { key: masters.in_use(), ..known },
            Some(known) => Sealing { key: masters.after(known.key).unwrap_or(known.key), ..known },
        };
        Ok((known, to_be))
    }
}

/// Remembers how a database seals that does not know yet, or moves on to a newer master key; then seals so.
///
/// # Errors
/// Another suite is asked for than it seals with; the key in use is not in the key file.
pub(crate) fn settle(connection: &Connection, keys: &Keys, asked: Option<Suite>) -> Result<(), StoreError> {
    let (known, to_be) = Sealing::to_be(connection, keys, asked)?;
    if known != Some(to_be) {
        connection.begin_writing()?;
        let moved = move_on(connection, keys, asked).and_then(|()| connection.commit());
        if moved.is_err() && connection.is_in_transaction() {
            connection.rollback();
        }
        moved?;
    }
    let Some(sealing) = Sealing::read(connection)? else { return Ok(()) };
    if asked.is_some_and(|asked| asked != sealing.suite) {
        let word = sealing.suite.word();
        return Err(StoreError::Refused(format!(
            "this database seals with {word} since it was set up: leave --seal-suite away or say {word}"
        )));
    }
    sealing.take_up(keys)
}

/// The same in a transaction that is open.
pub(crate) fn move_on(connection: &Connection, keys: &Keys, asked: Option<Suite>) -> Result<(), StoreError> {
    let (known, to_be) = Sealing::to_be(connection, keys, asked)?;
    if known == Some(to_be) { Ok(()) } else { to_be.write(connection) }
}
