//! Due dates, by tables a lawyer can check with a calendar in hand. `clock_histories` holds the oracle beside them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod scene;

use casework::calendar::Calendar;
use casework::clock::{Course, Due, Pause, SumLine, due};
use casework::procedure::{AtEnd, Basis, Clock, ClockKind, Counting, Limit, Place};
use jiff::civil::Date;
use scene::Scene;

const CALENDAR: &str = include_str!("../../../calendars/cn.toml");
const PETITION: &str = include_str!("../../../procedures/petition-2022/procedure.toml");

/// Start, limit, days extended, and the last day; `?` where it is provisional.
type Row = (&'static str, &'static str, u16, &'static str);

#[rustfmt::skip] // one row, one line
const DUE: &[Row] = &[
    // 工作日届满
    ("2023-03-01", "15 days", 0, "2023-03-16"),
    ("2023-03-01", "60 days", 30, "2023-05-30"),
    // 末日为休息日的顺延：周末、节日、节日前后的调休上班
    ("2023-03-03", "15 days", 0, "2023-03-20"),
    ("2023-01-07", "15 days", 0, "2023-01-28"),
    ("2023-03-01", "60 days", 0, "2023-05-04"),
    ("2023-09-14", "15 days", 0, "2023-10-07"),
    ("2020-01-10", "15 days", 0, "2020-02-03"),
    // 先加延长的日数，最后只顺延一次
    ("2023-03-01", "60 days", 4, "2023-05-04"),
    ("2023-03-01", "60 days", 5, "2023-05-05"),
    ("2023-03-01", "60 days", 6, "2023-05-06"),
    ("2023-03-01", "60 days", 7, "2023-05-08"),
    // 跨年
    ("2022-12-17", "15 days", 0, "2023-01-03"),
    ("2022-12-16", "15 days", 0, "2023-01-03"),
    ("2023-11-02", "60 days", 0, "2024-01-02"),
    // 月：没有这一天的，到月末
    ("2023-01-31", "1 month", 0, "2023-02-28"),
    ("2024-01-31", "1 month", 0, "2024-02-29"),
    ("2022-12-31", "2 months", 0, "2023-02-28"),
    ("2023-03-31", "1 month", 0, "2023-05-04"),
    ("2023-02-28", "1 month", 0, "2023-03-28"),
    ("2023-01-31", "1 month", 3, "2023-03-03"),
    ("2020-02-29", "12 months", 0, "2021-03-01"),
    // 工作日：不顺延，周末上班的算
    ("2023-03-03", "5 working days", 0, "2023-03-10"),
    ("2023-09-27", "5 working days", 0, "2023-10-10"),
    ("2023-01-20", "1 working day", 0, "2023-01-28"),
    // 当日
    ("2023-03-05", "at once", 0, "2023-03-05"),
    ("2023-10-01", "at once", 0, "2023-10-01"),
    // 放假安排尚未公布
    ("2026-10-29", "60 days", 0, "2026-12-28"),
    ("2026-12-01", "60 days", 0, "2027-02-01?"),
    ("2026-12-17", "15 days", 0, "2027-01-04?"),
    ("2026-12-25", "10 working days", 0, "2027-01-11?"),
    ("2030-09-30", "1 day", 0, "2030-10-04?"),
];

fn a_clock(limit: Limit) -> Clock {
    Clock {
        id: "answer".to_owned(),
        name: "办理期限".to_owned(),
        kind: ClockKind::Due,
        limit,
        from: Vec::new(),
        extend: Vec::new(),
        stands: false,
        warn: None,
        at_end: AtEnd::default(),
        again: None,
        basis: Basis::Local("试".to_owned()),
        place: Place::default(),
    }
}

/// The last day of a clock that never stood still.
fn plain_due(clock: &Clock, counting: &Counting, start: Date, extended: u16, calendar: &Calendar) -> Due {
    let extended = if extended == 0 { Vec::new() } else { vec![Limit::Days(extended)] };
    due(clock, counting, Course { start, received: false, set: None, extended: &extended, pauses: &[] }, calendar)
}

fn counting(roll_forward: bool) -> Counting {
    Counting { roll_forward, basis: "民法典第201、203条".to_owned() }
}

#[test]
fn last_days() {
    let calendar = Calendar::parse(CALENDAR).unwrap();
    for (start, limit, extended, expected) in DUE {
        let clock = a_clock(limit.parse().unwrap());
        let found = plain_due(&clock, &counting(true), start.parse().unwrap(), *extended, &calendar);
        let said = format!("{}{}", found.day, if found.provisional { "?" } else { "" });
        assert_eq!(said, *expected, "{start} + {limit} + {extended}");
        // The sum leads from the start to the day, and says every step.
        assert!(matches!(found.sum.first(), Some(SumLine::Start { day }) if *day == start.parse().unwrap()));
        let last = found.sum.iter().rev().find_map(|line| match line {
            SumLine::Limit { to, .. } | SumLine::Extended { to, .. } | SumLine::Rolled { to, .. } => Some(*to),
            _ => None,
        });
        assert_eq!(last, Some(found.day), "{start} + {limit} + {extended}");
        assert_eq!(found.sum.contains(&SumLine::Provisional), found.provisional);
    }
    let start = "2023-03-03".parse().unwrap();
    let saturday = plain_due(&a_clock(Limit::Days(15)), &counting(false), start, 0, &calendar);
    assert_eq!(saturday.day.to_string(), "2023-03-18", "where the procedure does not roll, the last day stands");
}

/// Start, limit (`!`: a last day off stands, as in custody), extensions, times it stood still, and the sum in words.
type Sum = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip] // one line of the sum, one line
const SUMS: &[Sum] = &[
    // 听证时间不计入，末日为星期日的顺延
    ("2026-01-12", "30 days", "", "2026-01-26 2026-02-13", &[
        "从2026年1月12日（星期一）算起，当天不算",
        "加30日，到2026年2月11日（星期三）",
        "听证：2026年1月26日（星期一）的第二天起，到2026年2月13日（星期五）为止，这18天不算，到2026年3月1日（星期日）",
        "2026年3月1日（星期日）是休息日（周末），往后推到2026年3月2日（星期一）",
    ]),
    // 先加延长，再除去停止的日数
    ("2025-09-01", "60 days", "30 days", "2025-09-10 2025-09-20", &[
        "从2025年9月1日（星期一）算起，当天不算",
        "加60日，到2025年10月31日（星期五）",
        "经批准延长30日，到2025年11月30日（星期日）",
        "听证：2025年9月10日（星期三）的第二天起，到2025年9月20日（星期六）为止，这10天不算，到2025年12月10日（星期三）",
    ]),
    // 停止期间跨国庆节
    ("2025-09-01", "30 days", "", "2025-09-25 2025-10-09", &[
        "从2025年9月1日（星期一）算起，当天不算",
        "加30日，到2025年10月1日（星期三）",
        "听证：2025年9月25日（星期四）的第二天起，到2025年10月9日（星期四）为止，这14天不算，到2025年10月15日（星期三）",
    ]),
    // 最后一日才停止的，期限已满，不再推后
    ("2025-09-01", "30 days", "", "2025-10-01 2025-10-20", &[
        "从2025年9月1日（星期一）算起，当天不算",
        "加30日，到2025年10月1日（星期三）",
        "2025年10月1日（星期三）是休息日（国庆节），往后推到2025年10月9日（星期四）",
    ]),
    // 最后一日前一天停止的，还剩一天
    ("2025-09-01", "30 days", "", "2025-09-30 2025-10-20", &[
        "从2025年9月1日（星期一）算起，当天不算",
        "加30日，到2025年10月1日（星期三）",
        "听证：2025年9月30日（星期二）的第二天起，到2025年10月20日（星期一）为止，这20天不算，到2025年10月21日（星期二）",
    ]),
    // 几次停止：当天恢复又停止的，不重复计算
    ("2025-09-01", "30 days", "", "2025-09-05 2025-09-08, 2025-09-08 2025-09-10, 2025-09-20 2025-09-21", &[
        "从2025年9月1日（星期一）算起，当天不算",
        "加30日，到2025年10月1日（星期三）",
        "听证：2025年9月5日（星期五）的第二天起，到2025年9月8日（星期一）为止，这3天不算，到2025年10月4日（星期六）",
        "听证：2025年9月8日（星期一）的第二天起，到2025年9月10日（星期三）为止，这2天不算，到2025年10月6日（星期一）",
        "听证：2025年9月20日（星期六）的第二天起，到2025年9月21日（星期日）为止，这1天不算，到2025年10月7日（星期二）",
        "2025年10月7日（星期二）是休息日（国庆节），往后推到2025年10月9日（星期四）",
    ]),
    // 仍在停止
    ("2025-09-01", "30 days", "", "2025-09-05", &[
        "从2025年9月1日（星期一）算起，当天不算",
        "加30日，到2025年10月1日（星期三）",
        "听证：从2025年9月5日（星期五）起停下来不算，恢复以后接着算",
        "2025年10月1日（星期三）是休息日（国庆节），往后推到2025年10月9日（星期四）",
    ]),
    // 工作日：国庆节前后的调休
    ("2025-09-24", "10 working days", "", "", &[
        "从2025年9月24日（星期三）算起，当天不算",
        "加10个工作日，到2025年10月14日（星期二）",
        "中间的10个休息日不算",
    ]),
    // 工作日停止时剩八个，恢复后仍剩八个
    ("2025-09-24", "10 working days", "", "2025-09-26 2025-10-10", &[
        "从2025年9月24日（星期三）算起，当天不算",
        "加10个工作日，到2025年10月14日（星期二）",
        "中间的10个休息日不算",
        "听证：2025年9月26日（星期五）的第二天起，到2025年10月10日（星期五）为止，这14天不算，到2025年10月21日（星期二）",
    ]),
    // 按工作日延长，周六上班的算
    ("2025-09-24", "5 working days", "3 working days", "", &[
        "从2025年9月24日（星期三）算起，当天不算",
        "加5个工作日，到2025年9月30日（星期二）",
        "中间的1个休息日不算",
        "经批准延长3个工作日，到2025年10月11日（星期六）",
    ]),
    // 没有31日的月份：到月末（2月28日上班）
    ("2025-12-31", "2 months", "", "", &[
        "从2025年12月31日（星期三）算起，当天不算",
        "加2个月，到2026年2月28日（星期六）",
    ]),
    // 延长的月与原来的月合并计算：到3月31日
    ("2025-12-31", "2 months", "1 month", "", &[
        "从2025年12月31日（星期三）算起，当天不算",
        "加2个月，到2026年2月28日（星期六）",
        "经批准延长1个月，到2026年3月31日（星期二）",
    ]),
    // 羁押一类：逐月计算，取较早的
    ("2025-12-31", "2 months!", "1 month", "", &[
        "从2025年12月31日（星期三）算起，当天不算",
        "加2个月，到2026年2月28日（星期六）",
        "经批准延长1个月，到2026年3月28日（星期六）",
    ]),
    // 先算月，再算日
    ("2025-01-31", "60 days", "1 month", "", &[
        "从2025年1月31日（星期五）算起，当天不算",
        "加60日，到2025年4月1日（星期二）",
        "经批准延长1个月，到2025年4月29日（星期二）",
    ]),
    // 羁押一类：末日为休息日的不顺延
    ("2024-01-31", "1 month!", "", "2024-02-10 2024-02-12", &[
        "从2024年1月31日（星期三）算起，当天不算",
        "加1个月，到2024年2月29日（星期四）",
        "听证：2024年2月10日（星期六）的第二天起，到2024年2月12日（星期一）为止，这2天不算，到2024年3月2日（星期六）",
    ]),
    // 放假安排尚未公布
    ("2026-11-02", "60 days", "", "", &[
        "从2026年11月2日（星期一）算起，当天不算",
        "加60日，到2027年1月1日（星期五）",
        "2027年1月1日（星期五）是休息日（法定节假日），往后推到2027年1月4日（星期一）",
        "那一年的放假安排还没有公布，暂时按周末和固定节日计算",
    ]),
    // 不顺延的日期与放假安排无关，是确定的
    ("2026-11-02", "60 days!", "", "", &[
        "从2026年11月2日（星期一）算起，当天不算",
        "加60日，到2027年1月1日（星期五）",
    ]),
];

#[test]
fn sums_in_words() {
    let calendar = Calendar::parse(CALENDAR).unwrap();
    for (start, limit, extended, stood, expected) in SUMS {
        let list = |text: &'static str| text.split(", ").filter(|part| !part.is_empty());
        let mut clock = a_clock(limit.trim_end_matches('!').parse().unwrap());
        clock.stands = limit.ends_with('!');
        let extended: Vec<Limit> = list(extended).map(|by| by.parse().unwrap()).collect();
        let pauses: Vec<Pause<'_>> = list(stood)
            .map(|days| {
                let (from, until) = days.split_once(' ').unwrap_or((days, ""));
                Pause { from: from.parse().unwrap(), until: until.parse().ok(), why: "听证" }
            })
            .collect();
        let (start_day, set) = (start.parse().unwrap(), None);
        let course = Course { start: start_day, received: false, set, extended: &extended, pauses: &pauses };
        let found = due(&clock, &counting(true), course, &calendar);
        let words: Vec<String> = found.sum.iter().map(SumLine::in_words).collect();
        assert_eq!(words, *expected, "{start} + {limit}");
        // From the day of receipt it is the same sum, and says whence.
        let received = due(&clock, &counting(true), Course { received: true, ..course }, &calendar);
        assert_eq!(received.day, found.day);
        assert!(received.sum[0].in_words().starts_with("从收到那天（"), "{}", received.sum[0].in_words());
    }
}

/// What happened, and the clock that governs afterwards with its last day.
#[rustfmt::skip] // one row, one line
const GOVERNING: &[(&str, &str)] = &[
    ("3 clerk register", "route 2023-01-18"),
    ("3 clerk register; 4 clerk repeat; 5 person repeat", "route 2023-01-18"),
    ("3 clerk register; 5 clerk transfer d1", "notify 2023-01-20"),
    ("3 clerk register; 40 clerk transfer d1", "notify 2023-02-24"),
    ("3 clerk register; 5 clerk transfer d1; 10 clerk divert", "notify 2023-01-20"),
    ("3 clerk register; 5 clerk divert", "route 2023-01-18"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 refuse", "notify 2023-01-20"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept", "answer 2023-03-07"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 9 o1 extend days=30", "answer 2023-04-06"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 9 o1 extend days=30; 20 o1 decide", "answer 2023-04-06"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve", "review_window 2023-02-20"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve; 30 o1 serve acceptance_notice", "review_window 2023-02-20"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve; 52 clerk repeat", ""),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve; 30 person request_review", "review 2023-03-01"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve; 30 person request_review; 39 rev accept_review", "review 2023-03-01"),
    ("3 clerk register; 5 clerk transfer d1; 6 o1 accept; 20 o1 decide; 21 o1 serve; 30 person request_review; 39 rev accept_review; 40 rev decide_review redo", "answer 2023-04-10"),
];

#[test]
fn the_clock_that_governs() {
    for (story, expected) in GOVERNING {
        let mut scene = Scene::new(PETITION);
        scene.tell(story).unwrap();
        assert_eq!(scene.governed(), *expected, "{story}");
    }
}

#[test]
fn an_end_is_told_once_and_again_while_nothing_happens() {
    let mut scene = Scene::new(PETITION);
    let main = |told: Vec<String>| -> Vec<String> {
        let clocks = ["route", "notify", "review_window"];
        told.into_iter().filter(|said| clocks.contains(&said.split(' ').nth(1).unwrap())).collect()
    };
    scene.tell("3 clerk register").unwrap();
    assert_eq!(main(scene.told_until("18:23")), [""; 0], "the last day is the person's or office's to the end");
    assert_eq!(main(scene.told_until("19:00")), ["2023-01-18 route 1"]);
    assert_eq!(main(scene.told_until("19:00")), [""; 0]);
    assert_eq!(main(scene.told_until("60")), ["2023-02-02 route 2", "2023-02-17 route 3"]);
    scene.tell("61 clerk transfer d1").unwrap();
    assert_eq!(main(scene.told_until("77")), ["2023-03-17 notify 1"]);
    scene.tell("78 o1 accept; 79 o1 decide; 80 o1 serve").unwrap();
    // A window says once that it has ended, and the matter ends with it.
    assert_eq!(main(scene.told_until("2000")), ["2023-04-20 review_window 1"]);
    assert_eq!(scene.matter.unwrap().step, "ended");
}
