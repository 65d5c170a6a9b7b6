//! Days and moments as people read them: absolute, with weekday, plus how many days remain.

use jiff::civil::{Date, DateTime, Weekday};

/// A due date is "soon" from this many days before.
const SOON_DAYS: i32 = 3;

/// How pressing something is; shown by word and icon first, by colour last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing presses.
    Calm,
    /// Due within three days.
    Soon,
    /// The day has passed.
    Late,
    /// Done.
    Done,
}

impl Tone {
    /// Class of the badge.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Calm => "tone-calm",
            Tone::Soon => "tone-soon",
            Tone::Late => "tone-late",
            Tone::Done => "tone-done",
        }
    }

    /// Icon of the badge.
    pub fn icon(self) -> &'static str {
        match self {
            Tone::Calm => "i-clock",
            Tone::Soon => "i-hourglass",
            Tone::Late => "i-alert",
            Tone::Done => "i-check",
        }
    }
}

/// A due date with how long it is until then.
#[derive(Debug, Clone)]
pub struct Due {
    /// 2026年12月3日
    pub day: String,
    /// 12月3日, for dense tables.
    pub short: String,
    /// 2026-12-03, for machines.
    pub iso: String,
    /// 周四
    pub weekday: String,
    /// 还有 3 天 / 今天到期 / 已逾期 2 天
    pub badge: String,
    /// How pressing.
    pub tone: Tone,
    /// True when the holiday table does not reach that far and the date may still move.
    pub provisional: bool,
}

impl Due {
    /// The due date as seen today.
    pub fn new(due: Date, today: Date) -> Due {
        let left = today.until(due).map_or(0, |span| span.get_days());
        let (badge, tone) = match left {
            ..0 => (format!("已逾期 {} 天", -left), Tone::Late),
            0 => ("今天到期".to_owned(), Tone::Soon),
            1..=SOON_DAYS => (format!("还有 {left} 天"), Tone::Soon),
            _ => (format!("还有 {left} 天"), Tone::Calm),
        };
        Due {
            day: day(due),
            short: short_day(due),
            iso: due.to_string(),
            weekday: weekday(due).into(),
            badge,
            tone,
            provisional: false,
        }
    }

    /// A due date of something already done; the badge says how it went.
    pub fn done(due: Date, badge: &str, late: bool) -> Due {
        let tone = if late { Tone::Late } else { Tone::Done };
        Due { badge: badge.into(), tone, ..Due::new(due, due) }
    }

    /// Marks the date as not yet certain.
    pub fn provisional(mut self) -> Due {
        self.provisional = true;
        self
    }
}

/// 2026年12月3日
pub fn day(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// 12月3日
pub fn short_day(date: Date) -> String {
    format!("{}月{}日", date.month(), date.day())
}

/// 2026年12月3日 周四
pub fn full_day(date: Date) -> String {
    format!("{} {}", day(date), weekday(date))
}

/// 2026年12月3日 周四 09:05
pub fn moment(at: DateTime) -> String {
    format!("{} {:02}:{:02}", full_day(at.date()), at.hour(), at.minute())
}

/// 09:05:07
pub fn clock_time(at: DateTime) -> String {
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

/// 周四
pub fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "周一",
        Weekday::Tuesday => "周二",
        Weekday::Wednesday => "周三",
        Weekday::Thursday => "周四",
        Weekday::Friday => "周五",
        Weekday::Saturday => "周六",
        Weekday::Sunday => "周日",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_due_date_says_how_long_is_left() {
        let today = date(2026, 11, 21);
        let cases = [
            (date(2026, 11, 19), "已逾期 2 天", Tone::Late),
            (date(2026, 11, 21), "今天到期", Tone::Soon),
            (date(2026, 11, 24), "还有 3 天", Tone::Soon),
            (date(2027, 1, 4), "还有 44 天", Tone::Calm),
        ];
        for (due, badge, tone) in cases {
            let shown = Due::new(due, today);
            assert_eq!((shown.badge.as_str(), shown.tone), (badge, tone));
        }
        assert_eq!(moment(date(2026, 12, 3).at(9, 5, 0, 0)), "2026年12月3日 周四 09:05");
        assert_eq!(clock_time(date(2026, 12, 3).at(9, 5, 7, 0)), "09:05:07");
    }
}
