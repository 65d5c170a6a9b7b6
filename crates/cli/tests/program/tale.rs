//! Invents a story: a county, its matters and sessions, at odd hours and in odd time zones; every act lawful.

use serde_json::{Value, json};

use super::chance::Chance;

pub const DAY: i64 = 86_400;
/// No act and no period end lies nearer than this to a limit, so rest days cannot change a figure.
pub const CLEAR_DAYS: i64 = 13;

/// Lines with their moments (seconds since 1970), in the order they were thought of.
pub struct Tale {
    chance: Chance,
    lines: Vec<(i64, Value)>,
    refs: u32,
    /// First second of the period's first day in Shanghai.
    begins: i64,
    days: i64,
}

struct Told {
    name: String,
    competent: bool,
    answered: Option<i64>,
}

/// The story of a seed, over a period that begins at `begins` and lasts `days`.
pub fn tell(seed: u64, begins: i64, days: i64, matters: u32) -> String {
    let mut tale = Tale { chance: Chance::new(seed), lines: Vec::new(), refs: 0, begins, days };
    tale.county(seed);
    let mut visits = Vec::new();
    for _ in 0..matters {
        tale.matter(&mut visits);
    }
    tale.sessions(&visits);
    tale.written()
}

impl Tale {
    fn say(&mut self, at: i64, by: &str, what: &str, mut fields: Value) {
        let all = fields.as_object_mut().unwrap();
        all.insert("by".to_owned(), json!(by));
        all.insert("do".to_owned(), json!(what));
        self.lines.push((at, fields));
    }

    fn county(&mut self, seed: u64) {
        let at = self.begins - 200 * DAY;
        self.say(at, "admin", "story", json!({"id": format!("tale-{seed}"), "title": "一个县"}));
        let mut offices = vec![
            ("7", "city", None, "某市".to_owned()),
            ("71", "county", Some("7"), "某县".to_owned()),
            ("71-xf", "petition_office", Some("71"), "某县信访局".to_owned()),
            ("71100", "township", Some("71"), "某镇".to_owned()),
            ("71100200", "village", Some("71100"), "某村".to_owned()),
        ];
        offices.extend(DEPARTMENTS.map(|code| (code, "department", Some("71"), format!("某县{code}局"))));
        for (code, kind, parent, name) in offices {
            self.say(
                at + 1,
                "admin",
                "office",
                json!({"code": code, "name": name, "kind": kind, "parent": parent}),
            );
        }
        let mut officers = vec![
            ("clerk".to_owned(), "71-xf", "registrar"),
            ("chief".to_owned(), "71-xf", "petition_chief"),
            ("reviewer".to_owned(), "71", "reviewer"),
            ("magistrate".to_owned(), "71", "leader"),
        ];
        officers.extend(DEPARTMENTS.map(|code| (format!("officer-{code}"), code, "officer")));
        for (login, office, role) in officers {
            let fields =
                json!({"login": login, "name": format!("职员{login}"), "office": office, "roles": [role]});
            self.say(at + 2, "admin", "officer", fields);
        }
    }

    fn name(&mut self) -> String {
        self.refs += 1;
        format!("R{:04}", self.refs)
    }

    /// A moment on a day of the period, often at the very edge of the day.
    fn moment(&mut self, day: i64) -> i64 {
        let second = match self.chance.between(0, 9) {
            0 => 0,
            1 => DAY - 1,
            2 => DAY - 8 * 3600,
            _ => self.chance.between(0, DAY - 1),
        };
        self.begins + day * DAY + second
    }

    fn later(&mut self, than: i64, days_min: i64, days_max: i64) -> i64 {
        than + self.chance.between(days_min * DAY + 1, days_max * DAY)
    }

    fn how_it_came(&mut self) -> (&'static str, &'static str, i64) {
        let channel = *self.chance.pick(&["letter", "visit", "visit", "web", "web", "phone"]);
        let people = match channel {
            "visit" => *self.chance.pick(&[1, 1, 2, 4, 5, 6, 38]),
            _ => 1,
        };
        let by = if channel == "web" { "petitioner" } else { *self.chance.pick(&["clerk", "chief"]) };
        (channel, by, people)
    }

    fn matter(&mut self, visits: &mut Vec<(i64, String, i64)>) {
        let day = self.chance.between(-40, self.days + 5);
        let at = self.moment(day);
        let (channel, by, people) = self.how_it_came();
        let name = self.name();
        let mut fields = json!({
            "ref": name, "channel": channel, "people": people, "place": *self.chance.pick(&["71100200", "71100", "71"]),
            "category": "村务管理", "summary": "概述", "text": "内容，请求依法处理。",
        });
        if people <= 5 && self.chance.percent(20) {
            fields["anonymous"] = json!(true);
        } else {
            fields["petitioner"] = json!({"name": format!("某人{name}"), "phone": "19900000000"});
        }
        if people > 5 {
            fields["representatives"] =
                json!([{"name": "代表一", "phone": "1"}, {"name": "代表二", "phone": "2"}]);
        }
        self.say(at, by, "register", fields);
        if channel == "visit" {
            visits.push((at, name.clone(), people));
        }
        let told = self.handled(at, name);
        self.beside(at, &told, visits);
    }

    /// What happens to a matter after registration: it may stop anywhere.
    fn handled(&mut self, registered: i64, name: String) -> Told {
        let mut told = Told { name: name.clone(), competent: false, answered: None };
        if self.chance.percent(8) {
            return told;
        }
        let at = self.later(registered, 0, 25);
        if self.chance.percent(15) {
            told.answered = self.diverted(at, &name);
            return told;
        }
        let department = *self.chance.pick(&DEPARTMENTS);
        let officer = format!("officer-{department}");
        let by = *self.chance.pick(&["clerk", "chief"]);
        self.say(at, by, "transfer", json!({"ref": name, "to": department}));
        told.competent = true;
        if self.chance.percent(10) {
            return told;
        }
        // In time well before the 15th day, or late well after it.
        let late = self.chance.percent(15);
        let at = if late { self.later(at, 15 + CLEAR_DAYS, 50) } else { self.later(at, 0, 14) };
        if self.chance.percent(5) {
            told.answered = self.diverted(at, &name);
        } else if self.chance.percent(10) {
            self.say(at, &officer, "refuse", json!({"ref": name, "ground": "not_competent", "go_to": "别处"}));
            told.answered = self.served(at, 0, 10, &officer, &name, "refusal_notice");
        } else {
            self.say(at, &officer, "accept", json!({"ref": name}));
            told.answered = self.decided(at, &officer, &name);
            if let Some(served) = told.answered.filter(|_| self.chance.percent(25)) {
                self.reviewed(served, &officer, &name);
            }
        }
        told
    }

    fn diverted(&mut self, at: i64, name: &str) -> Option<i64> {
        let channel = *self.chance.pick(&["litigation", "arbitration", "duty_to_act"]);
        self.say(at, "clerk", "divert", json!({"ref": name, "to": channel, "note": "告知"}));
        let by = *self.chance.pick(&["clerk", "chief"]);
        self.served(at, 0, 10, by, name, "diversion_notice")
    }

    fn served(&mut self, at: i64, min: i64, max: i64, by: &str, name: &str, document: &str) -> Option<i64> {
        if self.chance.percent(12) {
            return None;
        }
        let at = self.later(at, min, max);
        let how = *self.chance.pick(&["in_person", "post", "online", "public_notice"]);
        self.say(at, by, "serve", json!({"ref": name, "document": document, "how": how}));
        Some(at)
    }

    /// From the start of the 60 days to the opinion served, extended or not, in time or late.
    fn decided(&mut self, start: i64, officer: &str, name: &str) -> Option<i64> {
        let mut limit = 60;
        let mut first = 0;
        if self.chance.percent(20) {
            let at = self.later(start, 20, 59);
            let days = *self.chance.pick(&[10, 30]);
            let fields = json!({"ref": name, "days": days, "reason": "案情复杂", "approved_by": "magistrate"});
            self.say(at, officer, "extend", fields);
            limit += days;
            first = 59;
        }
        if self.chance.percent(12) {
            return None;
        }
        let (from, to) =
            if self.chance.percent(15) { (limit + CLEAR_DAYS, limit + 40) } else { (first, limit - 2) };
        let at = self.later(start, from, to);
        let outcome = *self.chance.pick(&["supported", "explained", "not_supported"]);
        self.say(at, officer, "decide", json!({"ref": name, "outcome": outcome, "text": "意见", "basis": "依据"}));
        self.served(at, 0, 1, officer, name, "opinion")
    }

    fn reviewed(&mut self, served: i64, officer: &str, name: &str) {
        let at = self.later(served, 0, 29);
        self.say(at, "petitioner", "request_review", json!({"ref": name, "text": "不服"}));
        if self.chance.percent(15) {
            return;
        }
        let at = self.later(at, 0, 10);
        self.say(at, "reviewer", "accept_review", json!({"ref": name}));
        if self.chance.percent(25) {
            return;
        }
        let at = self.later(at, 0, 40);
        let outcome = *self.chance.pick(&["upheld", "changed", "redo"]);
        self.say(at, "reviewer", "decide_review", json!({"ref": name, "outcome": outcome, "text": "复查意见"}));
        if outcome == "redo" {
            self.decided(at, officer, name);
        } else {
            self.served(at, 0, 5, "reviewer", name, "review_opinion");
        }
    }

    /// Repeats, marks and ratings, at any time after registration.
    fn beside(&mut self, registered: i64, told: &Told, visits: &mut Vec<(i64, String, i64)>) {
        for _ in 0..*self.chance.pick(&[0, 0, 1, 1, 2]) {
            let at = self.later(registered, 0, 120);
            let (channel, by, people) = self.how_it_came();
            let name = self.name();
            let fields =
                json!({"ref": name, "of": told.name, "channel": channel, "people": people, "text": "再次反映"});
            self.say(at, by, "repeat", fields);
            if channel == "visit" {
                visits.push((at, name, people));
            }
        }
        if self.chance.percent(20) {
            let at = self.later(registered, 0, 60);
            let ground = *self.chance.pick(&["many_affected", "long_standing", "safety"]);
            self.say(at, "chief", "mark_key", json!({"ref": told.name, "ground": ground}));
        }
        let Some(answered) = told.answered else { return };
        for about in ["petition_office", "competent_office"] {
            if self.chance.percent(60) && (told.competent || about == "petition_office") {
                let at = self.later(answered, 0, 60);
                let rating = *self.chance.pick(&["satisfied", "basically_satisfied", "dissatisfied"]);
                self.say(at, "petitioner", "rate", json!({"ref": told.name, "about": about, "rating": rating}));
            }
        }
    }

    /// A session on some days on which people came; some of them are received there.
    fn sessions(&mut self, visits: &[(i64, String, i64)]) {
        let mut days: Vec<i64> = visits.iter().map(|(at, _, _)| (at - self.begins).div_euclid(DAY)).collect();
        days.sort_unstable();
        days.dedup();
        for (number, day) in days.into_iter().enumerate() {
            if !self.chance.percent(40) {
                continue;
            }
            let session = format!("S{number:02}");
            let midnight = self.begins + day * DAY;
            let starts = written_at(midnight + 9 * 3600, 8 * 60);
            let fields = json!({
                "session": session, "kind": "reception", "office": "71-xf", "starts": starts, "place": "接访大厅",
                "leaders": [{"login": "magistrate"}],
            });
            self.say(midnight - 6 * DAY, "chief", "announce_session", fields);
            let attended: Vec<Value> = ["county", "department", "township"]
                .map(|tier| json!({"tier": tier, "count": self.chance.between(0, 40)}))
                .into();
            self.say(
                midnight + DAY - 2,
                "chief",
                "hold_session",
                json!({"session": session, "attended": attended}),
            );
            for (at, name, people) in visits {
                if (at - self.begins).div_euclid(DAY) == day && self.chance.percent(70) {
                    let result = *self.chance.pick(&["on_the_spot", "by_date", "explained", "to_be_studied"]);
                    let fields = json!({"session": session, "ref": name, "people": people, "result": result});
                    self.say(midnight + DAY - 1, "clerk", "receive", fields);
                }
            }
        }
    }

    fn written(mut self) -> String {
        self.lines.sort_by_key(|(at, _)| *at);
        let mut text = String::new();
        for (at, mut fields) in self.lines {
            // The same moment said in Shanghai, Greenwich, New York or Adelaide.
            let offset = *self.chance.pick(&[480, 480, 480, 0, -300, 570]);
            fields["at"] = json!(written_at(at, offset));
            text.push_str(&fields.to_string());
            text.push('\n');
        }
        text
    }
}

const DEPARTMENTS: [&str; 3] = ["71-d1", "71-d2", "71-d3"];

/// RFC 3339 in a zone so many minutes from Greenwich.
fn written_at(at: i64, offset: i64) -> String {
    let local = at + offset * 60;
    let (days, second) = (local.div_euclid(DAY), local.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    let clock = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    let zone = match offset {
        0 => "Z".to_owned(),
        ahead if ahead > 0 => format!("+{:02}:{:02}", ahead / 60, ahead % 60),
        behind => format!("-{:02}:{:02}", -behind / 60, -behind % 60),
    };
    format!("{year:04}-{month:02}-{day:02}T{clock}{zone}")
}

/// Year, month and day of a day counted from 1970-01-01, found by walking the years: slow and plain on purpose.
pub fn civil(mut days: i64) -> (i64, i64, i64) {
    let mut year = 1970;
    loop {
        let length = 365 + i64::from(leap(year));
        if days < length {
            break;
        }
        days -= length;
        year += 1;
    }
    let mut month = 1;
    while days >= month_length(year, month) {
        days -= month_length(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

/// Days from 1970-01-01 to a day.
pub fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let years: i64 = (1970..year).map(|year| 365 + i64::from(leap(year))).sum();
    let months: i64 = (1..month).map(|month| month_length(year, month)).sum();
    years + months + day - 1
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
