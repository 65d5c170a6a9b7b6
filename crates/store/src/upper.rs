//! The upper office's key: what is sealed under its public half can be opened there only. Keys and parcels are those of age
//! (age-encryption.org/v1, X25519), so that any tool that knows the format opens them too.

use std::path::Path;
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use age::x25519::{Identity, Recipient};
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::key_place;

/// The public half, as a node below has it.
#[derive(Clone)]
pub struct UpperKey(Recipient);

impl std::fmt::Debug for UpperKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, out)
    }
}

impl std::fmt::Display for UpperKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, out)
    }
}

impl UpperKey {
    /// Reads a public key; lines that begin with `#` say what it is.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<UpperKey, StoreError> {
        let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        let key = line.and_then(|line| Recipient::from_str(line).ok()).map(UpperKey);
        key.ok_or_else(|| {
            StoreError::Refused("it is no public key of an upper office: those begin with age1".to_owned())
        })
    }

    /// Seals something that only the secret half opens.
    ///
    /// # Errors
    /// It cannot be sealed.
    pub fn seal(&self, clear: &[u8]) -> Result<Vec<u8>, StoreError> {
        age::encrypt(&self.0, clear).map_err(|error| StoreError::CannotWrite(error.to_string()))
    }
}

/// The secret half, which stays at the upper office.
pub struct UpperSecret(Identity);

impl UpperSecret {
    /// Makes one and writes it to a file of its owner; the public half.
    ///
    /// # Errors
    /// There is a file already, or the disk refuses.
    pub fn make(path: &Path) -> Result<UpperKey, StoreError> {
        if path.exists() {
            return Err(StoreError::Refused(format!("{} is there already: nothing was changed", path.display())));
        }
        let secret = Identity::generate();
        let key = UpperKey(secret.to_public());
        let about = format!("# public key: {key}");
        key_place::put(path, &[&about, secret.to_string().expose_secret()])
            .map_err(|error| StoreError::CannotWrite(format!("{}: {error}", path.display())))?;
        Ok(key)
    }

    /// Reads it from a file only its owner may read.
    ///
    /// # Errors
    /// The file cannot be read, others may read it, or it is no such key.
    pub fn read(path: &Path) -> Result<UpperSecret, StoreError> {
        let text = key_place::read(path)?;
        let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        let secret = line.and_then(|line| Identity::from_str(line).ok()).map(UpperSecret);
        let none =
            || StoreError::KeysUnreadable(path.to_owned(), "it is no secret key of an upper office".to_owned());
        secret.ok_or_else(none)
    }

    /// Opens a parcel.
    ///
    /// # Errors
    /// It was sealed under another key, or altered.
    pub fn open(&self, parcel: &[u8]) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let clear = age::decrypt(&self.0, parcel);
        clear.map(Zeroizing::new).map_err(|_| StoreError::CannotOpen("the parcel".to_owned()))
    }
}
