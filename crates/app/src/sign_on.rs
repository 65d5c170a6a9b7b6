//! Single sign-on of officers: sent to the sign-on server, back with a proof, in if an officer has linked that account.
//!
//! Nobody becomes an officer by it, and nothing is matched by name: an officer links their account while signed in with
//! password and code.

use casework::office::Login;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use single_sign_on::{Question, Reply, SignOnError, SingleSignOn};

use crate::App;
use crate::error::AppError;
use crate::sign_in::Device;

/// How long somebody may be away at the sign-on server, and how long they may look for their code afterwards.
const AWAY_MAX: SignedDuration = SignedDuration::from_mins(10);

/// What a ticket is for: of one who is at the server, of one whose code is awaited.
const AWAY: &str = "away at single sign-on";
const CODE: &str = "single sign-on awaits a code";

/// Why somebody is sent to the sign-on server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Errand {
    /// To sign in, and then to this address of the desk.
    SignIn(String),
    /// To link the account they have there to this officer.
    Link(Login),
}

#[derive(Serialize, Deserialize)]
struct Away {
    question: Question,
    errand: Errand,
}

#[derive(Serialize, Deserialize)]
struct CodeAwaited {
    login: Login,
    to: String,
    until: Timestamp,
}

/// Somebody on their way to the sign-on server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Where to.
    pub address: String,
    /// What their browser keeps meanwhile.
    pub ticket: String,
}

/// What came of somebody's way to the sign-on server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returned {
    /// Signed in, by this token, and going to this address.
    In(String, String),
    /// Proven in one way only: a one-time code is asked for, and this ticket kept meanwhile.
    CodeAsked(String),
    /// The account is linked now.
    Linked,
    /// No officer has linked this account.
    NotLinked,
    /// The account is linked to another officer.
    Taken,
    /// This browser was not sent by us, or too long ago.
    Lost,
    /// There is no proof.
    Not(SignOnError),
}

/// What came of a one-time code after single sign-on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeGiven {
    /// Signed in, by this token, and going to this address.
    In(String, String),
    /// It is wrong or was used before; whose it should have been.
    Wrong(Login),
    /// It came too late, or from nowhere.
    TooLate,
}

impl App {
    /// The same node, with a sign-on server for its officers.
    pub fn with_single_sign_on(mut self, server: SingleSignOn) -> App {
        self.single_sign_on = Some(server);
        self
    }

    /// What people call the sign-on server; none where there is none.
    pub fn single_sign_on_name(&self) -> Option<&str> {
        self.single_sign_on.as_ref().map(SingleSignOn::name)
    }

    /// Since when an officer has linked an account of the sign-on server; none where they have not.
    ///
    /// # Errors
    /// The store fails.
    pub fn linked(&self, login: &Login) -> Result<Option<Timestamp>, AppError> {
        Ok(self.store.linked(login)?)
    }

    /// Removes an officer's link; every sign-in of theirs ends.
    ///
    /// # Errors
    /// There is no such officer, or the store fails.
    pub fn unlink(&self, login: &Login) -> Result<(), AppError> {
        self.known(login)?;
        Ok(self.store.unlink(login)?)
    }

    /// Sends somebody to the sign-on server; why not, where it cannot be asked.
    ///
    /// # Errors
    /// The store fails.
    pub fn send_to_sign_on(&self, errand: Errand, now: Timestamp) -> Result<Result<Sent, SignOnError>, AppError> {
        let Some(server) = &self.single_sign_on else { return Ok(Err(not_set_up())) };
        let word = || Ok::<_, AppError>(self.nonce()? + &self.nonce()?);
        let question = Question { state: word()?, nonce: word()?, verifier: word()?, at: now };
        match server.address(&question) {
            Ok(address) => Ok(Ok(Sent { address, ticket: self.ticket(AWAY, &Away { question, errand })? })),
            Err(error) => Ok(Err(error)),
        }
    }

    /// Takes somebody back who was at the sign-on server, with the ticket their browser kept.
    ///
    /// # Errors
    /// The store fails.
    pub fn return_from_sign_on(
        &self,
        ticket: &str,
        reply: &Reply,
        device: &Device,
        now: Timestamp,
    ) -> Result<Returned, AppError> {
        let Some(server) = &self.single_sign_on else { return Ok(Returned::Not(not_set_up())) };
        let Some(Away { question, errand }) = self.read_ticket(AWAY, ticket) else {
            return Ok(Returned::Lost);
        };
        if now.duration_since(question.at) > AWAY_MAX {
            return Ok(Returned::Lost);
        }
        let proof = match server.proof(&question, reply, now) {
            Ok(proof) => proof,
            Err(error) => return Ok(Returned::Not(error)),
        };
        let to = match errand {
            Errand::Link(login) => {
                let linked = self.store.link(&login, server.issuer(), &proof.subject, now)?;
                return Ok(if linked { Returned::Linked } else { Returned::Taken });
            }
            Errand::SignIn(to) => to,
        };
        let login = self.store.linked_to(server.issuer(), &proof.subject)?;
        let directory = self.directory()?;
        let Some(login) = login.filter(|login| directory.officer(login).is_some()) else {
            return Ok(Returned::NotLinked);
        };
        if !proof.several_factors && self.store.has_factor(&login)? {
            let until = now.saturating_add(AWAY_MAX).unwrap_or(Timestamp::MAX);
            return Ok(Returned::CodeAsked(self.ticket(CODE, &CodeAwaited { login, to, until })?));
        }
        Ok(Returned::In(self.enter(&login, device, now)?, to))
    }

    /// Whose one-time code is awaited after single sign-on, by the ticket their browser keeps.
    pub fn awaited(&self, ticket: &str, now: Timestamp) -> Option<Login> {
        self.code_awaited(ticket, now).map(|awaited| awaited.login)
    }

    /// Takes the one-time code that was asked for after single sign-on.
    ///
    /// # Errors
    /// The store fails.
    pub fn code_after_sign_on(
        &self,
        ticket: &str,
        code: &str,
        device: &Device,
        now: Timestamp,
    ) -> Result<CodeGiven, AppError> {
        let Some(CodeAwaited { login, to, .. }) = self.code_awaited(ticket, now) else {
            return Ok(CodeGiven::TooLate);
        };
        if self.directory()?.officer(&login).is_none() || self.store.linked(&login)?.is_none() {
            return Ok(CodeGiven::TooLate);
        }
        if !self.store.use_code(&login, code, now)? {
            return Ok(CodeGiven::Wrong(login));
        }
        Ok(CodeGiven::In(self.enter(&login, device, now)?, to))
    }

    fn code_awaited(&self, ticket: &str, now: Timestamp) -> Option<CodeAwaited> {
        self.read_ticket(CODE, ticket).filter(|awaited: &CodeAwaited| now < awaited.until)
    }

    fn ticket(&self, what: &str, words: &impl Serialize) -> Result<String, AppError> {
        let words = serde_json::to_vec(words).map_err(|error| AppError::Input(error.to_string()))?;
        Ok(self.store.ticket(what, &words)?)
    }

    fn read_ticket<T: DeserializeOwned>(&self, what: &str, ticket: &str) -> Option<T> {
        serde_json::from_slice(&self.store.read_ticket(what, ticket)?).ok()
    }
}

fn not_set_up() -> SignOnError {
    SignOnError::Settings("there is no single sign-on here".to_owned())
}
