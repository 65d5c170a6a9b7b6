//! What the person is told of a demand for data.

use serde::{Deserialize, Serialize};

use super::MatterId;

/// Another body demanded data of the matter, and it was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemandTold {
    /// The demand, a matter of its own; its words stand there.
    pub demand: MatterId,
    /// Outcome id in its procedure.
    pub outcome: String,
    /// What was given, in words of its closed list.
    pub given: Vec<String>,
}
