//! What an act is told: the fields of a verb, each with its kind. Free text is always sealed, everything else is public.

use crate::words::Word;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Free text of a person or an officer; sealed.
    Text,
    /// One word of a closed list.
    Words(&'static [Word]),
    /// A day, `2026-03-01`.
    Day,
    /// An office's code.
    Office,
    /// An officer's login.
    Login,
    /// An amount of money in fen, never a fraction.
    Fen,
    /// A whole number from 1.
    Number,
    /// Yes or no.
    Flag,
    /// Another matter, by reference (in a story: by its name there).
    Reference,
    /// An outcome the act may find.
    Outcome,
    /// A letter of the procedure.
    Letter,
}

/// One thing an act is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in stories, the API and the journal.
    pub name: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// It must be there.
    pub required: bool,
}

impl Field {
    /// Whether its content is sealed: every free text is.
    pub fn is_sealed(&self) -> bool {
        self.kind == FieldKind::Text
    }
}

/// A field that must be there.
pub(super) const fn must(name: &'static str, label: &'static str, kind: FieldKind) -> Field {
    Field { name, label, kind, required: true }
}

/// A field that may be left out.
pub(super) const fn may(name: &'static str, label: &'static str, kind: FieldKind) -> Field {
    Field { name, label, kind, required: false }
}
