//! One matter from filing to answer, at a given pace: the lines it leaves in the story.

use std::collections::BTreeMap;

use casework::day;
use jiff::civil::DateTime;
use serde_json::{Value, json};

use super::county::{self, PETITION_OFFICE, Place, TOWNSHIP_OFFICERS};
use super::hours::{self, Hours};
use super::random::Random;
use super::script::Script;
use super::texts::{Category, Filler, Texts, Trouble};

/// How a review goes on; what is `None` has not happened.
#[derive(Debug, Clone, Default)]
pub(super) struct Review {
    /// Days from service to the request.
    pub(super) asked: i32,
    pub(super) accepted: Option<i32>,
    /// Days from acceptance, and the outcome.
    pub(super) decided: Option<(i32, &'static str)>,
    pub(super) served: Option<i32>,
    /// After an order to do it again: days to the new opinion and to its service.
    pub(super) again: Option<(i32, i32)>,
}

/// How fast a matter moves, in days from one act to the next; what is `None` has not happened.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace {
    pub(super) transferred: Option<i32>,
    /// Instead of acceptance: refused, and served when.
    pub(super) refused: Option<(i32, Option<i32>)>,
    pub(super) accepted: Option<i32>,
    pub(super) extended: Option<i32>,
    /// Days from acceptance, and whether the person is right.
    pub(super) decided: Option<(i32, bool)>,
    pub(super) served: Option<i32>,
    pub(super) rated: Option<i32>,
    pub(super) review: Option<Review>,
    /// Days from filing to each further letter or visit.
    pub(super) repeats: Vec<i32>,
    pub(super) key: bool,
}

/// A matter to be told.
#[derive(Debug, Clone)]
pub(super) struct Matter<'a> {
    pub(super) category: &'a Category,
    pub(super) trouble: &'a Trouble,
    pub(super) place: Place,
    pub(super) channel: &'static str,
    pub(super) people: i64,
    pub(super) anonymous: bool,
    pub(super) at: DateTime,
    pub(super) pace: Pace,
    /// Received at a session, and what came of it.
    pub(super) received: Option<(String, &'static str)>,
}

/// Tells matters into the script.
pub(super) struct Teller<'a> {
    pub(super) texts: &'a Texts,
    pub(super) hours: Hours<'a>,
    pub(super) script: Script,
}

/// What the acts on one matter need.
struct Told<'a, 'b> {
    matter: &'b Matter<'a>,
    name: &'b str,
    organ: String,
    officer: String,
    filler: Filler<'a>,
    random: Random,
    /// When the answer was served.
    answered: Option<DateTime>,
}

impl<'a> Teller<'a> {
    /// Tells a matter's whole life.
    pub(super) fn tell(&mut self, name: &str, matter: &Matter<'a>) {
        let mut random = Random::of(&format!("life {name}"));
        let (organ, organ_name, officer) = organ_of(matter, &mut random);
        let filler = self.filler(name, matter, &organ_name);
        let mut told = Told { matter, name, organ, officer, filler, random, answered: None };
        self.filed(&mut told);
        if matter.trouble.divert.is_some() {
            self.diverted(&mut told);
        } else if let Some(days) = matter.pace.transferred {
            let at = self.hours.after(matter.at, days, &mut told.random);
            self.script.add(at, "dengji", "transfer", json!({ "ref": name, "to": told.organ }));
            self.at_the_organ(&mut told, at);
        }
        self.further(&mut told);
    }

    fn filler(&self, name: &str, matter: &Matter<'a>, organ: &str) -> Filler<'a> {
        let one = matter.people == 1;
        let people = matter.people.to_string();
        let kind = if matter.category.urban { "居民" } else { "村民" };
        let (town, village) = (matter.place.town, matter.place.village);
        let intro = if one {
            format!("我是{town}{village}{kind}")
        } else {
            format!("我们是{town}{village}的{people}位{kind}")
        };
        let given = [
            ("people", people.as_str()),
            ("town", town),
            ("village", village),
            ("organ", organ),
            ("county", county::COUNTY.1),
            ("city", county::CITY.1),
            ("we", if one { "我" } else { "我们" }),
            ("intro", &intro),
        ];
        let given: BTreeMap<String, String> =
            given.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let rules = vec![&matter.trouble.slots, &matter.category.slots, &self.texts.shared.slots];
        Filler::new(rules, given, Random::of(&format!("words {name}")), matter.at.date())
    }

    fn filed(&mut self, told: &mut Told<'a, '_>) {
        let Told { matter, name, filler, random, .. } = told;
        let summary = filler.fill(&matter.trouble.summary);
        let told = filler.one(&matter.trouble.told);
        let asks = filler.items(&matter.trouble.asks, "；");
        let opening = match matter.channel {
            "letter" => "信访局领导：\n您好！",
            "visit" => "（窗口接谈记录）",
            "phone" => "（来电记录）",
            _ => "",
        };
        let text = format!("{opening}{told}\n请求：{asks}。");
        let mut fields = json!({
            "ref": name, "channel": matter.channel, "people": matter.people, "place": matter.place.code,
            "category": matter.category.category, "summary": summary, "text": text,
        });
        if matter.anonymous {
            fields["anonymous"] = true.into();
        } else {
            fields["petitioner"] = party(random);
        }
        if matter.people > 5 && !matter.anonymous {
            let count = random.between(2, 5);
            fields["representatives"] = (0..count).map(|_| party(random)).collect();
        }
        if matter.trouble.accused {
            fields["accused"] = json!([matter.place.code]);
        }
        if matter.channel == "letter" {
            let before = random.days(0, 2);
            fields["received"] = day::plus_days(matter.at.date(), -before).to_string().into();
        }
        let by = if matter.channel == "web" { "petitioner" } else { *random.pick(&["dengji", "chuangkou"]) };
        self.script.add(matter.at, by, "register", fields);
        if let Some((session, result)) = &matter.received {
            let at = hours::later(matter.at, random.between(6, 25));
            let fields = json!({ "session": session, "ref": name, "people": matter.people, "result": result });
            self.script.add(at, "dengji", "receive", fields);
        }
    }

    fn diverted(&mut self, told: &mut Told<'a, '_>) {
        let Some(days) = told.matter.pace.transferred else { return };
        let Some(divert) = &told.matter.trouble.divert else { return };
        let at = self.hours.after(told.matter.at, days, &mut told.random);
        let note = told.filler.fill(&divert.note);
        self.script.add(at, "dengji", "divert", json!({ "ref": told.name, "to": divert.to, "note": note }));
        self.serve(told, at, told.matter.pace.served, "dengji", "diversion_notice");
    }

    fn at_the_organ(&mut self, told: &mut Told<'a, '_>, transferred: DateTime) {
        let pace = &told.matter.pace;
        let officer = told.officer.clone();
        if let (Some((days, served)), Some(refuse)) = (pace.refused, &told.matter.category.refuse) {
            let at = self.hours.after(transferred, days, &mut told.random);
            let go_to = told.filler.fill(&refuse.go_to);
            let fields = json!({ "ref": told.name, "ground": refuse.ground, "go_to": go_to });
            self.script.add(at, &officer, "refuse", fields);
            self.serve(told, at, served, &officer, "refusal_notice");
            return;
        }
        let Some(days) = pace.accepted else { return };
        let accepted = self.hours.after(transferred, days, &mut told.random);
        self.script.add(accepted, &officer, "accept", json!({ "ref": told.name }));
        if let Some(days) = pace.extended {
            let at = self.hours.after(accepted, days, &mut told.random);
            let reason = told.filler.one(&self.texts.shared.extensions);
            let days = *told.random.pick(&[20, 30, 30]);
            let approved_by = approver(told.matter, &officer);
            let fields = json!({ "ref": told.name, "days": days, "reason": reason, "approved_by": approved_by });
            self.script.add(at, &officer, "extend", fields);
        }
        let Some((days, right)) = pace.decided else { return };
        let at = self.hours.after(accepted, days, &mut told.random);
        self.decide(told, at, right);
        if let Some(served) = self.serve(told, at, pace.served, &officer, "opinion") {
            self.rate(told, served, right);
            self.review(told, served);
        }
    }

    fn decide(&mut self, told: &mut Told<'a, '_>, at: DateTime, right: bool) {
        let trouble = told.matter.trouble;
        let answers = if right { &trouble.yes } else { &trouble.no };
        let outcome = if right { "supported" } else { trouble.no_is.as_str() };
        let found = told.filler.fill(if right { &trouble.found } else { &trouble.found_no });
        let answers = told.filler.items(answers, "\n");
        let basis = told.filler.fill(&trouble.basis);
        let text = format!("{found}\n根据查明的事实，答复如下：\n{answers}");
        let fields = json!({ "ref": told.name, "outcome": outcome, "text": text, "basis": basis });
        self.script.add(at, &told.officer, "decide", fields);
    }

    fn serve(
        &mut self,
        told: &mut Told<'a, '_>,
        made: DateTime,
        days: Option<i32>,
        by: &str,
        document: &str,
    ) -> Option<DateTime> {
        let at = self.hours.after(made, days?, &mut told.random);
        let how = match (told.matter.anonymous, told.matter.channel) {
            (true, _) => "public_notice",
            (_, "web") => *told.random.pick(&["online", "online", "post"]),
            _ => *told.random.pick(&["in_person", "post", "post"]),
        };
        self.script.add(at, by, "serve", json!({ "ref": told.name, "document": document, "how": how }));
        told.answered = told.answered.or(Some(at));
        Some(at)
    }

    fn rate(&mut self, told: &mut Told<'a, '_>, served: DateTime, right: bool) {
        let Some(days) = told.matter.pace.rated else { return };
        let at = hours::home_time(day::plus_days(served.date(), days.max(1)), &mut told.random);
        let weights = if right {
            [(62, "satisfied"), (30, "basically_satisfied"), (8, "dissatisfied")]
        } else {
            [(22, "satisfied"), (43, "basically_satisfied"), (35, "dissatisfied")]
        };
        let rating = *told.random.weigh(&weights);
        let fields = json!({ "ref": told.name, "about": "competent_office", "rating": rating });
        self.script.add(at, "petitioner", "rate", fields);
        if told.random.chance(70) {
            let rating =
                *told.random.weigh(&[(64, "satisfied"), (29, "basically_satisfied"), (7, "dissatisfied")]);
            let fields = json!({ "ref": told.name, "about": "petition_office", "rating": rating });
            self.script.add(hours::later(at, 1), "petitioner", "rate", fields);
        }
    }

    fn review(&mut self, told: &mut Told<'a, '_>, served: DateTime) {
        let Some(review) = told.matter.pace.review.clone() else { return };
        let asked = hours::home_time(day::plus_days(served.date(), review.asked.max(1)), &mut told.random);
        let text = told.filler.one(&self.texts.shared.review_asked);
        self.script.add(asked, "petitioner", "request_review", json!({ "ref": told.name, "text": text }));
        let Some(days) = review.accepted else { return };
        let accepted = self.hours.after(asked, days, &mut told.random);
        self.script.add(accepted, "fucha", "accept_review", json!({ "ref": told.name }));
        let Some((days, outcome)) = review.decided else { return };
        let decided = self.hours.after(accepted, days, &mut told.random);
        let shared = &self.texts.shared;
        let text = told.filler.one(match outcome {
            "upheld" => &shared.upheld,
            "changed" => &shared.changed,
            _ => &shared.redo,
        });
        let fields = json!({ "ref": told.name, "outcome": outcome, "text": text });
        self.script.add(decided, "fucha", "decide_review", fields);
        let Some(served) = self.serve(told, decided, review.served, "fucha", "review_opinion") else { return };
        let Some((days, serve)) = review.again.filter(|_| outcome == "redo") else { return };
        let again = self.hours.after(served, days, &mut told.random);
        let opening = told.filler.one(&shared.again);
        let found = told.filler.fill(&told.matter.trouble.found);
        let answers = told.filler.items(&told.matter.trouble.yes, "\n");
        let basis = told.filler.fill(&told.matter.trouble.basis);
        let text = format!("{opening}\n{found}\n{answers}");
        let fields = json!({ "ref": told.name, "outcome": "supported", "text": text, "basis": basis });
        let officer = told.officer.clone();
        self.script.add(again, &officer, "decide", fields);
        self.serve(told, again, Some(serve), &officer, "opinion");
    }

    /// Further letters and visits, and the mark of a key matter.
    fn further(&mut self, told: &mut Told<'a, '_>) {
        let matter = told.matter;
        for (days, number) in matter.pace.repeats.iter().zip(1..) {
            let channel = *told.random.weigh(&[(35, "visit"), (25, "web"), (25, "phone"), (15, "letter")]);
            let on = day::plus_days(matter.at.date(), (*days).max(1));
            let (at, by) = if channel == "web" {
                (hours::home_time(on, &mut told.random), "petitioner")
            } else {
                (hours::office_time(self.hours.on_or_after(on), &mut told.random), "chuangkou")
            };
            let shared = &self.texts.shared;
            let text = told.filler.one(match (told.answered, &matter.trouble.divert) {
                (Some(answered), None) if at > answered => &shared.repeats_answered,
                (Some(answered), Some(_)) if at > answered => &shared.repeats_diverted,
                _ => &shared.repeats,
            });
            let people = if channel == "visit" { matter.people.min(5) } else { 1 };
            let fields = json!({
                "ref": format!("{}-{number}", told.name), "of": told.name, "channel": channel,
                "people": people, "text": text,
            });
            self.script.add(at, by, "repeat", fields);
        }
        if matter.pace.key {
            let at = self.hours.after(matter.at, told.random.days(1, 4), &mut told.random);
            let ground = if matter.people > 9 {
                "many_affected"
            } else {
                match matter.category.category.as_str() {
                    "道路交通" | "饮水安全" | "环境保护" => "safety",
                    _ => *told.random.pick(&["long_standing", "several_offices", "promise_broken"]),
                }
            };
            self.script.add(at, "xinfang", "mark_key", json!({ "ref": told.name, "ground": ground }));
        }
    }
}

fn party(random: &mut Random) -> Value {
    json!({ "name": county::person(random), "phone": county::phone(random) })
}

/// The office that answers, its name and its officer: the department, or the township for affairs of its villages.
fn organ_of(matter: &Matter<'_>, random: &mut Random) -> (String, String, String) {
    let key = matter.category.office.as_str();
    let township = TOWNSHIP_OFFICERS.iter().find(|(_, number)| *number == matter.place.number);
    if let (true, Some((login, number))) = (matter.category.category == "村务管理", township)
        && random.chance(75)
    {
        let (code, name) = county::township(*number);
        return (code, name, (*login).to_owned());
    }
    if key == "xf" {
        return (PETITION_OFFICE.0.to_owned(), PETITION_OFFICE.1.to_owned(), "dengji".to_owned());
    }
    (county::department(key), county::department_name(key), key.to_owned())
}

/// Who approves an extension: the head of the department, or the county's leader for a township.
fn approver(matter: &Matter<'_>, officer: &str) -> String {
    if officer == matter.category.office { super::officers::head_of(officer) } else { "fuxianzhang".to_owned() }
}
