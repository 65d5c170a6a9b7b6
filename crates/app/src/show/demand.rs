//! A demand for data as the person it is about is told of it: who asked, on what law, for what, and what was given.

use casework::day;
use casework::demand;
use casework::event::{DemandTold, MatterFact, PartyNumber, Public, Stream};
use casework::office::OfficeCode;
use casework::verb::Verb;
use casework::words;

use crate::App;
use crate::error::AppError;

impl App {
    /// What the person reads. The words stand in the demand itself.
    pub(super) fn demand_in_words(&self, news: &DemandTold) -> Result<String, AppError> {
        let loaded = self.load(&news.demand)?;
        let stream = Stream::Matter(news.demand.clone());
        let mut all_words = self.store.all_words(&stream)?;
        let directory = self.known_directory();
        let mut lines: Vec<String> = Vec::new();
        for recorded in self.store.events(&stream, 0)? {
            let Public::Matter(event) = &recorded.public else { continue };
            let MatterFact::Done { verb, said, .. } = &event.fact else { continue };
            let words = all_words.remove(&recorded.version).unwrap_or_default();
            let mine = words.iter().find(|words| words.party == PartyNumber::FIRST);
            let word = |field: &str| mine.and_then(|words| words.fields.get(field)).cloned().unwrap_or_default();
            let on = day::in_words(day::day_of(recorded.at));
            match verb {
                Verb::NoteDemand => {
                    let body = match said.get("office") {
                        Some(code) => directory.name_of(&OfficeCode(code.clone())),
                        None => word("body"),
                    };
                    let kind = said.get("kind").map_or("", String::as_str);
                    let kind = words::name_in(words::DEMANDERS, kind);
                    lines.push(format!("来文单位：{body}（{kind}），{}", word("number")));
                    lines.push(format!("法律依据：{}", word("basis")));
                    lines.push(format!("来文写的理由：{}", word("reason")));
                    lines.push(format!("要求提供：{}", names(&demand::named(said, "wants"))));
                }
                Verb::BarTelling => {
                    let until = said.get("until").and_then(|until| until.parse().ok()).map(day::in_words);
                    let until = until.unwrap_or_default();
                    lines.push(format!("{on}起依照{}暂不告知您，至{until}", word("basis")));
                }
                Verb::LiftBar => lines.push(format!("{on}解除不予告知")),
                Verb::DecideDemand => {
                    let outcome = loaded.procedure.outcomes.get(&news.outcome);
                    let outcome = outcome.map_or(news.outcome.as_str(), |outcome| outcome.name.as_str());
                    lines.push(format!("{on}决定：{outcome}。理由：{}", word("reason")));
                }
                _ => {}
            }
        }
        let given: Vec<&str> = news.given.iter().map(String::as_str).collect();
        lines.push(if given.is_empty() {
            "没有提供任何信息".to_owned()
        } else {
            format!("决定提供：{}；其他的都不提供", names(&given))
        });
        Ok(lines.join("\n"))
    }
}

/// Words of the closed list as a person reads them.
pub(super) fn names(given: &[&str]) -> String {
    given.iter().map(|word| words::name_in(&demand::SCOPE, word)).collect::<Vec<_>>().join("、")
}
