//! Single sign-on: which officer an account of the sign-on server stands for, and tickets a browser keeps meanwhile.

use casework::office::Login;
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::Store;
use crate::cipher;
use crate::database::{Connection, Kind, Table, values};
use crate::error::StoreError;
use crate::journal::moment;
use crate::keys::{self, hex, keyed};

pub(crate) const SINGLE_SIGN_ON: Table = Table {
    name: "single_sign_on",
    key: "login",
    columns: &[("login", Kind::Text), ("account", Kind::Bytes), ("linked", Kind::Int)],
    on_conflict: "",
};

/// Bytes that give each ticket a key of its own: strangers ask for tickets, and one key may seal only so many.
const SALT_BYTES: usize = 16;

fn held_by(connection: &Connection, account: &[u8; 32]) -> Result<Option<String>, StoreError> {
    let sql = "SELECT login FROM single_sign_on WHERE account = ?1";
    connection.first(sql, &values![account.as_slice()], |row| row.get(0))
}

impl Store {
    /// An account of a sign-on server as it is kept: nobody reads from it who it is.
    fn account(&self, issuer: &str, subject: &str) -> [u8; 32] {
        keyed(&self.keys.code, &[b"single sign-on", issuer.as_bytes(), subject.as_bytes()])
    }

    /// Links an officer to the account `subject` of the server `issuer`, in place of another of theirs. Whether it is
    /// theirs now: one that is linked to somebody else stays with them.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn link(&self, login: &Login, issuer: &str, subject: &str, now: Timestamp) -> Result<bool, StoreError> {
        let (login, account) = (login.clone(), self.account(issuer, subject));
        let linked = self.task(move |connection| {
            if held_by(connection, &account)?.is_some_and(|holder| holder != login.0) {
                return Err(StoreError::Repeated(login.0));
            }
            connection.execute(
                "INSERT INTO single_sign_on (login, account, linked) VALUES (?1, ?2, ?3)
                 ON CONFLICT (login) DO UPDATE SET account = excluded.account, linked = excluded.linked",
                &values![&login.0, account.as_slice(), now.as_microsecond()],
            )
        });
        match linked {
            Ok(()) => Ok(true),
            Err(StoreError::Repeated(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Removes an officer's link. Whoever is signed in as them is signed out, as with a new password.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn unlink(&self, login: &Login) -> Result<(), StoreError> {
        let login = login.clone();
        self.task(move |connection| {
            connection.execute("DELETE FROM single_sign_on WHERE login = ?1", &values![&login.0])?;
            connection.execute("DELETE FROM sign_in WHERE login = ?1", &values![&login.0])
        })
    }

    /// Since when an officer is linked to an account; none where they are not.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn linked(&self, login: &Login) -> Result<Option<Timestamp>, StoreError> {
        let login = login.clone();
        self.read(move |connection| {
            let sql = "SELECT linked FROM single_sign_on WHERE login = ?1";
            connection.first(sql, &values![&login.0], |row| moment(row.get(0)?))
        })
    }

    /// The officer an account stands for.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn linked_to(&self, issuer: &str, subject: &str) -> Result<Option<Login>, StoreError> {
        let account = self.account(issuer, subject);
        Ok(self.read(move |connection| held_by(connection, &account))?.map(Login))
    }

    /// A text only this node can read and nobody can alter; `what` keeps tickets of one use from another.
    ///
    /// # Errors
    /// The machine gives no randomness.
    pub fn ticket(&self, what: &str, clear: &[u8]) -> Result<String, StoreError> {
        let mut salt = [0_u8; SALT_BYTES];
        getrandom::fill(&mut salt)?;
        let suite = self.keys.masters().suite;
        let boxed = cipher::close(suite, &self.ticket_key(&salt), clear, what.as_bytes(), what)?;
        Ok(hex(&salt) + &hex(&boxed))
    }

    /// What a ticket says; none where it is not one of ours for this use.
    pub fn read_ticket(&self, what: &str, ticket: &str) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = keys::unhex_all(ticket)?;
        let (salt, boxed) = bytes.split_at_checked(SALT_BYTES)?;
        cipher::open(&self.ticket_key(salt), boxed, what.as_bytes())
    }

    fn ticket_key(&self, salt: &[u8]) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(keyed(&self.keys.code, &[b"ticket", salt]))
    }
}
