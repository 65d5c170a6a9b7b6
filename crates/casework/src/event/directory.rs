//! What happens to offices and officers.

use serde::{Deserialize, Serialize};

use crate::office::{Login, OfficeCode, OfficeKind, Role};

/// What happened to offices and officers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum DirectoryEvent {
    /// An office was entered or changed.
    OfficeSet {
        /// Its code.
        code: OfficeCode,
        /// A public body's name is public.
        name: String,
        /// What sort.
        kind: OfficeKind,
        /// The body above.
        parent: Option<OfficeCode>,
        /// Categories it answers for.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        fields: Vec<String>,
    },
    /// An office was merged into another, which takes over what it did.
    OfficeMerged {
        /// The one that is no more.
        code: OfficeCode,
        /// The other.
        into: OfficeCode,
    },
    /// An officer was entered or changed. Sealed: `name`.
    OfficerSet {
        /// Sign-in name.
        login: Login,
        /// Where they work.
        office: OfficeCode,
        /// What they are charged with.
        roles: Vec<Role>,
    },
}
