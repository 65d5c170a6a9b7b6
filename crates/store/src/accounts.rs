//! How officers sign in: passwords under argon2id, tokens kept as digests. Plain tables, not events.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use casework::office::Login;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::Store;
use crate::database::{Connection, Kind, Row, Table, values};
use crate::error::StoreError;
use crate::journal::moment;
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

/// Where an officer is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Names it, and opens nothing.
    pub id: String,
    /// Who.
    pub login: Login,
    /// With what: a browser, or a program.
    pub kind: TokenKind,
    /// What the browser or program calls itself.
    pub device: String,
    /// Since when.
    pub began: Timestamp,
    /// When something was last done with it, to some minutes.
    pub seen: Timestamp,
    /// When it ends at the latest.
    pub expires: Timestamp,
}

const SIGN_IN: &str = "id, login, kind, device, began, seen, expires";

fn sign_in(row: &Row<'_>) -> Result<SignIn, StoreError> {
    let kind: String = row.get(2)?;
    Ok(SignIn {
        id: row.get(0)?,
        login: Login(row.get(1)?),
        kind: if kind == TokenKind::Api.word() { TokenKind::Api } else { TokenKind::Browser },
        device: row.get(3)?,
        began: moment(row.get(4)?)?,
        seen: moment(row.get(5)?)?,
        expires: moment(row.get(6)?)?,
    })
}

fn add_token(connection: &Connection, token: &str, to: &SignIn) -> Result<(), StoreError> {
    connection.execute("DELETE FROM sign_in WHERE expires <= ?1", &values![to.began.as_microsecond()])?;
    connection.execute(
        "INSERT INTO sign_in (token, id, login, kind, device, began, seen, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &values![
            digest(token),
            &to.id,
            &to.login.0,
            to.kind.word(),
            &to.device,
            to.began.as_microsecond(),
            to.seen.as_microsecond(),
            to.expires.as_microsecond(),
        ],
    )
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

    /// A new token for an officer, good until it expires. `to` says where; its id is given here.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn add_token(&self, to: SignIn) -> Result<String, StoreError> {
        let token = fresh_token()?;
        let mut to = to;
        to.id = fresh_token()?.chars().take(16).collect();
        let given = token.clone();
        self.task(move |connection| add_token(connection, &given, &to))?;
        Ok(token)
    }

    /// What a token stands for, while it is good.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sign_in(&self, token: &str, kind: TokenKind, now: Timestamp) -> Result<Option<SignIn>, StoreError> {
        let token = token.to_owned();
        self.read(move |connection| {
            let sql = format!("SELECT {SIGN_IN} FROM sign_in WHERE token = ?1 AND kind = ?2 AND expires > ?3");
            connection.first(&sql, &values![digest(&token), kind.word(), now.as_microsecond()], sign_in)
        })
    }

    /// Where an officer is signed in, latest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sign_ins(&self, login: &Login, now: Timestamp) -> Result<Vec<SignIn>, StoreError> {
        let login = login.clone();
        self.read(move |connection| {
            let sql =
                format!("SELECT {SIGN_IN} FROM sign_in WHERE login = ?1 AND expires > ?2 ORDER BY began DESC, id");
            connection.all(&sql, &values![&login.0, now.as_microsecond()], sign_in)
        })
    }

    /// Something was done with a token.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn saw_sign_in(&self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.task(move |connection| {
            let sql = "UPDATE sign_in SET seen = ?2 WHERE id = ?1 AND seen < ?2";
            connection.execute(sql, &values![&id, now.as_microsecond()])
        })
    }

    /// Ends one of an officer's sign-ins.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn end_sign_in(&self, login: &Login, id: &str) -> Result<(), StoreError> {
        let (login, id) = (login.clone(), id.to_owned());
        self.task(move |connection| {
            connection.execute("DELETE FROM sign_in WHERE login = ?1 AND id = ?2", &values![&login.0, &id])
        })
    }

    /// Ends a token.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn remove_token(&self, token: &str) -> Result<(), StoreError> {
        let token = token.to_owned();
        self.task(move |connection| {
            connection.execute("DELETE FROM sign_in WHERE token = ?1", &values![digest(&token)])
        })
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
