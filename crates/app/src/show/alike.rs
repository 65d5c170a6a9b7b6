//! 疑似重复: what may have been brought before, for whoever registers. By facts and place; by telephone only where the whole
//! of it was typed, so often a day and no more. Never where somebody is complained of.

use casework::alike;
use casework::command::Actor;
use casework::day::day_of;
use casework::event::{MatterId, PartyNumber};
use casework::office::OfficeCode;
use jiff::{SignedDuration, Timestamp};
use store::Found;

use super::list::{Listed, listed};
use crate::App;
use crate::error::AppError;

/// How many matters of the place are compared, newest first.
const COMPARED: u32 = 200;
/// How many are proposed.
const PROPOSED: usize = 5;
/// For how long back, in days.
const DAYS: i64 = 366;
/// From how like two accounts are on they are proposed: of one category, and of two. Of 4,326 messages to a province's
/// leaders, pairs of one district below 0.45 were about the same road or estate but not the same thing, above 0.6 the same.
const LIKE: (f64, f64) = (0.45, 0.6);

/// What somebody at the window says.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    /// Where.
    pub place: &'a OfficeCode,
    /// What it is about.
    pub category: &'a str,
    /// In one line.
    pub summary: &'a str,
    /// All of it.
    pub text: &'a str,
    /// As typed; empty where none was given.
    pub phone: &'a str,
}

/// A matter that may be the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// The matter, as lists show it.
    pub listed: Listed,
    /// The telephone typed is the one given there.
    pub same_telephone: bool,
}

impl App {
    /// What the officer's office holds that may be the same as what is being registered, likeliest first.
    ///
    /// # Errors
    /// The officer registers nothing; the store fails.
    pub fn alike(&self, actor: &Actor, told: Account<'_>, now: Timestamp) -> Result<Vec<Alike>, AppError> {
        self.authorise(actor, "repeat")?;
        let since = now.checked_sub(SignedDuration::from_hours(DAYS * 24)).unwrap_or(Timestamp::MIN);
        let rows = self.store.of_place(&self.filter_of(actor), told.place, since, COMPARED)?;
        let compares = !rows.is_empty() && alike::is_whole(told.phone) && self.may_compare(actor, now)?;
        let ids: Vec<MatterId> = rows.iter().map(|row| row.id.clone()).collect();
        let words = self.store.first_words(&ids)?;
        let (law, directory) = (self.law(), self.known_directory());
        let all = format!("{} {}", told.summary, told.text);
        let mut found = Vec::new();
        for row in rows {
            let words = words.get(&row.id).map_or(&[][..], Vec::as_slice);
            let mine = words.iter().find(|words| words.party == PartyNumber::FIRST);
            let said = |field| mine.and_then(|words| words.fields.get(field)).map_or("", String::as_str);
            let whole = format!("{} {}", said("summary"), said("text"));
            let like = alike::facts(told.summary, said("summary")).max(alike::facts(&all, &whole));
            let same_telephone = compares && alike::same_telephone(told.phone, said("phone"));
            let enough = if row.category == told.category { LIKE.0 } else { LIKE.1 };
            if same_telephone || like >= enough {
                let listed = listed(&law, &directory, Found { row, task: None }, words);
                found.push((same_telephone, like, Alike { listed, same_telephone }));
            }
        }
        found.sort_by(|one, other| {
            (other.0, other.1).partial_cmp(&(one.0, one.1)).unwrap_or(std::cmp::Ordering::Equal)
        });
        Ok(found.into_iter().take(PROPOSED).map(|(.., alike)| alike).collect())
    }

    /// Whether the officer may have one more telephone compared today. Each is counted.
    fn may_compare(&self, actor: &Actor, now: Timestamp) -> Result<bool, AppError> {
        let Actor::Officer { login, .. } = actor else { return Ok(false) };
        let asked = self.store.count_probe(login, day_of(now))?;
        Ok(access::per_day("repeat").is_none_or(|(most, _)| asked <= most))
    }
}
