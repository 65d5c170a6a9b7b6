//! Moments as tables write them: several forms of text, serial numbers of spreadsheets, bare dates. All in Shanghai.

use casework::day;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

use super::table::Cell;

/// A moment as far as the table knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// To the second.
    At(Timestamp),
    /// Only the day.
    On(Date),
}

impl Moment {
    /// The moment itself; a bare day is its first moment.
    pub(super) fn start(self) -> Timestamp {
        match self {
            Moment::At(at) => at,
            Moment::On(day) => day::start_of(day),
        }
    }
}

/// The moment in a cell; `None` where the cell is empty.
pub(super) fn read(cell: &Cell) -> Result<Option<Moment>, String> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Number(number) => serial(*number).map(Some).ok_or_else(|| unreadable(&number.to_string())),
        Cell::Moment(moment) => Ok(Some(local(*moment))),
        Cell::Text(text) => match text.trim() {
            "" => Ok(None),
            text => from_text(text).map(Some),
        },
        Cell::Fault(fault) => Err(unreadable(fault)),
    }
}

fn local(moment: DateTime) -> Moment {
    // No place here had another offset since 1991; what cannot be told apart does not exist in a fixed offset.
    day::shanghai().to_timestamp(moment).map_or(Moment::On(moment.date()), Moment::At)
}

fn unreadable(text: &str) -> String {
    let text: String = text.chars().take(40).collect();
    format!("“{text}”读不出时间；请写成 2019-04-25 09:32:09")
}

fn from_text(text: &str) -> Result<Moment, String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(Moment::At(at));
    }
    if let Some(moment) = text.parse().ok().and_then(serial) {
        return Ok(moment);
    }
    let plain: String = text.chars().map(plain).collect();
    let mut parts = plain.split([' ', 'T']).filter(|part| !part.is_empty());
    let (Some(day), time, None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(unreadable(text));
    };
    let [year, month, day] =
        numbers(day.trim_end_matches('/'), &['/', '-', '.']).ok_or_else(|| unreadable(text))?;
    let no_such_day = || format!("“{text}”里的日期不存在");
    let date = match (i16::try_from(year), i8::try_from(month), i8::try_from(day)) {
        // A year of two digits could be of two centuries.
        (Ok(year @ 1949..=9999), Ok(month), Ok(day)) => Date::new(year, month, day).map_err(|_| no_such_day())?,
        (Ok(0..=99), ..) => return Err(format!("“{text}”的年份须写四位")),
        _ => return Err(no_such_day()),
    };
    match time {
        None => Ok(Moment::On(date)),
        Some(time) => Ok(local(date.to_datetime(clock_time(text, time)?))),
    }
}

fn clock_time(text: &str, time: &str) -> Result<Time, String> {
    let time = time.trim_end_matches(':');
    // Fractions of a second tell nothing about a message.
    let time = time.split_once('.').map_or(time, |(whole, _)| whole);
    let [hour, minute, second] = match time.matches(':').count() {
        1 => numbers(time, &[':']).map(|[hour, minute]: [u32; 2]| [hour, minute, 0]),
        _ => numbers(time, &[':']),
    }
    .ok_or_else(|| unreadable(text))?;
    let small = |number: u32| i8::try_from(number).unwrap_or(-1);
    Time::new(small(hour), small(minute), small(second), 0).map_err(|_| format!("“{text}”里的时刻不存在"))
}

/// One character as it is written in plain form.
fn plain(character: char) -> char {
    match character {
        '年' | '月' | '／' => '/',
        '日' | '号' | '秒' | '\u{3000}' | '\u{a0}' | '\t' => ' ',
        '时' | '点' | '分' | '：' => ':',
        '－' | '—' => '-',
        '０'..='９' => {
            char::from_u32(u32::from(character) - u32::from('０') + u32::from('0')).unwrap_or(character)
        }
        other => other,
    }
}

/// Exactly so many whole numbers between separators.
fn numbers<const N: usize>(text: &str, separators: &[char]) -> Option<[u32; N]> {
    let parts: Option<Vec<u32>> = text
        .split(separators)
        .map(|part| if part.bytes().all(|byte| byte.is_ascii_digit()) { part.parse().ok() } else { None })
        .collect();
    parts?.try_into().ok()
}

/// A spreadsheet's serial number: days since the last day but one of 1899, to the nearest second.
fn serial(number: f64) -> Option<Moment> {
    // From 1954 to 2119: other numbers are not dates but something in the wrong column.
    if !(20_000.0..80_000.0).contains(&number) {
        return None;
    }
    let seconds = (number * 86_400.0).round() as i64;
    let epoch = DateTime::constant(1899, 12, 30, 0, 0, 0, 0);
    let moment = epoch.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()?;
    Some(if number.fract() == 0.0 { Moment::On(moment.date()) } else { local(moment) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Result<Option<Moment>, String> {
        read(&Cell::Text(text.to_owned()))
    }

    fn at(moment: &str) -> Result<Option<Moment>, String> {
        Ok(Some(Moment::At(moment.parse().unwrap())))
    }

    #[test]
    fn the_forms_that_tables_use() {
        for form in [
            "2019/4/25 9:32:09",
            " 2019-04-25 09:32:09 ",
            "2019-04-25T09:32:09",
            "2019-04-25T09:32:09+08:00",
            "2019.4.25 9:32:09",
            "2019年4月25日 9时32分9秒",
            "2019年4月25日9时32分9秒",
            "２０１９／４／２５　９：３２：０９",
            "2019-04-25 09:32:09.500",
        ] {
            assert_eq!(text(form), at("2019-04-25T09:32:09+08:00"), "{form}");
        }
        assert_eq!(text("2019/4/25 9:32"), at("2019-04-25T09:32:00+08:00"));
        for form in ["2019/4/25", "2019年4月25日", "2019-04-25"] {
            assert_eq!(text(form), Ok(Some(Moment::On(Date::constant(2019, 4, 25)))), "{form}");
        }
        assert_eq!(text("  "), Ok(None));
    }

    #[test]
    fn a_serial_number_is_a_moment_to_the_second() {
        assert_eq!(read(&Cell::Number(43_563.359_259_259_26)), at("2019-04-08T08:37:20+08:00"));
        assert_eq!(text("43563.359259259261"), at("2019-04-08T08:37:20+08:00"));
        assert_eq!(read(&Cell::Number(43_563.0)), Ok(Some(Moment::On(Date::constant(2019, 4, 8)))));
        assert!(read(&Cell::Number(12.0)).is_err());
        assert!(read(&Cell::Number(f64::NAN)).is_err());
    }

    #[test]
    fn what_does_not_exist_is_said() {
        for form in ["2019/2/30", "2019-13-01", "2019/2/29 10:00:00"] {
            assert!(text(form).unwrap_err().contains("日期不存在"), "{form}");
        }
        for form in ["2019/2/3 24:00:00", "2019/2/3 10:61"] {
            assert!(text(form).unwrap_err().contains("时刻不存在"), "{form}");
        }
        assert!(text("19/2/3").unwrap_err().contains("四位"));
        for form in ["昨天", "2019", "2019/2", "2019/2/3 下午 3:00", "2019/2/3 +3:00", "//"] {
            assert!(text(form).unwrap_err().contains("读不出时间"), "{form}");
        }
    }
}
