//! What a use case can fail with: a refusal for the person, a fault for the operator, or input that cannot be read.

use casework::refusal::Refusal;
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The law or the rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something given cannot be read; the message says what and how to mend it.
    #[error("{0}")]
    Input(String),
    /// A file that somebody sent is not taken; why is told to them.
    #[error("“{name}”没有收下：{why}")]
    File {
        /// Its name.
        name: String,
        /// Why, and what to do.
        why: String,
    },
    /// Files cannot be looked at for malware now, so none is taken.
    #[error("the scanner for malware (--clamd) does not answer: {0}")]
    Scanner(String),
    /// A letter could not be made.
    #[error("the letter could not be made: {0}")]
    Letter(String),
    /// The transparency log could not be read or written.
    #[error("the transparency log: {0}")]
    Log(String),
}
