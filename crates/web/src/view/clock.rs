//! The clock bar: one line per clock, days used and left, pauses hatched, opening into the sum behind the date.

use jiff::civil::{Date, date};

use super::day::{Due, full_day};

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// It runs.
    Running,
    /// It is stopped for the time being.
    Stopped,
    /// Its end has passed and the act has not been done.
    Late,
    /// The act was done in time.
    Met,
    /// The act was done, too late.
    MetLate,
    /// The act was not done; time moved the matter on.
    Missed,
    /// A right of the petitioner that can still be used.
    Window,
    /// A right that was used or has run out.
    Over,
}

impl ClockState {
    /// The word that goes with the colour.
    pub fn word(self) -> &'static str {
        match self {
            ClockState::Running => "计时中",
            ClockState::Stopped => "暂停计时",
            ClockState::Late => "已逾期",
            ClockState::Met => "按时完成",
            ClockState::MetLate => "逾期完成",
            ClockState::Missed => "到期没办",
            ClockState::Window => "可以提出",
            ClockState::Over => "已结束",
        }
    }

    /// Icon beside the word.
    pub fn icon(self) -> &'static str {
        match self {
            ClockState::Running | ClockState::Window => "i-clock",
            ClockState::Stopped => "i-pause",
            ClockState::Late | ClockState::MetLate | ClockState::Missed => "i-alert",
            ClockState::Met | ClockState::Over => "i-check",
        }
    }

    /// Class of the line.
    pub fn class(self) -> &'static str {
        match self {
            ClockState::Running => "clock-running",
            ClockState::Stopped => "clock-stopped",
            ClockState::Late => "clock-late",
            ClockState::Met => "clock-met",
            ClockState::MetLate | ClockState::Missed => "clock-metlate",
            ClockState::Window => "clock-window",
            ClockState::Over => "clock-over",
        }
    }

    /// True when the clock still asks something of somebody.
    pub fn live(self) -> bool {
        matches!(self, ClockState::Running | ClockState::Stopped | ClockState::Late | ClockState::Window)
    }
}

/// How many of them are over.
pub fn over(lines: &[ClockLine]) -> usize {
    lines.iter().filter(|line| !line.state.live()).count()
}

/// A stretch of the bar, in per cent of its width.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// `seg-used`, `seg-paused` or `seg-over`.
    pub class: &'static str,
    /// Where it starts.
    pub x: String,
    /// How long it is.
    pub width: String,
}

/// One line of the sum: what is reckoned, how, and the article.
#[derive(Debug, Clone)]
pub struct SumLine {
    /// 开始、期限、延长、不算、停算、往后推、最后一天
    pub label: String,
    /// The reckoning in words.
    pub text: String,
    /// Article or local rule; may be empty.
    pub law: String,
}

impl SumLine {
    /// A line of the sum.
    pub fn new(label: &str, text: &str, law: &str) -> SumLine {
        SumLine { label: label.into(), text: text.into(), law: law.into() }
    }
}

/// One clock of a matter.
#[derive(Debug, Clone)]
pub struct ClockLine {
    /// What must happen, as 作出处理意见.
    pub name: String,
    /// Who must do it.
    pub owner: String,
    /// How it stands.
    pub state: ClockState,
    /// The limit in words, as 60 天 + 延长 30 天.
    pub limit: String,
    /// Days counted so far, 已用 23 天.
    pub used: String,
    /// Days left or over, 还剩 37 天; may be empty once over.
    pub left: String,
    /// The last day.
    pub due: Due,
    /// The filled stretches.
    pub segments: Vec<Segment>,
    /// Marks on the bar in per cent, as where the first limit ended before an extension.
    pub marks: Vec<String>,
    /// The sum behind the date.
    pub sum: Vec<SumLine>,
    /// True when the sum is shown without asking.
    pub open: bool,
}

impl ClockLine {
    /// The stretches of a bar: `limit_days` counted days allowed (extension included), `passed_days` calendar days
    /// since the start, pauses as (first day, days) after the start.
    pub fn stretches(limit_days: u32, passed_days: u32, pauses: &[(u32, u32)]) -> Vec<Segment> {
        let paused: u32 = pauses.iter().map(|(_, days)| days).sum();
        let end = limit_days + paused;
        let scale = f64::from(end.max(passed_days).max(1));
        let mut segments = Vec::new();
        let mut push = |class, from: u32, to: u32| {
            if to > from {
                let (x, width) = (percent(from, scale), percent(to - from, scale));
                segments.push(Segment { class, x, width });
            }
        };
        let mut at = 0;
        for &(from, days) in pauses {
            push("seg-used", at, from.min(passed_days));
            push("seg-paused", from, from + days);
            at = from + days;
        }
        push("seg-used", at, passed_days.min(end));
        push("seg-over", end, passed_days);
        segments
    }

    /// Where a day falls on such a bar, as a mark.
    pub fn mark(at_days: u32, limit_days: u32, passed_days: u32) -> String {
        percent(at_days, f64::from(limit_days.max(passed_days).max(1)))
    }
}

fn percent(days: u32, scale: f64) -> String {
    format!("{:.2}%", f64::from(days) / scale * 100.0)
}

/// Lines of the samples: a matter in handling, reckoned from 2026.
pub fn sample_lines() -> Vec<ClockLine> {
    vec![
        met("转送", "海岛县信访局", 15, 2, date(2026, 9, 29), "信访工作条例第22条"),
        met("告知受理", "海岛县人社局", 15, 6, date(2026, 10, 8), "信访工作条例第23条"),
        sample_running(),
    ]
}

fn met(name: &str, owner: &str, limit: u32, used: u32, due: Date, law: &str) -> ClockLine {
    ClockLine {
        name: name.into(),
        owner: owner.into(),
        state: ClockState::Met,
        limit: format!("{limit} 天"),
        used: format!("用了 {used} 天"),
        left: String::new(),
        due: Due::done(due, "按时完成", false),
        segments: ClockLine::stretches(limit, used, &[]),
        marks: Vec::new(),
        sum: vec![
            SumLine::new("期限", &format!("{limit} 天，开始那天不算"), law),
            SumLine::new("到期", &format!("{}，当天结束前", full_day(due)), ""),
        ],
        open: false,
    }
}

/// The running clock of the samples: 60 days and 30 more, stopped once.
pub fn sample_running() -> ClockLine {
    ClockLine {
        name: "作出并送达处理意见".into(),
        owner: "海岛县人社局".into(),
        state: ClockState::Running,
        limit: "60 天，另批准延长 30 天".into(),
        used: "已用 44 天，另有 6 天不计".into(),
        left: "还剩 46 天".into(),
        due: Due::new(date(2027, 1, 6), date(2026, 11, 21)).provisional(),
        segments: ClockLine::stretches(90, 50, &[(21, 6)]),
        marks: vec![ClockLine::mark(66, 96, 50)],
        sum: vec![
            SumLine::new("开始", "2026年10月2日受理，当天不算", "信访工作条例第34条"),
            SumLine::new("期限", "60 天", "信访工作条例第34条"),
            SumLine::new(
                "延长",
                "30 天：需要现场勘测；2026年11月16日由陈县长批准，只能延长一次",
                "信访工作条例第34条",
            ),
            SumLine::new("不计", "2026年10月23日至10月28日暂停，6 天不计", "海岛县规定"),
            SumLine::new("最后一天", "2027年1月6日（周三）是工作日，不往后推", "民法典第203条"),
            SumLine::new(
                "到期",
                "2027年1月6日 周三，当天结束前。2027年放假安排尚未公布，日期暂定，公布后重新计算",
                "",
            ),
        ],
        open: false,
    }
}

/// A clock that has passed, for the samples.
pub fn sample_late() -> ClockLine {
    ClockLine {
        name: "告知是否受理".into(),
        owner: "海岛县住建局".into(),
        state: ClockState::Late,
        limit: "15 天".into(),
        used: "已过 17 天".into(),
        left: "超过 2 天".into(),
        due: Due::new(date(2026, 11, 19), date(2026, 11, 21)),
        segments: ClockLine::stretches(15, 17, &[]),
        marks: Vec::new(),
        sum: vec![
            SumLine::new("开始", "2026年11月4日收到转送，当天不算", "信访工作条例第23条"),
            SumLine::new("期限", "15 天", "信访工作条例第23条"),
            SumLine::new("到期", "2026年11月19日 周四，当天结束前", ""),
            SumLine::new("后果", "已自动报告海岛县信访局督办", "信访工作条例第40条"),
        ],
        open: true,
    }
}

/// The petitioner's own window, for the samples.
pub fn sample_window() -> ClockLine {
    ClockLine {
        name: "您可以申请复查".into(),
        owner: "您".into(),
        state: ClockState::Window,
        limit: "30 天".into(),
        used: "已过 27 天".into(),
        left: "还剩 3 天".into(),
        due: Due::new(date(2026, 11, 24), date(2026, 11, 21)),
        segments: ClockLine::stretches(30, 27, &[]),
        marks: Vec::new(),
        sum: vec![
            SumLine::new("开始", "2026年10月25日收到处理意见书，当天不算", "信访工作条例第35条"),
            SumLine::new("期限", "30 天", "信访工作条例第35条"),
            SumLine::new("到期", "2026年11月24日 周二，当天结束前", ""),
        ],
        open: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_pauses_and_what_went_over() {
        let shown: Vec<_> =
            ClockLine::stretches(30, 50, &[(10, 10)]).into_iter().map(|s| (s.class, s.x, s.width)).collect();
        let wanted = [
            ("seg-used", "0.00%", "20.00%"),
            ("seg-paused", "20.00%", "20.00%"),
            ("seg-used", "40.00%", "40.00%"),
            ("seg-over", "80.00%", "20.00%"),
        ];
        assert_eq!(shown, wanted.map(|(c, x, w)| (c, x.to_owned(), w.to_owned())));
    }

    #[test]
    fn a_fresh_clock_is_empty() {
        assert!(ClockLine::stretches(15, 0, &[]).is_empty());
    }
}
