//! The demo: a county, its people and half a year of petitions that ends on a given day, all invented. The same day
//! gives the same story, line for line, which goes through the same use cases as any other.

mod county;
mod hours;
mod life;
mod officers;
mod plan;
mod random;
mod receipts;
mod script;
mod sessions;
mod texts;

use casework::calendar::Calendar;
use casework::day;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use crate::error::AppError;
pub use officers::SignIn;

/// A matter to look at on the public track page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its name in the story.
    pub name: String,
    /// How far it has come.
    pub state: &'static str,
}

/// An invented half-year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demo {
    /// The story, as `replay` reads it.
    pub story: Vec<u8>,
    /// Who can sign in.
    pub sign_ins: Vec<SignIn>,
    /// Matters to look up.
    pub shown: Vec<Shown>,
    /// 禾溪县信访局, 岚江市.
    pub place: String,
}

/// Where the last day of a demo ends when it is not today: the close of office hours.
pub fn close_of(today: Date) -> Timestamp {
    hours::instant(hours::at_minute(today, 17 * 60 + 30, 0))
}

/// Invents half a year that ends on `today`; nothing in it happens after `until`.
///
/// # Errors
/// The shipped texts cannot be read.
pub fn invent(calendar: &Calendar, today: Date, until: Timestamp) -> Result<Demo, AppError> {
    let hours = hours::Hours { calendar };
    let texts = texts::shipped()?;
    let first = day::plus_days(today, 1 - plan::DAYS);
    let mut script = script::Script::default();
    let opened = day::plus_days(first, -21);
    let title = format!("{}：到{}为止的半年（演示，全部虚构）", county::COUNTY.1, day::in_words(today));
    let id = format!("demo-{today}");
    script.add(hours::at_minute(opened, 7 * 60, 0), "admin", "story", json!({ "id": id, "title": title }));
    county::found(&mut script, opened);
    let held = sessions::tell(&mut script, hours, first, today);
    let plan = plan::Plan { texts: &texts, hours, today, matters: Vec::new() };
    let mut teller = life::Teller { texts: &texts, hours, script };
    let mut shown = Vec::new();
    for ((matter, state), number) in plan.all(&held).iter().zip(1..) {
        let name = format!("R{number:04}");
        teller.tell(&name, matter);
        shown.extend(state.map(|state| Shown { name, state }));
    }
    let story = teller.script.told_by(until);
    let place = format!("{}（{}）", county::PETITION_OFFICE.1, county::CITY.1);
    Ok(Demo { story, sign_ins: officers::sign_ins(), shown, place })
}
