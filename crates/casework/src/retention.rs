//! 保存期限: how many years the words of a matter are kept after its end, by family, read from `policies/retention.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// The rules as they are shipped.
const SHIPPED: &str = include_str!("../../../policies/retention.toml");

/// How long the words of one family of matters are kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    /// Years after the last act in it.
    pub years: i16,
    /// The law that says so.
    #[serde(default)]
    pub law: Option<String>,
    /// The local rule, where no law does.
    #[serde(default)]
    pub local: Option<String>,
}

impl Keep {
    /// What it rests on, as a person reads it.
    pub fn basis(&self) -> String {
        match (&self.law, &self.local) {
            (Some(law), _) => law.clone(),
            (None, local) => format!("本地规则：{}", local.as_deref().unwrap_or_default()),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    keep: BTreeMap<String, Keep>,
}

/// A list that cannot be read lets nothing be erased; a test reads it.
static RULES: LazyLock<BTreeMap<String, Keep>> = LazyLock::new(|| read(SHIPPED).unwrap_or_default());

/// Every family with its rule.
pub fn rules() -> &'static BTreeMap<String, Keep> {
    &RULES
}

/// The rules of a file.
///
/// # Errors
/// In words: it is no such file, a time is out of reason, or a rule rests on nothing or on two things.
pub fn read(text: &str) -> Result<BTreeMap<String, Keep>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    for (family, keep) in &file.keep {
        if !(1..=100).contains(&keep.years) {
            return Err(format!("'{family}' is kept {} years; write 1 to 100", keep.years));
        }
        if keep.law.is_some() == keep.local.is_some() {
            return Err(format!("'{family}' rests on nothing or on two things; give law or local"));
        }
    }
    Ok(file.keep)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rules_are_read() {
        assert_eq!(&read(SHIPPED).unwrap(), rules());
        assert!(rules().values().all(|keep| keep.years >= 10));
    }

    #[test]
    fn a_rule_without_basis_or_reason_is_refused() {
        for bad in
            ["x = { years = 10 }", "x = { years = 0, local = 'a' }", "x = { years = 9, law = 'a', local = 'b' }"]
        {
            assert!(read(&format!("[keep]\n{bad}")).is_err(), "{bad}");
        }
    }
}
