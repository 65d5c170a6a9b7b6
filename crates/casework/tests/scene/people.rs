//! What a story came to for each of several people.

use casework::act;
use casework::clock;
use casework::event::Public;
use casework::read::{self, Under};
use casework::verb::Verb;

use super::{Scene, matter_command, moment};

impl Scene {
    /// The newest window that a service opened for one of several people, and what it says of them: its first day, its
    /// last, and whether they asked in it.
    pub fn window(&self, person: u32, verb: Verb) -> Option<(String, String, bool)> {
        let matter = self.matter.as_ref()?;
        let run = clock::window_of(&self.procedure, &self.calendar, matter, person, verb)?;
        Some((run.first_day().to_string(), run.due.day.to_string(), !run.is_running()))
    }

    /// Whom the newest document of a name has still to reach.
    pub fn waiting(&self, document: &str) -> Vec<u32> {
        let matter = self.matter.as_ref().unwrap();
        let newest = matter.documents.iter().rfind(|made| made.made.document == document);
        newest.map_or_else(Vec::new, |made| matter.waiting(&self.procedure, made))
    }

    /// The facts of one act, by kind, as figures count them.
    pub fn facts_of(&mut self, act: &str) -> Vec<&'static str> {
        let before = self.matter.clone();
        let words: Vec<&str> = act.split_whitespace().collect();
        let (now, actor) = (moment(words[0]), self.actor(words[1]));
        let made = act::act(&self.world(&actor, now), &matter_command(words[1], words[2], &words[3..])).unwrap();
        let event = made.iter().find_map(|(_, event)| match &event.public {
            Public::Matter(event) => Some(event.clone()),
            _ => None,
        });
        self.take_in(made, now);
        let under = Under { procedure: &self.procedure, calendar: &self.calendar, directory: &self.directory };
        let rows = read::rows_of(&under, before.as_ref(), self.matter.as_ref().unwrap(), &event.unwrap(), now);
        let kinds = rows.into_iter().filter_map(|row| match row {
            read::Row::Fact(fact) => Some(fact.kind),
            _ => None,
        });
        kinds.collect()
    }
}
