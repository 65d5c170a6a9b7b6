//! Why somebody did not get in by single sign-on.

use std::error::Error;

/// Why there is no proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignOnError {
    /// It cannot be set up so; with the mend.
    #[error("{0}")]
    Settings(String),
    /// The server gives no answer, or none that can be read.
    #[error("the sign-on server cannot be asked: {0}")]
    NotReached(String),
    /// What the browser or the server brought does not hold.
    #[error("what came back from single sign-on is refused: {0}")]
    Refused(String),
    /// Whoever was sent broke it off.
    #[error("whoever was sent to the sign-on server broke it off")]
    Declined,
}

impl SignOnError {
    /// The server gave no answer that can be used, with all that lies behind it.
    pub(crate) fn not_reached(error: &dyn Error) -> SignOnError {
        let mut said = error.to_string();
        let mut behind = error.source();
        while let Some(error) = behind {
            said = format!("{said}: {error}");
            behind = error.source();
        }
        SignOnError::NotReached(said)
    }

    /// What was brought does not hold, for this reason.
    pub(crate) fn refused(why: impl ToString) -> SignOnError {
        SignOnError::Refused(why.to_string())
    }
}
