//! What is wrong with a procedure file: where, which rule, in plain words, and how to mend it.

use super::model::Place;

/// One thing wrong in a procedure file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{}: {code} {message}; {mend}", .place.line, .place.column)]
pub struct Fault {
    /// Where it stands in the file.
    pub place: Place,
    /// The rule that is broken, a code of [`CODES`].
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub mend: String,
    /// The path that breaks the rule, where one shows it, as a story that `replay` can run.
    pub story: Option<String>,
}

impl Fault {
    /// A fault at a place.
    pub(super) fn new(
        place: Place,
        code: &'static str,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) -> Fault {
        Fault { place, code, message: message.into(), mend: mend.into(), story: None }
    }
}

/// Every code a fault can carry, with the rule it stands for; `docs/procedure-language.md` explains each.
pub const CODES: [(&str, &str); 33] = [
    ("F1", "the file is readable TOML"),
    ("F2", "every key is one the language has"),
    ("F3", "nothing required is missing"),
    ("F4", "every value can be read"),
    ("F5", "every name used is declared"),
    ("L1", "every rule cites a law or says that it is local"),
    ("X1", "every verb is one the program knows"),
    ("X2", "no measure against persons is named"),
    ("X3", "nothing is found out about persons"),
    ("X4", "nothing penalises a person"),
    ("K1", "each verb is done by the right kind of actor"),
    ("K2", "each act has what its verb needs, and nothing else"),
    ("K3", "only the owner, the petitioner or a superior acts"),
    ("K4", "the owner of an open step can move it on"),
    ("K5", "duties bind offices, windows are for persons"),
    ("K6", "the roles are complete and in order"),
    ("K7", "every track keeps to its own steps"),
    ("K8", "an office that an act names is meant only after that act"),
    ("C1", "everything written can happen"),
    ("C2", "every open step has an owner"),
    ("C3", "in every case some clock runs"),
    ("C4", "the end of every clock has a consequence, again and again"),
    ("C5", "from every case an end can be reached"),
    ("C6", "every side track can end"),
    ("C7", "offices alone cannot go round for ever"),
    ("C8", "no loop tells nobody"),
    ("C9", "every adverse outcome has a remedy that is really open"),
    ("C10", "every extension is approved from above and told"),
    ("C12", "what an officer does is one thing"),
    ("C13", "every end comes after a served answer, or by the person's own will"),
    ("C14", "who is supervised does not end the supervision"),
    ("C15", "times fit together"),
    ("C16", "what was wrong is decided anew by others"),
];
