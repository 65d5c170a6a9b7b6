//! What people bring and what they are answered: templates by category (`texts/*.toml`) and the filling of their slots.
//!
//! A slot is `{name}`. Its rule is a range (`3..9`, `500..900/50`), a month or day before the filing (`ago 2..6`,
//! `day 3..20`), a sum of two slots (`= a * b`), or a choice (`one|other`, which may hold slots again). A slot has one
//! value in a matter. The articles cited are those in force in 2026.

use std::collections::BTreeMap;

use casework::day;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use super::random::Random;
use crate::error::AppError;

const FILES: [&str; 15] = [
    include_str!("texts/wages.toml"),
    include_str!("texts/land.toml"),
    include_str!("texts/demolition.toml"),
    include_str!("texts/village.toml"),
    include_str!("texts/contract-land.toml"),
    include_str!("texts/insurance.toml"),
    include_str!("texts/relief.toml"),
    include_str!("texts/pollution.toml"),
    include_str!("texts/noise.toml"),
    include_str!("texts/school.toml"),
    include_str!("texts/road.toml"),
    include_str!("texts/water.toml"),
    include_str!("texts/estate.toml"),
    include_str!("texts/medical.toml"),
    include_str!("texts/courts.toml"),
];
const SHARED: &str = include_str!("texts/shared.toml");

/// Rules of slots by name.
pub(super) type Slots = BTreeMap<String, String>;

/// One category and its troubles.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Category {
    pub(super) category: String,
    /// The department that answers for it, by its key in `county.rs`.
    pub(super) office: String,
    /// How often it comes.
    pub(super) weight: u32,
    /// Brought by people of the town rather than of villages.
    #[serde(default)]
    pub(super) urban: bool,
    /// Where it belongs when this office refuses it.
    pub(super) refuse: Option<Refuse>,
    #[serde(default)]
    pub(super) slots: Slots,
    pub(super) trouble: Vec<Trouble>,
}

/// Why an office is not the one, and who is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refuse {
    pub(super) ground: String,
    pub(super) go_to: String,
}

/// A statutory channel and what the person is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Divert {
    pub(super) to: String,
    pub(super) note: String,
}

/// One trouble: what is told, what is found, what is answered.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trouble {
    pub(super) summary: String,
    pub(super) told: Vec<String>,
    /// What is asked for, item by item.
    pub(super) asks: Vec<String>,
    /// Where it always goes to a statutory channel.
    pub(super) divert: Option<Divert>,
    /// What is found when the person is right.
    #[serde(default)]
    pub(super) found: String,
    /// What is found when not, or not wholly.
    #[serde(default)]
    pub(super) found_no: String,
    /// The answer to each item when the person is right.
    #[serde(default)]
    pub(super) yes: Vec<String>,
    /// The answer when not, or not wholly.
    #[serde(default)]
    pub(super) no: Vec<String>,
    /// What `no` is: explained or not_supported.
    #[serde(default = "explained")]
    pub(super) no_is: String,
    #[serde(default)]
    pub(super) basis: String,
    /// Heads, where several bring it together.
    pub(super) people: Option<String>,
    /// Complains of the village committee.
    #[serde(default)]
    pub(super) accused: bool,
    /// Months in which it comes; none: all.
    #[serde(default)]
    pub(super) months: Vec<i8>,
    #[serde(default)]
    pub(super) slots: Slots,
}

fn explained() -> String {
    "explained".to_owned()
}

/// Sentences that fit every category.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shared {
    pub(super) repeats: Vec<String>,
    pub(super) repeats_answered: Vec<String>,
    pub(super) repeats_diverted: Vec<String>,
    pub(super) extensions: Vec<String>,
    pub(super) review_asked: Vec<String>,
    pub(super) upheld: Vec<String>,
    pub(super) changed: Vec<String>,
    pub(super) redo: Vec<String>,
    pub(super) again: Vec<String>,
    pub(super) slots: Slots,
}

/// All texts.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) categories: Vec<Category>,
    pub(super) shared: Shared,
}

/// Reads the texts the program is shipped with.
///
/// # Errors
/// A file does not have the shape of texts; a test reads them all.
pub(super) fn shipped() -> Result<Texts, AppError> {
    let wrong = |error: toml::de::Error| AppError::Input(format!("texts of the demo: {error}"));
    let categories = FILES.iter().map(|file| toml::from_str(file).map_err(wrong)).collect::<Result<_, _>>()?;
    Ok(Texts { categories, shared: toml::from_str(SHARED).map_err(wrong)? })
}

/// Fills the slots of one matter's texts.
pub(super) struct Filler<'a> {
    rules: Vec<&'a Slots>,
    values: BTreeMap<String, String>,
    random: Random,
    filed: Date,
}

impl<'a> Filler<'a> {
    /// `rules` are asked in order; `given` are values that are known already.
    pub(super) fn new(
        rules: Vec<&'a Slots>,
        given: BTreeMap<String, String>,
        random: Random,
        filed: Date,
    ) -> Self {
        Filler { rules, values: given, random, filed }
    }

    /// A text with its slots filled. A slot nobody knows stays as it is written.
    pub(super) fn fill(&mut self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else { break };
            filled.push_str(before);
            filled.push_str(&self.value(name));
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }

    /// One of some texts, filled.
    pub(super) fn one(&mut self, of: &[String]) -> String {
        let text = self.random.pick(of).clone();
        self.fill(&text)
    }

    /// Items numbered as documents do: 一、二、三.
    pub(super) fn items(&mut self, items: &[String], between: &str) -> String {
        const NUMBERS: [&str; 6] = ["一、", "二、", "三、", "四、", "五、", "六、"];
        if let [only] = items {
            return self.fill(only);
        }
        let numbered: Vec<String> =
            NUMBERS.iter().zip(items).map(|(number, item)| format!("{number}{}", self.fill(item))).collect();
        numbered.join(between)
    }

    fn value(&mut self, name: &str) -> String {
        if let Some(known) = self.values.get(name) {
            return known.clone();
        }
        let rule = self.rules.iter().find_map(|rules| rules.get(name)).cloned();
        let Some(rule) = rule else { return format!("{{{name}}}") };
        let value = self.made(&rule);
        self.values.insert(name.to_owned(), value.clone());
        value
    }

    fn made(&mut self, rule: &str) -> String {
        if let Some(range) = rule.strip_prefix("ago ") {
            let month = self.filed.saturating_sub(i64::from(self.draw(range)).months());
            return format!("{}年{}月", month.year(), month.month());
        }
        if let Some(range) = rule.strip_prefix("day ") {
            let day = day::plus_days(self.filed, -self.draw(range));
            return format!("{}年{}月{}日", day.year(), day.month(), day.day());
        }
        if let Some(sum) = rule.strip_prefix("= ") {
            return self.sum(sum);
        }
        if range(rule).is_some() {
            return self.draw(rule).to_string();
        }
        let choices: Vec<&str> = rule.split('|').collect();
        let chosen = (*self.random.pick(&choices)).to_owned();
        self.fill(&chosen)
    }

    fn draw(&mut self, rule: &str) -> i32 {
        let (low, high, step) = range(rule).unwrap_or((1, 1, 1));
        let steps = (high - low) / step.max(1);
        low + step * self.random.days(0, steps)
    }

    fn sum(&mut self, rule: &str) -> String {
        let words: Vec<&str> = rule.split(' ').collect();
        let [left, sign, right] = words[..] else { return rule.to_owned() };
        let mut number =
            |word: &str| word.parse().unwrap_or_else(|_| self.value(word).parse::<i64>().unwrap_or(0));
        let (left, right) = (number(left), number(right));
        match sign {
            "*" => left * right,
            "/" => left / right.max(1),
            "+" => left + right,
            _ => left - right,
        }
        .to_string()
    }
}

/// Reads `3..9` or `500..900/50`.
pub(super) fn range(rule: &str) -> Option<(i32, i32, i32)> {
    let (rule, step) = rule.split_once('/').map_or((rule, Some(1)), |(rule, step)| (rule, step.parse().ok()));
    let (low, high) = rule.split_once("..")?;
    Some((low.parse().ok()?, high.parse().ok()?, step?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_has_an_answer_to_every_wish() {
        let texts = shipped().unwrap();
        for category in &texts.categories {
            for trouble in &category.trouble {
                let what = format!("{}：{}", category.category, trouble.summary);
                assert!(!trouble.told.is_empty() && !trouble.asks.is_empty(), "{what}");
                if trouble.divert.is_some() {
                    continue;
                }
                assert_eq!(trouble.asks.len(), trouble.yes.len(), "{what}");
                assert!(!trouble.no.is_empty() && trouble.no.len() <= trouble.asks.len(), "{what}");
                assert!(!trouble.found.is_empty() && !trouble.found_no.is_empty(), "{what}");
                assert!(!trouble.basis.is_empty(), "{what}");
                assert!(matches!(trouble.no_is.as_str(), "explained" | "not_supported"), "{what}");
            }
        }
    }

    #[test]
    fn slots_are_filled_by_their_rules() {
        let rule = |name: &str, rule: &str| (name.to_owned(), rule.to_owned());
        let slots = Slots::from([
            rule("n", "4..4"),
            rule("m", "300..300/50"),
            rule("sum", "= n * m"),
            rule("when", "ago 2..2"),
            rule("day", "day 1..1"),
            rule("one", "{n}个"),
        ]);
        let filed = Date::constant(2026, 1, 1);
        let mut filler = Filler::new(vec![&slots], BTreeMap::new(), Random::of("test"), filed);
        let filled = filler.fill("{n}×{m}={sum}，{when}，{day}，{one}，{nobody}");
        assert_eq!(filled, "4×300=1200，2025年11月，2025年12月31日，4个，{nobody}");
    }
}
