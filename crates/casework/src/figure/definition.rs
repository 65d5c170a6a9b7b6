//! A figure as data (`figures/*.toml`): a small closed language, so that every number can be read by a lawyer.

use serde::Deserialize;

use crate::read::Fact;

/// A report: figures over facts of some procedure families.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Head of the file.
    pub report: Head,
    /// Its figures, in order.
    #[serde(rename = "figure")]
    pub figures: Vec<Figure>,
}

/// What the report is called and which facts it sees.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// e.g. `work-summary`.
    pub id: String,
    /// What people read.
    pub name: String,
    /// Procedure families, and `session`.
    pub families: Vec<String>,
}

/// One number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Figure {
    /// e.g. `intake.total`.
    pub id: String,
    /// What people read.
    pub name: String,
    /// 件, 批, 人次, %, 元 (amounts are then in fen).
    pub unit: String,
    /// In plain words.
    pub definition: String,
    /// How it is found.
    #[serde(flatten)]
    pub measure: Measure,
}

/// How a figure is found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Measure {
    /// How many facts fit, in the period.
    Count(Select),
    /// Their amounts added, in the period.
    Sum(Select),
    /// Of a cohort's matters, those with a fact by the end of the period.
    Reached {
        /// Figure whose rows are the cohort.
        cohort: String,
        /// Kind of fact.
        fact: String,
    },
    /// A difference of two figures.
    Minus {
        /// From this.
        from: String,
        /// Less that.
        less: String,
    },
    /// A percentage of two figures, two decimals, half up; nothing where the denominator is 0.
    Percent {
        /// Numerator.
        of: String,
        /// Denominator.
        #[serde(rename = "in")]
        whole: String,
    },
    /// Matters (or side tracks of one) whose last limit among these lies before the end of the period, without the
    /// ending fact by then.
    Overdue {
        /// Clock ids.
        limits: Vec<String>,
        /// Kinds of fact that end it.
        ends_with: Vec<String>,
    },
    /// Matters (or side tracks of one) with more of one fact than of the other by the end of the period.
    Standing {
        /// Opens.
        since: String,
        /// Closes.
        until: String,
        /// Labels that fit; none given: all.
        #[serde(default)]
        label: Vec<String>,
    },
    /// A quantile of amounts in seconds, as days of 24 hours, linear interpolation, one decimal.
    QuantileDays {
        /// Figure whose rows are taken.
        of: String,
        /// 0 to 100.
        percent: u8,
    },
}

/// Which facts fit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Select {
    /// Kind of fact.
    pub fact: String,
    /// Labels that fit; none given: all.
    #[serde(default)]
    pub label: Vec<String>,
    /// Objects that fit; none given: all.
    #[serde(default)]
    pub about: Vec<String>,
    /// Smallest amount that fits.
    pub at_least: Option<i64>,
    /// Largest amount that fits.
    pub at_most: Option<i64>,
    /// Only those in time (or late).
    pub on_time: Option<bool>,
    /// Left out: those of matters in which something was done by the end of the period and not undone.
    pub unless: Option<Unless>,
}

impl Select {
    /// Whether a fact fits, whenever it happened and whatever became of its matter.
    pub(super) fn fits(&self, fact: &Fact) -> bool {
        fact.kind == self.fact
            && (self.label.is_empty() || self.label.contains(&fact.label))
            && (self.about.is_empty() || self.about.contains(&fact.about))
            && self.at_least.is_none_or(|least| fact.amount >= least)
            && self.at_most.is_none_or(|most| fact.amount <= most)
            && (self.on_time.is_none() || self.on_time == fact.on_time)
    }
}

/// Something done to a matter and not undone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unless {
    /// Kind of fact that does it.
    pub done: String,
    /// Kind of fact that undoes it.
    pub undone: String,
}

/// A definition file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// Not TOML, or not this shape; carries line and column.
    #[error("the figure definitions cannot be read: {0}")]
    Shape(String),
    /// A figure is made of one that does not stand before it.
    #[error("figure '{figure}' uses '{used}', which is not defined before it")]
    Unknown {
        /// The figure.
        figure: String,
        /// What it uses.
        used: String,
    },
}

impl Report {
    /// Reads a definition file and checks that each figure uses only figures before it.
    ///
    /// # Errors
    /// [`DefinitionError`].
    pub fn parse(text: &str) -> Result<Report, DefinitionError> {
        let report: Report = toml::from_str(text).map_err(|error| DefinitionError::Shape(error.to_string()))?;
        known_keys(text)?;
        for (index, figure) in report.figures.iter().enumerate() {
            let before = &report.figures[..index];
            for used in figure.measure.uses() {
                if !before.iter().any(|earlier| earlier.id == used) {
                    return Err(DefinitionError::Unknown { figure: figure.id.clone(), used: used.to_owned() });
                }
            }
        }
        Ok(report)
    }
}

impl Measure {
    /// Figures it is made of.
    pub(super) fn uses(&self) -> Vec<&str> {
        match self {
            Measure::Count(_) | Measure::Sum(_) | Measure::Overdue { .. } | Measure::Standing { .. } => Vec::new(),
            Measure::Reached { cohort, .. } => vec![cohort],
            Measure::Minus { from, less } => vec![from, less],
            Measure::Percent { of, whole } => vec![of, whole],
            Measure::QuantileDays { of, .. } => vec![of],
        }
    }
}

/// Keys of a figure beside its measure.
const SAID: [&str; 4] = ["id", "name", "unit", "definition"];

/// A key that means nothing would be passed over in silence: a figure has one measure and nothing else.
fn known_keys(text: &str) -> Result<(), DefinitionError> {
    let file: toml::Table = toml::from_str(text).map_err(|error| DefinitionError::Shape(error.to_string()))?;
    let figures = file.get("figure").and_then(toml::Value::as_array).into_iter().flatten();
    for figure in figures.filter_map(toml::Value::as_table) {
        let more: Vec<&str> = figure.keys().map(String::as_str).filter(|key| !SAID.contains(key)).collect();
        if more.len() != 1 {
            return Err(DefinitionError::Shape(format!(
                "a figure has one measure, not these: {}",
                more.join(", ")
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(measure: &str) -> Result<Report, DefinitionError> {
        let head = "[report]\nid = \"r\"\nname = \"r\"\nfamilies = [\"petition\"]\n[[figure]]\n";
        let said = "id = \"f\"\nname = \"f\"\nunit = \"x\"\ndefinition = \"d\"\n";
        Report::parse(&format!("{head}{said}{measure}\n"))
    }

    /// The language has no word for a person, and none for grouping: a figure is one number about matters.
    #[test]
    fn no_figure_is_counted_by_person() {
        assert!(figure("count = { fact = \"intake\" }").is_ok());
        for key in ["by", "group_by", "per", "person", "petitioner", "name", "phone", "top", "order_by"] {
            assert!(figure(&format!("count = {{ fact = \"intake\", {key} = \"petitioner\" }}")).is_err(), "{key}");
            assert!(figure(&format!("count = {{ fact = \"intake\" }}\n{key} = \"petitioner\"")).is_err(), "{key}");
            let standing = format!("standing = {{ since = \"a\", until = \"b\", {key} = \"petitioner\" }}");
            assert!(figure(&standing).is_err(), "{key}");
        }
    }
}
