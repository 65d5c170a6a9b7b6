//! A file that came to a matter: what is known of it in clear. Its name and the key to its bytes are sealed.

use serde::{Deserialize, Serialize};

/// A file, as the journal has it. The bytes lie beside, encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedFile {
    /// `jpg`, `pdf`, …
    pub kind: String,
    /// How many bytes it has, in clear.
    pub bytes: u64,
    /// SHA-256 over the bytes as they lie there, encrypted, in hex: it proves them and tells nothing of them.
    pub digest: String,
    /// What tells who made it was taken out.
    pub stripped: bool,
    /// Offices alone may look at it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub inner: bool,
}
