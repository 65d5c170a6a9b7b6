//! Who may do and see what: one table, compiled both to a decision and to a row filter.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use casework::command::Actor;
use casework::conflict::Bar;
use casework::filter::Filter;
use casework::office::{Directory, Role};
use casework::verb::{Doer, Verb};
use serde::Deserialize;

/// The table as it is shipped.
const TABLE: &str = include_str!("../../../policies/access.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    action: BTreeMap<String, Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    roles: Vec<Role>,
    /// How often a day an officer may, where that is bounded.
    #[serde(default)]
    per_day: Option<u32>,
}

/// A table that cannot be read opens nothing; a test reads it.
static RULES: LazyLock<BTreeMap<String, Rule>> =
    LazyLock::new(|| toml::from_str::<File>(TABLE).map(|file| file.action).unwrap_or_default());

/// What the person is, for the table: acts of the person need no role, only that they are the person.
fn is_the_persons(action: &str) -> bool {
    Verb::from_word(action).is_some_and(|verb| matches!(verb.row().doer, Doer::Petitioner | Doer::Either))
}

/// Every action of the table, by name.
pub fn actions() -> impl Iterator<Item = &'static str> {
    RULES.keys().map(String::as_str)
}

/// Whether an actor's role opens an action; where not, the roles that would.
///
/// # Errors
/// The roles that open the action; empty where none does.
pub fn may(actor: &Actor, action: &str) -> Result<(), Vec<Role>> {
    let opened_by = RULES.get(action).map_or(&[][..], |rule| &rule.roles);
    let open = match actor {
        Actor::Officer { roles, .. } => roles.iter().any(|role| opened_by.contains(role)),
        Actor::Petitioner | Actor::Representative { .. } | Actor::Helper { .. } => is_the_persons(action),
        Actor::Import => matches!(action, "register" | "decide" | "serve"),
        Actor::Admin => false,
    };
    if open { Ok(()) } else { Err(opened_by.to_vec()) }
}

/// How often a day one officer may, where that is bounded.
pub fn per_day(action: &str) -> Option<u32> {
    RULES.get(action).and_then(|rule| rule.per_day)
}

/// The rows an actor may see.
pub fn filter(actor: &Actor, directory: &Directory) -> Filter {
    match actor {
        Actor::Officer { login, office, .. } if may(actor, "see").is_ok() => {
            Filter::HeldBy { office: office.clone(), but: Bar::of(directory, login, office) }
        }
        Actor::Officer { .. }
        | Actor::Petitioner
        | Actor::Representative { .. }
        | Actor::Helper { .. }
        | Actor::Import => Filter::Nothing,
        Actor::Admin => Filter::Everything,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn officer(role: Role) -> Actor {
        Actor::Officer { login: "a".into(), office: "o".into(), roles: vec![role] }
    }

    #[test]
    fn the_table_reads_and_names_every_verb() {
        let file: File = toml::from_str(TABLE).unwrap();
        for verb in Verb::ALL.iter().copied() {
            assert!(file.action.contains_key(verb.word()), "{}", verb.word());
        }
    }

    #[test]
    fn no_role_does_what_is_the_persons_alone() {
        let persons = Verb::ALL.iter().filter(|verb| verb.row().doer == Doer::Petitioner);
        for (verb, role) in persons.flat_map(|verb| Role::ALL.map(|role| (verb, role))) {
            assert!(may(&officer(role), verb.word()).is_err(), "{} {}", role.word(), verb.word());
        }
        assert!(may(&Actor::Petitioner, "rate").is_ok());
        assert!(may(&Actor::Petitioner, "decide").is_err());
    }

    #[test]
    fn an_officer_sees_only_their_offices_matters() {
        let directory = Directory::default();
        let but = vec![Bar::Office("o".into()), Bar::Accused("a".into()), Bar::Recused("a".into())];
        let sees = Filter::HeldBy { office: "o".into(), but };
        assert_eq!(filter(&officer(Role::Officer), &directory), sees);
        assert_eq!(filter(&officer(Role::Admin), &directory), Filter::Nothing);
        assert_eq!(filter(&Actor::Petitioner, &directory), Filter::Nothing);
    }
}
