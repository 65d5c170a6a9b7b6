//! The second factor of signing in: one-time codes (RFC 6238), their secrets sealed, each code good once.

use std::sync::Arc;

use casework::office::Login;
use jiff::Timestamp;
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::Store;
use crate::database::{Kind, Table, values};
use crate::error::StoreError;
use crate::seal;
use crate::sealing::Sealing;

pub(crate) const FACTOR: Table = Table {
    name: "factor",
    key: "login",
    columns: &[("login", Kind::Text), ("secret", Kind::Bytes), ("step", Kind::Int)],
    on_conflict: "ON CONFLICT (login) DO UPDATE SET secret = excluded.secret, step = excluded.step",
};

/// A secret nobody uses yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreshFactor {
    /// The secret as people type it: 32 letters and digits.
    pub secret: String,
    /// The address an authenticator reads from a QR code.
    pub address: String,
}

/// The RFC asks for 160 bits.
const SECRET_BYTES: usize = 20;

fn totp(secret: Secret, login: &Login) -> Result<Totp, StoreError> {
    let account = login.0.replace(':', " ");
    // One step before and after: clocks of telephones differ.
    let made = Builder::new().with_secret(secret).with_account_name(account).with_issuer(Some("Huiyin")).build();
    made.map_err(|error| StoreError::Refused(error.to_string()))
}

fn parsed(secret: &str) -> Result<Secret, StoreError> {
    let plain: String = secret.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    Secret::try_from_base32(&plain).map_err(|error| StoreError::Refused(error.to_string()))
}

/// The step in which a code is good; none where it is not.
fn step(totp: &Totp, code: &str, now: Timestamp) -> Option<u64> {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    totp.check(&digits, u64::try_from(now.as_second()).unwrap_or(0))
}

impl Store {
    /// A fresh secret for an officer.
    ///
    /// # Errors
    /// The machine gives no randomness.
    pub fn fresh_factor(&self, login: &Login) -> Result<FreshFactor, StoreError> {
        let mut random = Zeroizing::new([0_u8; SECRET_BYTES]);
        getrandom::fill(&mut *random)?;
        let secret = Secret::from(random.to_vec());
        let shown = secret.to_base32();
        let address = totp(secret, login)?.to_url().map_err(|error| StoreError::Refused(error.to_string()))?;
        Ok(FreshFactor { secret: shown, address })
    }

    /// The same as it was shown before, for a page that is shown again.
    ///
    /// # Errors
    /// It is no secret.
    pub fn factor_again(&self, login: &Login, secret: &str) -> Result<FreshFactor, StoreError> {
        let address = totp(parsed(secret)?, login)?.to_url();
        let address = address.map_err(|error| StoreError::Refused(error.to_string()))?;
        Ok(FreshFactor { secret: secret.to_owned(), address })
    }

    /// Makes a secret an officer's second factor, if they give a code made with it.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn set_factor(&self, login: &Login, secret: &str, code: &str, now: Timestamp) -> Result<bool, StoreError> {
        let secret = parsed(secret)?;
        let bytes = Zeroizing::new(secret.as_ref().to_vec());
        let Some(step) = step(&totp(secret, login)?, code, now) else { return Ok(false) };
        let (login, keys) = (login.clone(), Arc::clone(&self.keys));
        self.task(move |connection| {
            // Another process may have taken up another master key since.
            if let Some(sealing) = Sealing::read(connection)? {
                sealing.take_up(&keys)?;
            }
            let wrapped = seal::lock(&keys, &name(&login), &bytes)?;
            let sql =
                format!("INSERT INTO factor (login, secret, step) VALUES (?1, ?2, ?3) {}", FACTOR.on_conflict);
            connection.execute(&sql, &values![&login.0, wrapped.as_slice(), step])
        })?;
        Ok(true)
    }

    /// Whether an officer has a second factor.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn has_factor(&self, login: &Login) -> Result<bool, StoreError> {
        Ok(self.factor(login)?.is_some())
    }

    /// Takes an officer's second factor away: they set up another at their next sign-in.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn remove_factor(&self, login: &Login) -> Result<(), StoreError> {
        let login = login.clone();
        self.task(move |connection| connection.execute("DELETE FROM factor WHERE login = ?1", &values![&login.0]))
    }

    /// Whether a code of an officer's second factor is good now and was not used before; it is used by this.
    ///
    /// # Errors
    /// The database cannot be read, or the disk refuses.
    pub fn use_code(&self, login: &Login, code: &str, now: Timestamp) -> Result<bool, StoreError> {
        let Some((wrapped, _)) = self.factor(login)? else { return Ok(false) };
        let bytes = seal::unlock(&self.keys, &name(login), &wrapped)?;
        let Some(step) = step(&totp(Secret::from(bytes.to_vec()), login)?, code, now) else { return Ok(false) };
        let login = login.clone();
        let used = self.task(move |connection| {
            let last: u64 =
                connection
                    .one("SELECT step FROM factor WHERE login = ?1", &values![&login.0], |row| row.get(0))?;
            if step <= last {
                return Err(StoreError::Repeated(login.0));
            }
            connection.execute("UPDATE factor SET step = ?2 WHERE login = ?1", &values![&login.0, step])
        });
        match used {
            Ok(()) => Ok(true),
            Err(StoreError::Repeated(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn factor(&self, login: &Login) -> Result<Option<(Vec<u8>, u64)>, StoreError> {
        let login = login.clone();
        self.read(move |connection| {
            let sql = "SELECT secret, step FROM factor WHERE login = ?1";
            connection.first(sql, &values![&login.0], |row| Ok((row.get(0)?, row.get(1)?)))
        })
    }
}

/// What the secret is sealed as.
pub(crate) fn name(login: &Login) -> String {
    format!("factor {login}")
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        /// A secret and a code as somebody types them, at any moment: fit or not, never a panic.
        #[test]
        fn what_is_typed_is_read_without_panic(secret in "[A-Za-z2-7= ]{0,40}|\\PC{0,40}", code in "\\PC{0,12}", at: i64) {
            let now = Timestamp::from_second(at % 200_000_000_000).unwrap();
            if let Ok(secret) = parsed(&secret)
                && let Ok(totp) = totp(secret, &Login("a:b".to_owned()))
            {
                let _ = step(&totp, &code, now);
            }
        }
    }
}
