//! The answers so far: read from the form, carried on in hidden fields of the next one.

use casework::office::Directory;

use super::places;
use crate::public::plain;
use crate::view::form::{Representative, Target};

/// A page of the filing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// What it is about.
    About,
    /// Which township.
    Township,
    /// Which village.
    Place,
    /// What happened.
    Text,
    /// Who speaks.
    Who,
    /// How to reach them.
    Contact,
    /// All of it once more.
    Check,
}

impl Step {
    /// In the order they are asked.
    pub(super) const ALL: [Step; 7] =
        [Step::About, Step::Township, Step::Place, Step::Text, Step::Who, Step::Contact, Step::Check];

    /// The word forms carry.
    pub(super) fn word(self) -> &'static str {
        match self {
            Step::About => "about",
            Step::Township => "township",
            Step::Place => "place",
            Step::Text => "text",
            Step::Who => "who",
            Step::Contact => "contact",
            Step::Check => "check",
        }
    }

    /// The step a word names.
    pub(super) fn named(word: &str) -> Option<Step> {
        Step::ALL.into_iter().find(|step| step.word() == word)
    }

    /// The fields asked on this page.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Step::About => &["kind", "category"],
            Step::Township => &["township"],
            Step::Place => &["place"],
            Step::Text => &["summary", "text", "accused", "accused_people", "respondents"],
            Step::Who => &[
                "who",
                "name",
                "phone",
                "people",
                "representative_1_name",
                "representative_1_phone",
                "representative_2_name",
                "representative_2_phone",
                "representative_3_name",
                "representative_3_phone",
                "representative_4_name",
                "representative_4_phone",
                "representative_5_name",
                "representative_5_phone",
            ],
            Step::Contact => &["contact", "contact_number", "contact_address", "no_visit", "contact_note"],
            Step::Check => &[],
        }
    }

    /// The next question; the village is asked only where there are some.
    pub(super) fn after(self, answers: &Answers, directory: &Directory) -> Step {
        let next = match self {
            Step::About => Step::Township,
            Step::Township => Step::Place,
            Step::Place => Step::Text,
            Step::Text => Step::Who,
            Step::Who => Step::Contact,
            Step::Contact | Step::Check => Step::Check,
        };
        if next == Step::Place && !asks_village(answers, directory) { Step::Text } else { next }
    }

    /// The question before.
    pub(super) fn before(self, answers: &Answers, directory: &Directory) -> Step {
        let last = match self {
            Step::About | Step::Township => Step::About,
            Step::Place => Step::Township,
            Step::Text => Step::Place,
            Step::Who => Step::Text,
            Step::Contact => Step::Who,
            Step::Check => Step::Contact,
        };
        if last == Step::Place && !asks_village(answers, directory) { Step::Township } else { last }
    }
}

fn asks_village(answers: &Answers, directory: &Directory) -> bool {
    !places::villages(directory, answers.get("township")).is_empty()
}

/// Answers by field.
#[derive(Clone, Default)]
pub(super) struct Answers {
    said: Vec<(String, String)>,
    /// Where forms are posted.
    address: String,
}

impl Answers {
    /// Nothing answered yet.
    pub(super) fn fresh(nonce: String) -> Answers {
        let said = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let said = vec![("nonce".to_owned(), nonce), said("people", "1"), said("who", "named")];
        Answers { said, address: String::new() }
    }

    #[cfg(test)]
    pub(super) fn of(said: Vec<(String, String)>) -> Answers {
        Answers { said, address: String::new() }
    }

    /// The same answers, posted to this address.
    pub(super) fn at(&self, address: &str) -> Answers {
        Answers { said: self.said.clone(), address: address.to_owned() }
    }

    /// About how much memory they take.
    pub(super) fn bytes(&self) -> usize {
        let pair = size_of::<(String, String)>();
        self.said.iter().map(|(name, value)| name.len() + value.len() + pair).sum()
    }

    /// What was typed in a field, without white space around it; empty where nothing was.
    pub(super) fn get(&self, field: &str) -> &str {
        self.said.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value.trim())
    }

    /// Every value of a field that may repeat.
    pub(super) fn all<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        self.said.iter().filter(move |(name, _)| name == field).map(|(_, value)| value.as_str())
    }

    /// Puts a value in place of what was there.
    pub(super) fn set(&mut self, field: &str, value: &str) {
        self.said.retain(|(name, _)| name != field);
        self.said.push((field.to_owned(), value.to_owned()));
    }

    /// True when no name is to be given.
    pub(super) fn anonymous(&self) -> bool {
        self.get("who") == "anonymous"
    }

    /// Five rows as typed.
    pub(super) fn representatives(&self) -> Vec<Representative> {
        (1..=5)
            .map(|row| Representative {
                name: self.get(&format!("representative_{row}_name")).to_owned(),
                phone: self.get(&format!("representative_{row}_phone")).to_owned(),
            })
            .collect()
    }

    /// The heads; none where it is not a number.
    pub(super) fn people(&self) -> Option<u32> {
        let digits: String = self.get("people").chars().map(half_width).collect();
        digits.trim_end_matches('人').trim().parse().ok()
    }

    /// A form that asks one step and carries every other answer.
    pub(super) fn form(&self, step: Step) -> Target {
        let mut form = Target::to(&self.address).with("step", step.word());
        if step == Step::Check {
            form = form.with("checked", "yes");
        }
        let carried = self.said.iter().filter(|(name, value)| {
            !step.fields().contains(&name.as_str())
                && !value.is_empty()
                && (step != Step::Check || name != "checked")
        });
        form.hidden.extend(carried.cloned());
        form
    }

    /// Names and values, in order: what makes one filing differ from another.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let said =
            self.said.iter().filter(|(name, value)| name != "checked" && name != "nonce" && !value.is_empty());
        said.flat_map(|(name, value)| [name.as_str(), value.trim()])
    }
}

/// The answers a form carries, which step it asked, and where it wants to go.
pub(super) fn read(pairs: Vec<(String, String)>) -> (Answers, Step, String) {
    let control = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let step = control("step").and_then(|word| Step::named(&word)).unwrap_or(Step::About);
    let go = control("go").unwrap_or_default();
    let known = |name: &str| {
        ["nonce", "checked"].contains(&name) || Step::ALL.iter().any(|step| step.fields().contains(&name))
    };
    let mut said: Vec<(String, String)> =
        pairs.into_iter().filter(|(name, _)| known(name)).map(|(name, value)| (name, plain(&value))).collect();
    // Pages carry answers in different order; one filing must come out the same from each.
    said.sort();
    (Answers { said, address: String::new() }, step, go)
}

/// A full-width digit or sign as people type it, made plain.
pub(super) fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - '！' as u32 + '!' as u32).unwrap_or(c),
        '　' => ' ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_form_carries_every_answer_but_those_it_asks() {
        let sent = vec![
            pair("step", "who"),
            pair("go", "next"),
            pair("text", "一\r\n二\u{0}"),
            pair("name", "甲"),
            pair("x", "y"),
        ];
        let (answers, step, go) = read(sent);
        assert_eq!((step, go.as_str()), (Step::Who, "next"));
        assert_eq!(answers.get("text"), "一\n二");
        let form = answers.form(Step::Who);
        assert_eq!(form.hidden, [pair("step", "who"), pair("text", "一\n二")]);
    }

    #[test]
    fn heads_are_read_as_people_write_them() {
        for (typed, people) in [("3", Some(3)), ("１２", Some(12)), ("7 人", Some(7)), ("许多", None), ("", None)]
        {
            let (answers, ..) = read(vec![pair("people", typed)]);
            assert_eq!(answers.people(), people, "{typed}");
        }
    }
}
