//! Days as integers, and which of them are worked: the calendar file read once more, with nothing shared.

use std::collections::BTreeSet;

pub const DAY: i64 = 86_400;
/// Shanghai is eight hours ahead.
pub const AHEAD: i64 = 8 * 3_600;

/// Which days are worked: the calendar file read as plain text, days counted from 1970-01-01.
pub struct Days {
    works: Vec<bool>,
    known_to: i64,
}

/// First and last day the table of worked days covers: 1995 and 2060.
const SPAN: (i64, i64) = (9_131, 33_237);

impl Days {
    pub fn read(text: &str) -> Days {
        let (mut rest, mut work, mut known_to, mut year) = (BTreeSet::new(), BTreeSet::new(), 0, 0);
        for line in text.lines() {
            if let Some(number) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                year = number.parse().unwrap();
                known_to = known_to.max(days_from_civil(year + 1, 1, 1) - 1);
            }
            for quoted in line.split('"').filter(|text| text.len() == 5 && text.as_bytes()[2] == b'-') {
                let number = days_from_civil(year, quoted[..2].parse().unwrap(), quoted[3..].parse().unwrap());
                if line.starts_with("rest") {
                    rest.insert(number);
                } else if line.starts_with("work") {
                    work.insert(number);
                }
            }
        }
        let works = |day: i64| {
            let (_, month, date) = civil_from_days(day);
            let fixed = matches!((month, date), (1 | 5, 1) | (10, 1..=3));
            // 1970-01-01 was a Thursday.
            let weekday = (day + 3).rem_euclid(7) < 5;
            work.contains(&day) || (!rest.contains(&day) && weekday && (day <= known_to || !fixed))
        };
        Days { works: (SPAN.0..=SPAN.1).map(works).collect(), known_to }
    }

    pub fn works(&self, day: i64) -> bool {
        self.works[usize::try_from(day - SPAN.0).unwrap()]
    }

    pub fn knows(&self, day: i64) -> bool {
        day <= self.known_to
    }
}

/// Howard Hinnant's reckoning, which shares nothing with the library the program uses.
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

pub fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

pub fn day_of(second: i64) -> i64 {
    (second + AHEAD).div_euclid(DAY)
}

/// The same day so many months later; where that month has no such day, its last.
pub fn months_later(day: i64, months: i64) -> i64 {
    let (year, month, date) = civil_from_days(day);
    let ordinal = year * 12 + month - 1 + months;
    let (year, month) = (ordinal.div_euclid(12), ordinal.rem_euclid(12) + 1);
    let exists = |date: &i64| civil_from_days(days_from_civil(year, month, *date)).1 == month;
    days_from_civil(year, month, (1..=date).rev().find(exists).unwrap())
}
