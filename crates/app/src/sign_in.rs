//! Signing in: a password and a one-time code, where an officer is signed in, and for how long.

use casework::office::{Login, Officer};
use casework::refusal::Refusal;
use jiff::{SignedDuration, Timestamp};
use store::{FreshFactor, SignIn, StoreError, TokenKind};

use crate::App;
use crate::error::AppError;

/// A password to set; an officer's own, never a default.
#[derive(Debug, Clone)]
pub struct NewPassword(String);

impl NewPassword {
    /// Takes a password of at least ten characters that is not among the first that are tried.
    ///
    /// # Errors
    /// It is too short, or soon guessed.
    pub fn new(text: &str) -> Result<NewPassword, AppError> {
        if text.chars().count() < 10 {
            return Err(AppError::Input("密码至少10个字符；可以用一句话".to_owned()));
        }
        if zxcvbn::zxcvbn(text, &OURS).guesses_log10() < GUESSES_LOG10_MIN {
            return Err(AppError::Input(
                "这个密码太常见，或者有规律，容易被猜中；请换一个，可以用一句话".to_owned(),
            ));
        }
        Ok(NewPassword(text.to_owned()))
    }

    /// Whether it is little more than one of these words.
    fn is_made_of(&self, words: &[&str]) -> bool {
        let lower = self.0.to_lowercase();
        let rest = words
            .iter()
            .filter(|word| word.chars().count() > 1)
            .fold(lower, |rest, word| rest.replace(&word.to_lowercase(), ""));
        rest.chars().count() < self.0.chars().count()
            && zxcvbn::zxcvbn(&rest, &OURS).guesses_log10() < GUESSES_LOG10_MIN
    }
}

/// Words that stand near for whoever guesses passwords of this program.
const OURS: [&str; 8] = ["huiyin", "回音", "xinfang", "信访", "petition", "demo", "admin", "officer"];

/// Powers of ten of guesses below which a password is refused: lists of what was stolen elsewhere hold fewer.
const GUESSES_LOG10_MIN: f64 = 7.0;

/// How long a browser stays signed in in which nothing is done.
const IDLE: SignedDuration = SignedDuration::from_mins(60);

/// How old what is known of the last use may be before it is written anew: a page need not wait for the disk.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// What somebody signs in with.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// Sign-in name.
    pub login: &'a str,
    /// Password.
    pub password: &'a str,
    /// One-time code, where it was given.
    pub code: &'a str,
}

/// With what somebody signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// A browser, or a program.
    pub kind: TokenKind,
    /// What it calls itself.
    pub name: String,
    /// How long it stays signed in at most.
    pub hours: i64,
}

/// What signing in came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entered {
    /// Signed in, by this token.
    In(String),
    /// The password fits, and a one-time code is asked for.
    CodeAsked,
    /// The password fits, and the code is wrong or was used before.
    CodeWrong,
    /// Login and password do not belong together.
    Wrong,
}

/// An officer who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerIn {
    /// The officer, as the directory has them now.
    pub officer: Officer,
    /// Which of their sign-ins it is.
    pub sign_in: SignIn,
    /// Whether they have set up one-time codes.
    pub has_factor: bool,
}

impl App {
    /// Whether an officer has set up one-time codes; an unknown one has not.
    ///
    /// # Errors
    /// The store fails.
    pub fn has_factor(&self, login: &str) -> Result<bool, AppError> {
        Ok(self.store.has_factor(&Login(login.to_owned()))?)
    }

    /// Sets an officer's password. Whoever was signed in with the old one is signed out.
    ///
    /// # Errors
    /// There is no such officer, or it is little more than their login, their name or that of their office.
    pub fn set_password(&self, login: &Login, password: &NewPassword) -> Result<(), AppError> {
        self.known(login)?;
        let directory = self.directory()?;
        if let Some(officer) = directory.officer(login) {
            let office = directory.name_of(&officer.office);
            if password.is_made_of(&[&login.0, &officer.name, &office]) {
                return Err(AppError::Input("密码不要用自己的登录名、姓名或者单位名；请换一个".to_owned()));
            }
        }
        Ok(self.store.set_password(login, &password.0)?)
    }

    /// Takes an officer's one-time codes away, as when the telephone is lost.
    ///
    /// # Errors
    /// There is no such officer.
    pub fn remove_factor(&self, login: &Login) -> Result<(), AppError> {
        self.known(login)?;
        Ok(self.store.remove_factor(login)?)
    }

    pub(crate) fn known(&self, login: &Login) -> Result<(), AppError> {
        match self.directory()?.officer(login) {
            Some(_) => Ok(()),
            None => Err(Refusal::OfficerUnknown { login: login.0.clone() }.into()),
        }
    }

    /// Signs an officer in.
    ///
    /// # Errors
    /// The store fails.
    pub fn sign_in(&self, given: Credentials<'_>, device: &Device, now: Timestamp) -> Result<Entered, AppError> {
        let login = Login(given.login.to_owned());
        let fits = self.store.password_fits(&login, given.password)?;
        if !fits || self.directory()?.officer(&login).is_none() {
            return Ok(Entered::Wrong);
        }
        if self.store.has_factor(&login)? {
            if given.code.trim().is_empty() {
                return Ok(Entered::CodeAsked);
            }
            if !self.store.use_code(&login, given.code, now)? {
                return Ok(Entered::CodeWrong);
            }
        }
        Ok(Entered::In(self.enter(&login, device, now)?))
    }

    /// Signs in an officer who has proved who they are. The token of it.
    pub(crate) fn enter(&self, login: &Login, device: &Device, now: Timestamp) -> Result<String, AppError> {
        let hours = SignedDuration::from_hours(device.hours);
        Ok(self.store.add_token(SignIn {
            id: String::new(),
            login: login.clone(),
            kind: device.kind,
            device: device.name.chars().filter(|c| !c.is_control()).take(80).collect(),
            began: now,
            seen: now,
            expires: now.saturating_add(hours).unwrap_or(Timestamp::MAX),
        })?)
    }

    /// Whether a password is an officer's own.
    ///
    /// # Errors
    /// The store fails.
    pub fn password_fits(&self, login: &Login, password: &str) -> Result<bool, AppError> {
        Ok(self.store.password_fits(login, password)?)
    }

    /// The officer a token belongs to, while it is good. A browser that was not used for an hour is signed out.
    ///
    /// # Errors
    /// The store fails.
    pub fn officer_of(&self, token: &str, kind: TokenKind, now: Timestamp) -> Result<Option<OfficerIn>, AppError> {
        let Some(sign_in) = self.store.sign_in(token, kind, now)? else { return Ok(None) };
        let quiet = now.duration_since(sign_in.seen);
        if kind == TokenKind::Browser && quiet > IDLE {
            self.store.remove_token(token)?;
            return Ok(None);
        }
        let Some(officer) = self.directory()?.officer(&sign_in.login).cloned() else { return Ok(None) };
        if quiet > SEEN_EVERY {
            self.store.saw_sign_in(&sign_in.id, now)?;
        }
        let has_factor = self.store.has_factor(&sign_in.login)?;
        Ok(Some(OfficerIn { officer, sign_in, has_factor }))
    }

    /// Ends a token.
    ///
    /// # Errors
    /// The store fails.
    pub fn sign_out(&self, token: &str) -> Result<(), AppError> {
        Ok(self.store.remove_token(token)?)
    }

    /// Where an officer is signed in, latest first.
    ///
    /// # Errors
    /// The store fails.
    pub fn sign_ins(&self, login: &Login, now: Timestamp) -> Result<Vec<SignIn>, AppError> {
        Ok(self.store.sign_ins(login, now)?)
    }

    /// Ends one of an officer's own sign-ins.
    ///
    /// # Errors
    /// The store fails.
    pub fn end_sign_in(&self, login: &Login, id: &str) -> Result<(), AppError> {
        Ok(self.store.end_sign_in(login, id)?)
    }

    /// A fresh secret for one-time codes, or the one that was shown before.
    ///
    /// # Errors
    /// What was shown before is no secret, or the machine gives no randomness.
    pub fn factor_to_set_up(&self, login: &Login, shown: Option<&str>) -> Result<FreshFactor, AppError> {
        match shown {
            None => Ok(self.store.fresh_factor(login)?),
            Some(secret) => self.store.factor_again(login, secret).map_err(unreadable),
        }
    }

    /// Sets an officer's one-time codes up with a secret they were shown and a code made with it; whether it fits. Who has
    /// codes gives one of the old ones as well.
    ///
    /// # Errors
    /// The secret cannot be read, or the store fails.
    pub fn set_factor(
        &self,
        login: &Login,
        (secret, code): (&str, &str),
        old: &str,
        now: Timestamp,
    ) -> Result<bool, AppError> {
        if self.store.has_factor(login)? && !self.store.use_code(login, old, now)? {
            return Ok(false);
        }
        self.store.set_factor(login, secret, code, now).map_err(unreadable)
    }

    /// Changes an officer's own password; whether the old one fits. Every sign-in ends, this one too.
    ///
    /// # Errors
    /// The store fails.
    pub fn change_password(&self, login: &Login, old: &str, new: &NewPassword) -> Result<bool, AppError> {
        if !self.store.password_fits(login, old)? {
            return Ok(false);
        }
        self.set_password(login, new)?;
        Ok(true)
    }
}

fn unreadable(error: StoreError) -> AppError {
    match error {
        StoreError::Refused(_) => AppError::Input("这不是本页给出的密钥；请重新打开本页".to_owned()),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_refused() {
        for text in
            ["1234567890", "qwertyuiop", "password123", "aaaaaaaaaaaa", "huiyin2026", "short", "iloveyou12"]
        {
            assert!(NewPassword::new(text).is_err(), "{text}");
        }
        for text in ["十个字以上的一句话密码", "a-password-for-tests", "lo-ka-mi-tu-93", "correct horse battery"]
        {
            assert!(NewPassword::new(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn names_are_no_passwords() {
        let made = |text: &str| NewPassword(text.to_owned()).is_made_of(&["clerk7", "林小海", "青河县信访局"]);
        assert!(made("Clerk7clerk7") && made("青河县信访局2026") && made("林小海林小海1234"));
        assert!(!made("十个字以上的一句话密码") && !made("林小海昨天买了三斤苹果和两只鸡"));
    }
}
