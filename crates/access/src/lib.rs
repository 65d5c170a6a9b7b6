//! Who may do and see what: one table, compiled both to a decision and to a row filter.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use casework::command::Actor;
use casework::conflict::Bar;
use casework::filter::Filter;
use casework::office::{Directory, Role};
use casework::opening::Custody;
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
    /// How often an officer may on a day.
    per_day: Option<u32>,
    /// Why there is such a limit, where no law sets it.
    #[serde(default)]
    local: String,
    /// Whoever may do this other action may not do this one.
    apart_from: Option<String>,
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

/// How often an officer may do something on a day, and the rule for it; none where it is not counted.
pub fn per_day(action: &str) -> Option<(u32, &'static str)> {
    let rule = RULES.get(action)?;
    rule.per_day.map(|per_day| (per_day, rule.local.as_str()))
}

/// The other roles that keep an officer from an action their role opens: whoever has one of them may not do it.
pub fn clash(actor: &Actor, action: &str) -> Vec<Role> {
    let apart = RULES.get(action).and_then(|rule| rule.apart_from.as_ref()).and_then(|other| RULES.get(other));
    let (Some(apart), Actor::Officer { roles, .. }) = (apart, actor) else { return Vec::new() };
    roles.iter().copied().filter(|role| apart.roles.contains(role)).collect()
}

/// Which requests to open an identity a custodian may know of; none for whoever is no custodian, or not that alone.
pub fn custody(actor: &Actor, directory: &Directory) -> Option<Custody> {
    let action = Verb::DecideIdentity.word();
    match actor {
        Actor::Officer { login, office, .. } if may(actor, action).is_ok() && clash(actor, action).is_empty() => {
            Some(Custody::of(directory, login, office))
        }
        _ => None,
    }
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
    fn who_decides_on_identities_sees_no_matter() {
        let directory = Directory::default();
        let with =
            |roles: &[Role]| Actor::Officer { login: "a".into(), office: "o".into(), roles: roles.to_vec() };
        assert!(custody(&with(&[Role::Custodian]), &directory).is_some());
        assert!(custody(&with(&[Role::Custodian, Role::Admin]), &directory).is_some());
        assert_eq!(filter(&with(&[Role::Custodian]), &directory), Filter::Nothing);
        for role in Role::ALL.into_iter().filter(|role| may(&officer(*role), "see").is_ok()) {
            assert!(custody(&officer(role), &directory).is_none(), "{}", role.word());
            assert_eq!(clash(&with(&[Role::Custodian, role]), "decide_identity"), [role]);
            assert!(custody(&with(&[Role::Custodian, role]), &directory).is_none(), "{}", role.word());
        }
        let (per_day, why) = per_day("ask_identity").unwrap();
        assert!(per_day > 0 && why.starts_with("本地规则"));
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
