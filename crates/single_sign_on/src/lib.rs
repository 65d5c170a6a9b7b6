//! Single sign-on by OpenID Connect: where somebody is sent to prove who they are, and what the proof they bring says.
//!
//! The authorization code flow with PKCE. Nothing is taken from the proof but who it is (`sub`, an opaque word) and whether
//! more than one factor was used: no name, no address, nothing to match by.

mod error;
mod proof;
mod server;

pub use error::SignOnError;
pub use proof::Proof;
pub use server::{Settings, SingleSignOn};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What goes along when somebody is sent to the server: three words nobody can guess, of 43 letters and digits or more.
/// Whoever asked keeps it where only the browser that was sent can bring it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Comes back with the browser.
    pub state: String,
    /// Comes back in the proof.
    pub nonce: String,
    /// Its digest goes along; it is told only to whoever redeems the code (PKCE).
    pub verifier: String,
    /// When it was asked: whoever proved themselves before that does it again.
    pub at: Timestamp,
}

/// What the browser brings back in its address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Reply {
    /// The state of the question.
    pub state: String,
    /// To be redeemed for the proof; empty where there is none.
    pub code: String,
    /// Why there is none, as a word of the protocol; empty where there is one.
    pub error: String,
    /// Who says so, where the server tells it (RFC 9207).
    pub iss: Option<String>,
}
