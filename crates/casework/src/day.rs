//! Days as the law counts them: calendar days in Asia/Shanghai, inclusive, until the end of the day.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// Asia/Shanghai. China has used UTC+8 without summer time since 1991-09-15, before any law here was in force,
/// so the fixed offset is exact and needs no time-zone database.
pub fn shanghai() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

/// The day in Shanghai on which a moment falls.
pub fn day_of(at: Timestamp) -> Date {
    local(at).date()
}

/// The wall-clock time in Shanghai of a moment.
pub fn local(at: Timestamp) -> DateTime {
    Offset::constant(8).to_datetime(at)
}

/// The first moment of a day in Shanghai. Saturates at the ends of the representable range.
pub fn start_of(day: Date) -> Timestamp {
    shanghai()
        .to_ambiguous_timestamp(day.to_datetime(jiff::civil::Time::midnight()))
        .compatible()
        .unwrap_or(Timestamp::MAX)
}

/// The same time of day on another day.
pub fn moved_to(at: Timestamp, day: Date) -> Timestamp {
    let days = days_between(day_of(at), day);
    at.saturating_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(at)
}

/// The first moment after a day in Shanghai: a deadline "until the end of that day" has passed from here on.
pub fn end_of(day: Date) -> Timestamp {
    start_of(plus_days(day, 1))
}

/// A day moved by calendar days; saturates at the last representable day.
pub fn plus_days(day: Date, days: i32) -> Date {
    // As a duration: a span of days would be weighed for years and months first, and this is asked for every date.
    day.saturating_add(SignedDuration::from_hours(24 * i64::from(days)))
}

/// Calendar days from `from` to `to`; negative when `to` is earlier.
pub fn days_between(from: Date, to: Date) -> i32 {
    i32::try_from(to.duration_since(from).as_hours() / 24).unwrap_or(0)
}

/// `2026年3月2日（星期一）`.
pub fn in_words(day: Date) -> String {
    format!("{}年{}月{}日（{}）", day.year(), day.month(), day.day(), weekday(day))
}

/// `星期一` to `星期日`.
pub fn weekday(day: Date) -> &'static str {
    match day.weekday() {
        Weekday::Monday => "星期一",
        Weekday::Tuesday => "星期二",
        Weekday::Wednesday => "星期三",
        Weekday::Thursday => "星期四",
        Weekday::Friday => "星期五",
        Weekday::Saturday => "星期六",
        Weekday::Sunday => "星期日",
    }
}

/// Whether a day is a Saturday or Sunday.
pub fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_in_shanghai() {
        let at: Timestamp = "2023-06-30T15:59:59Z".parse().unwrap();
        assert_eq!(day_of(at), "2023-06-30".parse().unwrap());
        let next: Timestamp = "2023-06-30T16:00:00Z".parse().unwrap();
        assert_eq!(day_of(next), "2023-07-01".parse().unwrap());
        assert_eq!(end_of("2023-06-30".parse().unwrap()), next);
        assert_eq!(start_of(day_of(next)), next);
    }

    #[test]
    fn days_between_counts_across_years() {
        assert_eq!(days_between("2022-12-31".parse().unwrap(), "2023-03-01".parse().unwrap()), 60);
    }
}
