//! What forms are made of: where they go, what they carry along, what can be picked, what is wrong.

/// Where a form is sent and what it carries unseen (earlier answers, the token against forged requests).
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// Address it is posted to.
    pub action: String,
    /// Names and values carried along.
    pub hidden: Vec<(String, String)>,
}

impl Target {
    /// A form posted to this address.
    pub fn to(action: &str) -> Target {
        Target { action: action.into(), hidden: Vec::new() }
    }

    /// Carries one more value.
    pub fn with(mut self, name: &str, value: &str) -> Target {
        self.hidden.push((name.into(), value.into()));
        self
    }
}

/// One thing that can be picked.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A line that helps to choose; may be empty.
    pub hint: String,
    /// True when it is the one picked.
    pub chosen: bool,
    /// Access key; may be empty.
    pub key: String,
    /// Why it cannot be picked; empty where it can.
    pub shut: String,
}

impl Choice {
    /// A choice without hint, not picked.
    pub fn new(value: &str, label: &str) -> Choice {
        Choice { value: value.into(), label: label.into(), ..Choice::default() }
    }

    /// Adds the line that helps to choose.
    pub fn hint(mut self, hint: &str) -> Choice {
        self.hint = hint.into();
        self
    }

    /// Adds the access key.
    pub fn key(mut self, key: &str) -> Choice {
        self.key = key.into();
        self
    }

    /// Picks the choice with this value, in a list.
    pub fn pick(mut choices: Vec<Choice>, value: &str) -> Vec<Choice> {
        for choice in &mut choices {
            choice.chosen = choice.value == value;
        }
        choices
    }

    /// Choices from pairs of value and label.
    pub fn list(pairs: &[(&str, &str)]) -> Vec<Choice> {
        pairs.iter().map(|(value, label)| Choice::new(value, label)).collect()
    }
}

/// Choices under a heading; a heading may be empty when there is only one group.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Heading.
    pub label: String,
    /// What it holds.
    pub choices: Vec<Choice>,
}

impl Group {
    /// A group from heading and pairs of value and label.
    pub fn new(label: &str, pairs: &[(&str, &str)]) -> Group {
        Group { label: label.into(), choices: Choice::list(pairs) }
    }

    /// Picks the choice with this value, in all groups.
    pub fn pick(groups: Vec<Group>, value: &str) -> Vec<Group> {
        groups
            .into_iter()
            .map(|group| Group { choices: Choice::pick(group.choices, value), label: group.label })
            .collect()
    }
}

/// What is wrong in a form: field name and one plain line that says what to do.
#[derive(Debug, Clone, Default)]
pub struct Errors(pub Vec<(String, String)>);

impl Errors {
    /// Nothing is wrong.
    pub fn none() -> Errors {
        Errors::default()
    }

    /// Adds what is wrong with one field.
    pub fn with(mut self, field: &str, message: &str) -> Errors {
        self.0.push((field.into(), message.into()));
        self
    }

    /// What is wrong with this field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, message)| message.as_str())
    }
}

/// A representative of a joint petition: one row of the form.
#[derive(Debug, Clone, Default)]
pub struct Representative {
    /// Name as typed.
    pub name: String,
    /// Phone as typed.
    pub phone: String,
}

impl Representative {
    /// Five rows, the first ones filled.
    pub fn rows(filled: &[(&str, &str)]) -> Vec<Representative> {
        let mut rows: Vec<_> = filled
            .iter()
            .map(|(name, phone)| Representative { name: (*name).into(), phone: (*phone).into() })
            .collect();
        rows.resize_with(5, Representative::default);
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_found_by_its_field() {
        let errors = Errors::none().with("text", "请写明经过");
        assert_eq!(errors.of("text"), Some("请写明经过"));
        assert_eq!(errors.of("summary"), None);
    }

    #[test]
    fn picking_one_unpicks_the_others() {
        let choices = Choice::pick(Choice::pick(Choice::list(&[("a", "甲"), ("b", "乙")]), "a"), "b");
        assert_eq!(choices.iter().map(|choice| choice.chosen).collect::<Vec<_>>(), [false, true]);
    }
}
