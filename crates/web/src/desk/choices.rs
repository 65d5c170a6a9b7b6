//! What forms of the desk let people pick from: places, offices, categories, officers, closed lists of words.

use casework::event::Channel;
use casework::office::{Directory, Login, Office, OfficeCode, OfficeKind, Role};
use casework::words::Word;

use crate::category;
use crate::view::form::{Choice, Group};

/// Where a matter is shown.
pub(super) fn matter_address(reference: &str) -> String {
    format!("/desk/matters/{reference}")
}

/// The icon of a channel.
pub(super) fn channel_icon(channel: Option<Channel>) -> &'static str {
    match channel {
        Some(Channel::Letter) => "i-letter",
        Some(Channel::Visit) => "i-visit",
        Some(Channel::Phone) => "i-phone",
        Some(Channel::Web | Channel::MessageBoard) | None => "i-web",
    }
}

/// A closed list of words as choices.
pub(super) fn words(list: &[Word]) -> Vec<Choice> {
    Choice::list(list)
}

/// The categories of petitions, under headings.
pub(super) fn categories(directory: &Directory, picked: &str) -> Vec<Group> {
    Group::pick(category::groups(directory), picked)
}

/// Townships with their villages, each a group; then what lies above.
pub(super) fn places(directory: &Directory, picked: &str) -> Vec<Group> {
    let mut groups = Vec::new();
    for township in directory.offices().filter(|office| office.kind == OfficeKind::Township) {
        let mut choices = vec![Choice::new(&township.code.0, &township.name)];
        choices.extend(
            below(directory, &township.code)
                .map(|village| Choice::new(&village.code.0, &format!("{} {}", township.name, village.name))),
        );
        groups.push(Group { label: township.name.clone(), choices });
    }
    let wide = |office: &&Office| matches!(office.kind, OfficeKind::County | OfficeKind::City);
    let above: Vec<Choice> =
        directory.offices().filter(wide).map(|office| Choice::new(&office.code.0, &office.name)).collect();
    if !above.is_empty() {
        groups.push(Group { label: "说不清乡镇".to_owned(), choices: above });
    }
    Group::pick(groups, picked)
}

fn below<'a>(directory: &'a Directory, code: &OfficeCode) -> impl Iterator<Item = &'a Office> {
    let code = code.clone();
    directory
        .offices()
        .filter(move |office| office.kind == OfficeKind::Village && office.parent.as_ref() == Some(&code))
}

/// Offices that may be complained of, by sort; `ticked` are those chosen already.
pub(super) fn offices(directory: &Directory, ticked: &[&str]) -> Vec<Group> {
    let mut groups = by_sort(directory, |_| true);
    for group in &mut groups {
        for choice in &mut group.choices {
            choice.chosen = ticked.contains(&choice.value.as_str());
        }
    }
    groups
}

/// Offices a matter may be sent to: those that answer for its category first, its own office and the accused never.
pub(super) fn receivers(
    directory: &Directory,
    own: &OfficeCode,
    category: &str,
    accused: &[String],
    picked: &str,
) -> Vec<Group> {
    let fits = |office: &&Office| {
        office.code != *own && !directory.line_of(&office.code).iter().any(|above| accused.contains(&above.name))
    };
    let answers = |office: &&Office| office.fields.iter().any(|field| field == category);
    let first: Vec<Choice> = directory
        .offices()
        .filter(fits)
        .filter(answers)
        .map(|office| Choice::new(&office.code.0, &office.name))
        .collect();
    let mut groups = Vec::new();
    if !first.is_empty() {
        groups.push(Group { label: "按分类应由它办".to_owned(), choices: first });
    }
    groups.extend(by_sort(directory, |office| fits(&office) && !answers(&office)));
    Group::pick(groups, picked)
}

/// Offices under headings; villages are not public bodies that decide, so they are not among them.
fn by_sort(directory: &Directory, fits: impl Fn(&Office) -> bool) -> Vec<Group> {
    let sorts = [
        ("部门", OfficeKind::Department),
        ("乡镇、街道", OfficeKind::Township),
        ("信访工作机构", OfficeKind::PetitionOffice),
        ("党委政府", OfficeKind::County),
        ("上级", OfficeKind::City),
    ];
    sorts
        .into_iter()
        .map(|(label, kind)| Group {
            label: label.to_owned(),
            choices: directory
                .offices()
                .filter(|office| office.kind == kind && fits(office))
                .map(|office| Choice::new(&office.code.0, &office.name))
                .collect(),
        })
        .filter(|group| !group.choices.is_empty())
        .collect()
}

/// Leaders at an office or above it: those who may approve for it.
pub(super) fn approvers(directory: &Directory, office: &OfficeCode, picked: &str) -> Vec<Group> {
    let groups = directory
        .line_of(office)
        .into_iter()
        .map(|above| Group { label: above.name.clone(), choices: leaders(directory, |of| *of == above.code) })
        .filter(|group| !group.choices.is_empty())
        .collect();
    Group::pick(groups, picked)
}

/// Everybody in some offices.
pub(super) fn officers(directory: &Directory, offices: &[OfficeCode], picked: &str) -> Vec<Group> {
    let of = |office: &OfficeCode| {
        let officers = directory.officers().filter(|officer| officer.office == *office);
        officers.map(|officer| Choice::new(&officer.login.0, &officer.name)).collect()
    };
    let groups = offices.iter().map(|office| Group { label: directory.name_of(office), choices: of(office) });
    Group::pick(groups.filter(|group| !group.choices.is_empty()).collect(), picked)
}

/// Leaders of some offices.
pub(super) fn leaders(directory: &Directory, of: impl Fn(&OfficeCode) -> bool) -> Vec<Choice> {
    directory
        .officers()
        .filter(|officer| officer.roles.contains(&Role::Leader) && of(&officer.office))
        .map(|officer| {
            let Login(login) = &officer.login;
            Choice::new(login, &officer.name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> Directory {
        let mut directory = Directory::default();
        let rows: [(&str, &str, OfficeKind, &str, &[&str]); 7] = [
            ("c", "青河县", OfficeKind::County, "", &[]),
            ("xf", "青河县信访局", OfficeKind::PetitionOffice, "c", &[]),
            ("hr", "青河县人社局", OfficeKind::Department, "c", &["农民工工资"]),
            ("hb", "青河县住建局", OfficeKind::Department, "c", &["房屋拆迁"]),
            ("hb1", "住建局第一站", OfficeKind::Department, "hb", &["农民工工资"]),
            ("t", "第1镇", OfficeKind::Township, "c", &[]),
            ("v", "第1村", OfficeKind::Village, "t", &[]),
        ];
        for (code, name, kind, parent, fields) in rows {
            directory.set_office(Office {
                code: code.into(),
                name: name.to_owned(),
                kind,
                parent: (!parent.is_empty()).then(|| parent.into()),
                fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            });
        }
        directory
    }

    fn values(groups: &[Group]) -> Vec<&str> {
        groups.iter().flat_map(|group| &group.choices).map(|choice| choice.value.as_str()).collect()
    }

    #[test]
    fn who_answers_for_the_category_comes_first_and_the_accused_never() {
        let directory = directory();
        let accused = ["青河县住建局".to_owned()];
        let groups = receivers(&directory, &"xf".into(), "农民工工资", &accused, "");
        assert_eq!(values(&groups), ["hr", "t", "c"]);
        assert_eq!(groups[0].label, "按分类应由它办");
    }

    #[test]
    fn villages_lie_under_their_township() {
        let groups = places(&directory(), "v");
        assert_eq!(values(&groups), ["t", "v", "c"]);
        assert_eq!(groups[0].choices[1].label, "第1镇 第1村");
        assert!(groups[0].choices[1].chosen);
    }
}
