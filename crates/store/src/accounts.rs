//! How officers sign in: passwords under argon2id, tokens kept as digests. Plain tables, not events.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use casework::office::Login;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::Store;
use crate::database::{Connection, Kind, Table, values};
use crate::error::StoreError;
use crate::keys::hex;

/// Logins with their passwords, as hashes.
pub(crate) const ACCOUNT: Table = Table {
    name: "account",
    key: "login",
    columns: &[("login", Kind::Text), ("password", Kind::Text)],
    on_conflict: "",
};

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A signed-in browser.
    Browser,
    /// A program's bearer token.
    Api,
}

impl TokenKind {
    fn word(self) -> &'static str {
        match self {
            TokenKind::Browser => "browser",
            TokenKind::Api => "api",
        }
    }
}

/// A fresh token of 256 bits, in hex.
pub(crate) fn fresh_token() -> Result<String, StoreError> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random)?;
    Ok(hex(&random))
}

/// The argon2id hash of a password, as a PHC string.
pub(crate) fn hash(password: &str) -> Result<String, StoreError> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random)?;
    let failed = |error: argon2::password_hash::Error| StoreError::NoRandomness(error.to_string());
    let salt = SaltString::encode_b64(&random).map_err(failed)?;
    Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(failed)?.to_string())
}

/// Whether a password fits. An unknown login costs as much time as a known one.
pub(crate) fn fits(stored: Option<&str>, password: &str) -> bool {
    // A hash nothing fits, so that the time tells nothing.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$7xkNSWzNCCkR1fkKFQ4iyr2Mt7NQsQDxG+2NqiiWmI0";
    let parsed = PasswordHash::new(stored.unwrap_or(NOBODY));
    let fits = parsed.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    fits && stored.is_some()
}

pub(crate) fn set_password(connection: &Connection, login: &Login, hash: &str) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO account (login, password) VALUES (?1, ?2)
         ON CONFLICT (login) DO UPDATE SET password = excluded.password",
        &values![&login.0, hash],
    )?;
    // Whoever knew the old password is signed out.
    connection.execute("DELETE FROM sign_in WHERE login = ?1", &values![&login.0])
}

pub(crate) fn password(connection: &Connection, login: &Login) -> Result<Option<String>, StoreError> {
    connection.first("SELECT password FROM account WHERE login = ?1", &values![&login.0], |row| row.get(0))
}

pub(crate) fn add_token(
    connection: &Connection,
    token: &str,
    login: &Login,
    kind: TokenKind,
    now: Timestamp,
    expires: Timestamp,
) -> Result<(), StoreError> {
    connection.execute("DELETE FROM sign_in WHERE expires <= ?1", &values![now.as_microsecond()])?;
    connection.execute(
        "INSERT INTO sign_in (token, login, kind, expires) VALUES (?1, ?2, ?3, ?4)",
        &values![digest(token), &login.0, kind.word(), expires.as_microsecond()],
    )
}

pub(crate) fn login_of(
    connection: &Connection,
    token: &str,
    kind: TokenKind,
    now: Timestamp,
) -> Result<Option<Login>, StoreError> {
    connection.first(
        "SELECT login FROM sign_in WHERE token = ?1 AND kind = ?2 AND expires > ?3",
        &values![digest(token), kind.word(), now.as_microsecond()],
        |row| row.get(0).map(Login),
    )
}

pub(crate) fn remove_token(connection: &Connection, token: &str) -> Result<(), StoreError> {
    connection.execute("DELETE FROM sign_in WHERE token = ?1", &values![digest(token)])
}

fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

impl Store {
    /// Sets an officer's password; whoever was signed in is signed out.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn set_password(&self, login: &Login, password: &str) -> Result<(), StoreError> {
        let (login, hash) = (login.clone(), hash(password)?);
        self.task(move |connection| set_password(connection, &login, &hash))
    }

    /// Whether an officer's password fits. Takes as long for an unknown login.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn password_fits(&self, login: &Login, password: &str) -> Result<bool, StoreError> {
        let login = login.clone();
        let stored = self.read(move |connection| self::password(connection, &login))?;
        Ok(fits(stored.as_deref(), password))
    }

    /// A new token for an officer, good until `expires`.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn add_token(
        &self,
        login: &Login,
        kind: TokenKind,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<String, StoreError> {
        let token = fresh_token()?;
        let (login, given) = (login.clone(), token.clone());
        self.task(move |connection| add_token(connection, &given, &login, kind, now, expires))?;
        Ok(token)
    }

    /// Whose token it is, while it is good.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn login_of(&self, token: &str, kind: TokenKind, now: Timestamp) -> Result<Option<Login>, StoreError> {
        let token = token.to_owned();
        self.read(move |connection| login_of(connection, &token, kind, now))
    }

    /// Ends a token.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn remove_token(&self, token: &str) -> Result<(), StoreError> {
        let token = token.to_owned();
        self.task(move |connection| remove_token(connection, &token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_only_its_own_hash() {
        let stored = hash("正确的密码").unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(fits(Some(&stored), "正确的密码"));
        assert!(!fits(Some(&stored), "别的密码"));
        assert!(!fits(None, "正确的密码"));
    }
}
