//! Which matters come when, and how fast they move: half a year of ordinary work, and what waits on the last day.

use casework::day;
use jiff::civil::{Date, DateTime};

use super::county::{self, DEPARTMENTS};
use super::hours::{self, Hours};
use super::life::{Matter, Pace, Review};
use super::random::Random;
use super::sessions::Held;
use super::texts::{self, Category, Texts, Trouble};

/// Days of work invented, the last included.
pub(super) const DAYS: i32 = 182;
/// Matters of ordinary days.
const ORDINARY: usize = 290;

/// A matter, and what it shows on the public track page, where it is one to show.
pub(super) type Planned<'a> = (Matter<'a>, Option<&'static str>);

/// Plans the matters.
pub(super) struct Plan<'a> {
    pub(super) texts: &'a Texts,
    pub(super) hours: Hours<'a>,
    pub(super) today: Date,
    pub(super) matters: Vec<Planned<'a>>,
}

impl<'a> Plan<'a> {
    /// Everything, in the order of filing.
    pub(super) fn all(mut self, held: &[Held]) -> Vec<Planned<'a>> {
        self.ordinary();
        self.at_sessions(held);
        self.just_filed();
        self.awaiting_acceptance();
        self.in_handling();
        self.after_decision();
        self.in_review();
        self.matters.sort_by_key(|(matter, _)| matter.at);
        self.matters
    }

    fn ordinary(&mut self) {
        for number in 0..ORDINARY {
            let mut random = Random::of(&format!("ordinary {number}"));
            let on = day::plus_days(self.today, -random.days(0, DAYS - 1));
            let channel = *random.weigh(&[(24, "letter"), (26, "visit"), (33, "web"), (17, "phone")]);
            let at = if channel == "web" {
                hours::home_time(on, &mut random)
            } else {
                hours::office_time(self.hours.on_or_after(on), &mut random)
            };
            let mut matter = self.anything(at, channel, &mut random);
            matter.anonymous = matter.people == 1 && matches!(channel, "letter" | "web") && random.chance(7);
            matter.pace = ordinary_pace(&mut random);
            self.matters.push((matter, None));
        }
    }

    fn at_sessions(&mut self, held: &[Held]) {
        for session in held {
            let mut random = Random::of(&format!("visits {}", session.name));
            for _ in 0..random.between(2, 5) {
                let at =
                    hours::at_minute(session.on, random.between(9 * 60 + 5, 11 * 60 + 20), random.between(0, 59));
                let mut matter = self.anything(at, "visit", &mut random);
                matter.pace = ordinary_pace(&mut random);
                let result = *random.weigh(&[
                    (15, "on_the_spot"),
                    (45, "by_date"),
                    (25, "explained"),
                    (15, "to_be_studied"),
                ]);
                matter.received = Some((session.name.clone(), result));
                self.matters.push((matter, None));
            }
        }
    }

    /// A matter of any category, at rest.
    fn anything(&self, at: DateTime, channel: &'static str, random: &mut Random) -> Matter<'a> {
        let month = at.month();
        let open = |category: &&Category| category.trouble.iter().any(|trouble| in_season(trouble, month));
        let weighed: Vec<(u32, &Category)> =
            self.texts.categories.iter().filter(open).map(|category| (category.weight, category)).collect();
        let category = *random.weigh(&weighed);
        let troubles: Vec<&Trouble> =
            category.trouble.iter().filter(|trouble| in_season(trouble, month)).collect();
        let trouble = *random.pick(&troubles);
        let people = match trouble.people.as_deref().and_then(texts::range) {
            Some((low, high, _)) => random.between(low.into(), high.into()),
            None => *random.weigh(&[(82, 1), (9, 2), (5, 3), (4, 4)]),
        };
        // A call is one voice; several come together by another way.
        let channel = if channel == "phone" && people > 1 { "visit" } else { channel };
        let place = random.pick(&county::places(category.urban)).clone();
        Matter {
            category,
            trouble,
            place,
            channel,
            people,
            anonymous: false,
            at,
            pace: Pace::default(),
            received: None,
        }
    }

    /// A matter of one person for a department, at rest.
    fn for_office(&self, key: &str, at: DateTime, channel: &'static str, label: &str) -> Matter<'a> {
        let mut random = Random::of(label);
        let fits = |trouble: &&Trouble| trouble.divert.is_none() && trouble.people.is_none() && !trouble.accused;
        let all: Vec<(&Category, &Trouble)> = self
            .texts
            .categories
            .iter()
            .filter(|category| category.office == key)
            .flat_map(|category| category.trouble.iter().filter(fits).map(move |trouble| (category, trouble)))
            .collect();
        let in_season: Vec<_> =
            all.iter().filter(|(_, trouble)| in_season(trouble, at.month())).copied().collect();
        let (category, trouble) = *random.pick(if in_season.is_empty() { &all } else { &in_season });
        let place = random.pick(&county::places(category.urban)).clone();
        Matter {
            category,
            trouble,
            place,
            channel,
            people: 1,
            anonymous: false,
            at,
            pace: Pace::default(),
            received: None,
        }
    }

    fn add(&mut self, key: &str, at: DateTime, channel: &'static str, pace: Pace, shown: Option<&'static str>) {
        let label = format!("waiting {}", self.matters.len());
        let mut matter = self.for_office(key, at, channel, &label);
        matter.pace = pace;
        self.matters.push((matter, shown));
    }

    /// The working day at least so many days ago.
    fn back(&self, days: i32) -> Date {
        self.hours.on_or_before(day::plus_days(self.today, -days))
    }

    /// The `nth` working day whose limit of so many days ends within three days from today.
    fn due_soon(&self, limit: i32, nth: usize) -> Date {
        let ends = |start: Date| self.hours.on_or_after(day::plus_days(start, limit));
        let starts: Vec<Date> = (limit - 3..limit + 12)
            .map(|days| day::plus_days(self.today, -days))
            .filter(|start| self.hours.on_or_after(*start) == *start)
            .filter(|start| (0..=3).contains(&day::days_between(self.today, ends(*start))))
            .collect();
        if starts.is_empty() { self.back(limit - 1) } else { starts[nth % starts.len()] }
    }

    /// Filed yesterday and today, waiting to be sent on.
    fn just_filed(&mut self) {
        let yesterday = self.back(1);
        for (key, channel, minute) in [
            ("renshe", "visit", 910),
            ("shuili", "letter", 940),
            ("chengguan", "phone", 985),
            ("ziran", "letter", 1012),
        ] {
            self.add(key, hours::at_minute(yesterday, minute, 17), channel, Pace::default(), None);
        }
        let last_night = hours::at_minute(day::plus_days(self.today, -1), 21 * 60 + 34, 8);
        self.add("jiaoyu", last_night, "web", Pace::default(), Some("已登记，待转送"));
        for (key, minute) in [("renshe", 47), ("jiaotong", 412), ("zhujian", 766)] {
            self.add(key, hours::at_minute(self.today, minute, 31), "web", Pace::default(), None);
        }
        if self.hours.on_or_after(self.today) == self.today {
            for (key, channel, minute) in [
                ("minzheng", "visit", 537),
                ("nongye", "visit", 594),
                ("yibao", "phone", 641),
                ("shengtai", "letter", 921),
            ] {
                self.add(key, hours::at_minute(self.today, minute, 5), channel, Pace::default(), None);
            }
        }
    }

    /// A pace that sends a matter on at `transferred` and, where given, takes it up at `accepted`; and when it is filed.
    fn begun(&self, transferred: Date, accepted: Option<Date>) -> (DateTime, Pace) {
        let filed = self.hours.on_or_before(day::plus_days(transferred, -1));
        let pace = Pace {
            transferred: Some(day::days_between(filed, transferred)),
            accepted: accepted.map(|accepted| day::days_between(transferred, accepted)),
            ..Pace::default()
        };
        (hours::at_minute(filed, 600 + i64::try_from(self.matters.len()).unwrap_or(0) % 60, 11), pace)
    }

    fn awaiting_acceptance(&mut self) {
        for (number, (key, ..)) in DEPARTMENTS.iter().enumerate() {
            let days = i32::try_from(number % 6).unwrap_or(0) + 1;
            let (at, pace) = self.begun(self.back(days), None);
            self.add(key, at, "letter", pace, None);
        }
        for (nth, key) in ["zhujian", "shengtai", "yibao"].into_iter().enumerate() {
            let (at, pace) = self.begun(self.due_soon(15, nth), None);
            self.add(key, at, "visit", pace, None);
        }
        let (at, pace) = self.begun(self.back(22), None);
        self.add("chengguan", at, "phone", pace, None);
    }

    fn in_handling(&mut self) {
        let due = ["renshe", "ziran", "zhujian", "nongye", "jiaotong", "shengtai", "minzheng"];
        for (nth, key) in due.into_iter().enumerate() {
            let accepted = self.due_soon(60, nth);
            let (at, pace) = self.begun(self.hours.on_or_before(day::plus_days(accepted, -3)), Some(accepted));
            let shown = (nth == 0).then_some("办理中，快到期");
            self.add(key, at, "letter", pace, shown);
        }
        for (key, days) in [("ziran", 72), ("zhujian", 81), ("shuili", 70)] {
            let accepted = self.back(days);
            let (at, pace) = self.begun(self.hours.on_or_before(day::plus_days(accepted, -4)), Some(accepted));
            self.add(key, at, "visit", pace, None);
        }
        for (key, days) in [("nongye", 66), ("ziran", 63)] {
            let accepted = self.back(days);
            let (at, mut pace) = self.begun(self.hours.on_or_before(day::plus_days(accepted, -4)), Some(accepted));
            pace.extended = Some(50);
            self.add(key, at, "letter", pace, None);
        }
    }

    /// A pace that ends with an opinion made at `decided` and, where given, served at `served`.
    fn answered(&self, decided: Date, served: Option<Date>, right: bool) -> (DateTime, Pace) {
        let accepted = self.hours.on_or_before(day::plus_days(decided, -31));
        let (at, mut pace) = self.begun(self.hours.on_or_before(day::plus_days(accepted, -3)), Some(accepted));
        pace.decided = Some((day::days_between(accepted, decided), right));
        pace.served = served.map(|served| day::days_between(decided, served));
        (at, pace)
    }

    fn after_decision(&mut self) {
        for (key, days, right) in [
            ("renshe", 1, true),
            ("jiaoyu", 2, false),
            ("shuili", 1, true),
            ("yibao", 2, true),
            ("minzheng", 1, false),
            ("zhujian", 3, true),
        ] {
            let (at, pace) = self.answered(self.back(days), None, right);
            self.add(key, at, "visit", pace, None);
        }
        for (key, shown) in [("jiaotong", Some("已答复，可评价、可申请复查")), ("chengguan", None)] {
            let (at, pace) = self.answered(self.back(5), Some(self.back(2)), key == "jiaotong");
            self.add(key, at, "web", pace, shown);
        }
        let (at, mut pace) = self.begun(self.back(6), None);
        pace.refused = Some((day::days_between(self.back(6), self.back(1)), None));
        self.add("jiaotong", at, "letter", pace, None);
        self.diversion_to_serve();
    }

    fn diversion_to_serve(&mut self) {
        let diverts = |category: &&Category| category.trouble.iter().any(|trouble| trouble.divert.is_some());
        let found = self.texts.categories.iter().find(diverts);
        let trouble = found.and_then(|category| category.trouble.iter().find(|trouble| trouble.divert.is_some()));
        let (Some(category), Some(trouble)) = (found, trouble) else { return };
        let (at, pace) = self.begun(self.back(1), None);
        let mut matter = self.for_office(&category.office, at, "visit", "diversion to serve");
        (matter.category, matter.trouble, matter.pace) = (category, trouble, pace);
        self.matters.push((matter, None));
    }

    fn in_review(&mut self) {
        // Days ago: asked, taken up, decided, served; what is -1 has not happened.
        let reviews: [(&str, [i32; 4], &'static str, Option<&'static str>); 7] = [
            ("ziran", [2, -1, -1, -1], "", None),
            ("yibao", [1, -1, -1, -1], "", None),
            ("minzheng", [9, 7, -1, -1], "", Some("复查中")),
            ("zhujian", [27, 25, -1, -1], "", None),
            ("nongye", [18, 16, 1, -1], "upheld", None),
            ("shengtai", [40, 38, 22, 20], "redo", None),
            ("renshe", [95, 93, 80, 78], "redo", None),
        ];
        for (key, [asked, accepted, decided, served], outcome, shown) in reviews {
            let answer = self.back(asked + 9);
            let (at, mut pace) =
                self.answered(self.hours.on_or_before(day::plus_days(answer, -2)), Some(answer), false);
            let asked = day::plus_days(self.today, -asked);
            let happened = |days: i32| (days >= 0).then(|| self.back(days));
            let since = |from: Option<Date>, to: Option<Date>| Some(day::days_between(from?, to?).max(0));
            let (accepted, decided, served) = (happened(accepted), happened(decided), happened(served));
            pace.review = Some(Review {
                asked: day::days_between(answer, asked),
                accepted: since(Some(asked), accepted),
                decided: since(accepted, decided).map(|days| (days, outcome)),
                served: since(decided, served),
                again: (key == "renshe").then_some((24, 2)),
            });
            self.add(key, at, "web", pace, shown);
        }
    }
}

fn in_season(trouble: &Trouble, month: i8) -> bool {
    trouble.months.is_empty() || trouble.months.contains(&month)
}

/// How matters of ordinary days move: mostly in time, a few late, a few not at all.
fn ordinary_pace(random: &mut Random) -> Pace {
    let (low, high) = *random.weigh(&[(40, (0, 1)), (35, (2, 3)), (18, (4, 6)), (5, (7, 12)), (2, (17, 20))]);
    let transferred = Some(random.days(low, high));
    let refused = random.chance(4).then(|| (random.days(2, 9), Some(random.days(1, 3))));
    let (low, high) = *random.weigh(&[(60, (1, 5)), (34, (6, 11)), (6, (16, 21))]);
    let accepted = Some(random.days(low, high));
    let extended = random.chance(5).then(|| random.days(48, 55));
    let spans = [(55, (10, 32)), (27, (33, 48)), (10, (49, 56)), (5, (63, 78)), (3, (400, 400))];
    let (low, high) = if extended.is_some() { (64, 76) } else { *random.weigh(&spans) };
    let right = random.chance(58);
    let decided = Some((random.days(low, high), right));
    let high = if random.chance(4) { 11 } else { 3 };
    let served = Some(random.days(0, high));
    let rated = random.chance(47).then(|| random.days(1, 14));
    let review = (!right && random.chance(22)).then(|| ordinary_review(random));
    let count = *random.weigh(&[(78, 0), (16, 1), (6, 2)]);
    let repeats = (0..count).map(|_| random.days(6, 75)).collect();
    Pace {
        transferred,
        refused,
        accepted,
        extended,
        decided,
        served,
        rated,
        review,
        repeats,
        key: random.chance(5),
    }
}

fn ordinary_review(random: &mut Random) -> Review {
    let outcome = *random.weigh(&[(60, "upheld"), (35, "changed"), (5, "redo")]);
    Review {
        asked: random.days(3, 24),
        accepted: Some(random.days(1, 4)),
        decided: Some((random.days(8, 21), outcome)),
        served: Some(random.days(1, 3)),
        again: Some((random.days(14, 30), random.days(1, 3))),
    }
}
