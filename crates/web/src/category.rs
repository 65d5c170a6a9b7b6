//! What a matter can be about, as forms offer it: the shipped list, narrowed to what the county's offices answer for.

use std::sync::OnceLock;

use casework::office::Directory;
use serde::Deserialize;

use crate::view::form::{Choice, Group};

const SHIPPED: &str = include_str!("../../../categories/petition.toml");

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    group: Vec<Heading>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Heading {
    name: String,
    category: Vec<Category>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Category {
    value: String,
    name: Option<String>,
    #[serde(default)]
    hint: String,
    #[serde(default)]
    always: bool,
}

/// The shipped list; its test keeps it readable.
fn list() -> &'static List {
    static LIST: OnceLock<List> = OnceLock::new();
    LIST.get_or_init(|| toml::from_str(SHIPPED).unwrap_or_default())
}

/// The categories offered here, under headings. What offices list beyond the shipped list comes before the ways out.
pub(crate) fn groups(directory: &Directory) -> Vec<Group> {
    let mut fields: Vec<&str> =
        directory.offices().flat_map(|office| office.fields.iter().map(String::as_str)).collect();
    fields.sort_unstable();
    fields.dedup();
    let mut groups: Vec<Group> = Vec::new();
    for heading in &list().group {
        let choices: Vec<Choice> = heading
            .category
            .iter()
            .filter(|category| category.always || fields.is_empty() || fields.contains(&category.value.as_str()))
            .map(|category| {
                let name = category.name.as_deref().unwrap_or(&category.value);
                Choice::new(&category.value, name).hint(&category.hint)
            })
            .collect();
        if !choices.is_empty() {
            groups.push(Group { label: heading.name.clone(), choices });
        }
    }
    let known = |field: &str| list().group.iter().flat_map(|heading| &heading.category).any(|c| c.value == field);
    let own: Vec<Choice> =
        fields.into_iter().filter(|field| !known(field)).map(|field| Choice::new(field, field)).collect();
    if let (false, Some(last)) = (own.is_empty(), groups.last_mut()) {
        last.choices.splice(0..0, own);
    }
    groups
}

/// What a person reads for a category.
pub(crate) fn name(value: &str) -> String {
    let mut all = list().group.iter().flat_map(|heading| &heading.category);
    let known = all.find(|category| category.value == value);
    known.and_then(|category| category.name.clone()).unwrap_or_else(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use casework::office::{Office, OfficeKind};

    use super::*;

    fn directory(fields: &[&str]) -> Directory {
        let mut directory = Directory::default();
        directory.set_office(Office {
            code: "d1".into(),
            name: "海岛县人社局".into(),
            kind: OfficeKind::Department,
            parent: None,
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        });
        directory
    }

    fn values(groups: &[Group]) -> Vec<&str> {
        groups.iter().flat_map(|group| &group.choices).map(|choice| choice.value.as_str()).collect()
    }

    #[test]
    fn the_shipped_list_reads_and_names_each_category_once() {
        let list: List = toml::from_str(SHIPPED).unwrap();
        let mut values: Vec<&str> =
            list.group.iter().flat_map(|heading| &heading.category).map(|c| c.value.as_str()).collect();
        let all = values.len();
        assert!(all > 10);
        values.sort_unstable();
        values.dedup();
        assert_eq!(values.len(), all);
    }

    #[test]
    fn what_offices_answer_for_is_offered_and_a_way_out_always() {
        let groups = groups(&directory(&["农民工工资", "渔船检验"]));
        assert_eq!(values(&groups), ["农民工工资", "渔船检验", "涉法涉诉", "其他"]);
        assert_eq!(name("其他"), "都不是，或者说不清");
        assert_eq!(name("渔船检验"), "渔船检验");
    }
}
