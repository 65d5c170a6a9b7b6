//! Places and offices that can be picked while filing, from the directory.

use casework::office::{Directory, Office, OfficeCode, OfficeKind};

use crate::view::form::{Choice, Group};

/// The body whose petition office serves this site.
pub(super) fn top(directory: &Directory) -> Option<&Office> {
    let office = directory.offices().find(|office| office.kind == OfficeKind::PetitionOffice)?;
    directory.above(&office.code)
}

/// Townships, the last entry for whoever cannot say.
pub(super) fn townships(directory: &Directory) -> Vec<Choice> {
    let Some(top) = top(directory) else { return Vec::new() };
    let mut choices = choices(directory, OfficeKind::Township, &top.code);
    choices.push(Choice::new(&top.code.0, &format!("{}，说不清哪个乡镇", top.name)));
    choices
}

/// Villages of a township, the last entry for whoever cannot say; empty where there is nothing to choose.
pub(super) fn villages(directory: &Directory, township: &str) -> Vec<Choice> {
    let code = OfficeCode(township.to_owned());
    let Some(township) = directory.office(&code).filter(|office| office.kind == OfficeKind::Township) else {
        return Vec::new();
    };
    let mut choices = choices(directory, OfficeKind::Village, &code);
    if !choices.is_empty() {
        choices.push(Choice::new(&code.0, &format!("{}，说不清哪个村", township.name)));
    }
    choices
}

/// Offices that may be complained of: departments, townships, the villages of the chosen township, and what was
/// picked before.
pub(super) fn accusable(directory: &Directory, township: &str, picked: &[&str]) -> Vec<Group> {
    let Some(top) = top(directory) else { return Vec::new() };
    let code = OfficeCode(township.to_owned());
    let mut groups = vec![
        ("县直部门", choices(directory, OfficeKind::Department, &top.code)),
        ("信访部门", choices(directory, OfficeKind::PetitionOffice, &top.code)),
        ("乡镇", choices(directory, OfficeKind::Township, &top.code)),
    ];
    if directory.office(&code).is_some_and(|office| office.kind == OfficeKind::Township) {
        groups.push(("村和社区", choices(directory, OfficeKind::Village, &code)));
    }
    let elsewhere: Vec<Choice> = picked
        .iter()
        .filter(|code| !groups.iter().flat_map(|(_, choices)| choices).any(|choice| choice.value == **code))
        .filter_map(|code| directory.office(&OfficeCode((*code).to_owned())))
        .map(|office| Choice::new(&office.code.0, &office.name))
        .collect();
    groups.push(("前面选过的", elsewhere));
    groups
        .into_iter()
        .filter(|(_, choices)| !choices.is_empty())
        .map(|(label, mut choices)| {
            for choice in &mut choices {
                choice.chosen = picked.contains(&choice.value.as_str());
            }
            Group { label: label.to_owned(), choices }
        })
        .collect()
}

/// Offices that may have decided something a person does not accept: those that may be complained of, and the body above.
pub(super) fn deciders(directory: &Directory, township: &str, picked: &[&str]) -> Vec<Group> {
    let mut groups = accusable(directory, township, picked);
    if let Some(top) = top(directory) {
        let mut choice = Choice::new(&top.code.0, &top.name);
        choice.chosen = picked.contains(&top.code.0.as_str());
        // What was picked before stands among the others.
        for group in &mut groups {
            group.choices.retain(|other| other.value != top.code.0);
        }
        groups.retain(|group| !group.choices.is_empty());
        groups.push(Group { label: "党委政府".to_owned(), choices: vec![choice] });
    }
    groups
}

fn choices(directory: &Directory, kind: OfficeKind, within: &OfficeCode) -> Vec<Choice> {
    let those =
        directory.offices().filter(|office| office.kind == kind && directory.is_within(&office.code, within));
    those.map(|office| Choice::new(&office.code.0, &office.name)).collect()
}
