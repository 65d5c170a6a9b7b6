//! Rest days and working weekends, read from a calendar file; what a working day is, and for how long that is known.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use crate::day;

/// Which days are worked. Known up to the last published year; after that weekends and fixed holidays only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    rest: BTreeMap<Date, String>,
    work: BTreeMap<Date, String>,
    fixed: Vec<(i8, i8)>,
    last_year: i16,
    /// Whether each day of the published years is worked, twelve times 31 places a year: most questions are answered
    /// here at once.
    table: Vec<bool>,
    first_year: i16,
}

/// A calendar file that cannot be read: what and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Not TOML, or not the shape of a calendar; the message carries line and column.
    #[error("the calendar cannot be read: {0}")]
    Shape(String),
    /// A day that does not exist.
    #[error("'{0}' is not a day of the year {1}; write MM-DD")]
    Day(String, String),
}

#[derive(Deserialize)]
struct File {
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "name")]
    _name: String,
    fixed: Vec<String>,
    #[serde(flatten)]
    years: BTreeMap<String, Year>,
}

/// Years a table can be of: the days of each year between the first and the last are worked out beforehand.
const YEARS: std::ops::Range<i16> = 1949..2200;

#[derive(Deserialize)]
struct Year {
    rest: BTreeMap<String, Vec<String>>,
    work: BTreeMap<String, Vec<String>>,
}

impl Calendar {
    /// Reads a calendar file (`calendars/*.toml`).
    ///
    /// # Errors
    /// [`CalendarError`] where the file is not a calendar or names a day that does not exist.
    pub fn parse(text: &str) -> Result<Calendar, CalendarError> {
        let file: File = toml::from_str(text).map_err(|error| CalendarError::Shape(error.to_string()))?;
        let mut calendar = Calendar {
            rest: BTreeMap::new(),
            work: BTreeMap::new(),
            fixed: Vec::new(),
            last_year: 0,
            table: Vec::new(),
            first_year: i16::MAX,
        };
        for day in &file.fixed {
            // 2000 is a leap year, so every day that can exist does.
            let date = date_in("2000", day)?;
            calendar.fixed.push((date.month(), date.day()));
        }
        for (year, lists) in &file.years {
            for (holiday, days) in &lists.rest {
                for day in days {
                    calendar.rest.insert(date_in(year, day)?, holiday.clone());
                }
            }
            for (holiday, days) in &lists.work {
                for day in days {
                    calendar.work.insert(date_in(year, day)?, holiday.clone());
                }
            }
            let number = year.parse().ok().filter(|year| YEARS.contains(year));
            let number: i16 = number.ok_or_else(|| CalendarError::Day(String::new(), year.clone()))?;
            calendar.last_year = calendar.last_year.max(number);
            calendar.first_year = calendar.first_year.min(number);
        }
        calendar.table = calendar.worked();
        Ok(calendar)
    }

    /// The table of the published years; places that are no day stay false and are never asked for.
    fn worked(&self) -> Vec<bool> {
        let years = self.first_year..=self.last_year;
        let places =
            years.flat_map(|year| (1..=12).flat_map(move |month| (1..=31).map(move |day| (year, month, day))));
        places.map(|(year, month, day)| Date::new(year, month, day).is_ok_and(|day| self.is_worked(day))).collect()
    }

    fn place(&self, day: Date) -> Option<usize> {
        let year = usize::try_from(i32::from(day.year()) - i32::from(self.first_year)).ok()?;
        let (month, day) = (usize::try_from(day.month()).ok()?, usize::try_from(day.day()).ok()?);
        Some((year * 12 + month - 1) * 31 + day - 1)
    }

    /// The last year whose table is published.
    pub fn last_year(&self) -> i16 {
        self.last_year
    }

    /// Whether the holiday table for this day's year is published.
    pub fn knows(&self, day: Date) -> bool {
        day.year() <= self.last_year
    }

    /// Whether offices work on this day.
    pub fn is_working(&self, day: Date) -> bool {
        let known = self.place(day).and_then(|place| self.table.get(place));
        known.copied().unwrap_or_else(|| self.is_worked(day))
    }

    fn is_worked(&self, day: Date) -> bool {
        if self.work.contains_key(&day) {
            return true;
        }
        if self.rest.contains_key(&day) || day::is_weekend(day) {
            return false;
        }
        self.knows(day) || !self.fixed.contains(&(day.month(), day.day()))
    }

    /// Why a rest day is one: the holiday's name, or 周末.
    pub fn why_rest(&self, day: Date) -> &str {
        match self.rest.get(&day) {
            Some(holiday) => holiday,
            None if day::is_weekend(day) => "周末",
            None => "法定节假日",
        }
    }

    /// This day, or the next working day after it.
    pub fn roll_forward(&self, mut day: Date) -> Date {
        while !self.is_working(day) && day < Date::MAX {
            day = next(day);
        }
        day
    }

    /// Working days after `from`, up to and with `to`.
    pub fn working_days_between(&self, from: Date, to: Date) -> i32 {
        let mut day = from;
        let mut count = 0;
        while day < to {
            day = next(day);
            count += i32::from(self.is_working(day));
        }
        count
    }

    /// The `count`-th working day after `start`, which is not counted.
    pub fn plus_working_days(&self, start: Date, count: u16) -> Date {
        let mut day = start;
        let mut left = count;
        while left > 0 && day < Date::MAX {
            day = next(day);
            if self.is_working(day) {
                left -= 1;
            }
        }
        day
    }
}

fn next(day: Date) -> Date {
    day.tomorrow().unwrap_or(Date::MAX)
}

fn date_in(year: &str, day: &str) -> Result<Date, CalendarError> {
    format!("{year}-{day}").parse().map_err(|_| CalendarError::Day(day.to_owned(), year.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Calendar {
        Calendar::parse(include_str!("../../../calendars/cn.toml")).unwrap()
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn working_days_agree_with_the_table_of_the_domain_notes() {
        let calendar = shipped();
        for (start, three, five, ten) in [
            ("2024-10-12", "2024-10-16", "2024-10-18", "2024-10-25"),
            ("2025-01-24", "2025-02-05", "2025-02-07", "2025-02-13"),
            ("2025-09-28", "2025-10-09", "2025-10-11", "2025-10-17"),
            ("2026-02-13", "2026-02-25", "2026-02-27", "2026-03-05"),
            ("2026-09-18", "2026-09-22", "2026-09-24", "2026-10-09"),
        ] {
            assert_eq!(calendar.plus_working_days(date(start), 3), date(three), "{start} + 3");
            assert_eq!(calendar.plus_working_days(date(start), 5), date(five), "{start} + 5");
            assert_eq!(calendar.plus_working_days(date(start), 10), date(ten), "{start} + 10");
        }
    }

    #[test]
    fn years_have_the_published_number_of_working_days() {
        let calendar = shipped();
        for (year, count) in [(2024, 251), (2025, 248), (2026, 248)] {
            let mut day = Date::constant(year, 1, 1);
            let mut worked = 0;
            while day.year() == year {
                worked += i32::from(calendar.is_working(day));
                day = day::plus_days(day, 1);
            }
            assert_eq!(worked, count, "{year}");
        }
    }

    #[test]
    fn past_the_table_only_weekends_and_fixed_holidays_rest() {
        let calendar = shipped();
        assert!(!calendar.knows(date("2027-01-01")));
        assert!(!calendar.is_working(date("2027-01-01")));
        assert!(calendar.is_working(date("2027-02-08")), "the Spring Festival of 2027 is not published");
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        let wrong = "id = \"x\"\nname = \"x\"\nfixed = [\"02-30\"]\n";
        assert_eq!(Calendar::parse(wrong), Err(CalendarError::Day("02-30".into(), "2000".into())));
        assert!(matches!(Calendar::parse("id = 3"), Err(CalendarError::Shape(_))));
    }
}
