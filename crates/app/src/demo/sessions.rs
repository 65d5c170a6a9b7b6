//! Reception sessions: every other week, announced a week ahead; two lie in the days to come.

use casework::day;
use jiff::civil::Date;
use serde_json::json;

use super::county::PETITION_OFFICE;
use super::hours::{self, Hours};
use super::random::Random;
use super::script::Script;

/// A session of the past.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) name: String,
    pub(super) on: Date,
}

/// Days from one session to the next.
const EVERY: i32 = 14;
/// Days from the announcement to the session; the law of the county asks for five.
const AHEAD: i32 = 7;

/// Tells all sessions; returns those that were held.
pub(super) fn tell(script: &mut Script, hours: Hours<'_>, first: Date, today: Date) -> Vec<Held> {
    let next = hours.on_or_after(day::plus_days(today, 3));
    let mut held = Vec::new();
    let count = day::days_between(first, next) / EVERY;
    for (number, back) in (1..).zip((-1..count).rev()) {
        let name = format!("S{number:02}");
        let on = hours.on_or_after(day::plus_days(next, -EVERY * back));
        let mut random = Random::of(&format!("session {name}"));
        let told = if on > today {
            day::plus_days(on, -AHEAD).min(day::plus_days(today, -1))
        } else {
            day::plus_days(on, -AHEAD)
        };
        let at = hours::at_minute(hours.on_or_before(told), 9 * 60 + 10, random.between(0, 59));
        let leader = if number % 3 == 0 { "xianzhang" } else { "fuxianzhang" };
        let fields = json!({
            "session": name, "kind": "reception", "office": PETITION_OFFICE.0,
            "starts": hours::written(hours::at_minute(on, 9 * 60, 0)),
            "place": *random.pick(&["县人民来访接待中心一楼接访大厅", "县人民来访接待中心一楼接访大厅", "县政务服务中心二楼接访室"]),
            "leaders": [{ "login": leader }],
        });
        script.add(at, "xinfang", "announce_session", fields);
        if on <= today {
            let attended = json!([
                { "tier": "county", "count": random.between(1, 2) },
                { "tier": "department", "count": random.between(3, 6) },
                { "tier": "township", "count": random.between(2, 8) },
            ]);
            let at = hours::at_minute(on, 9 * 60, 0);
            script.add(at, "xinfang", "hold_session", json!({ "session": name, "attended": attended }));
            held.push(Held { name, on });
        }
    }
    held
}
