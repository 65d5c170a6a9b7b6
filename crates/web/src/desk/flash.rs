//! What was just done, told once on the next page. Addresses carry a word of a closed list, never a text.

use casework::verb::Verb;

/// A session was announced.
pub(super) const ANNOUNCED: &str = "announced";
/// A session was held.
pub(super) const HELD: &str = "held";
/// One-time codes were set up.
pub(super) const CODES: &str = "codes";
/// Somebody was received at a session.
pub(super) const RECEIVED: &str = "received";

/// Whether a word stands for an act that makes a document to be looked at next.
pub(super) fn makes_document(told: &str) -> bool {
    Verb::from_word(told).is_some_and(|verb| !matches!(verb, Verb::Serve | Verb::Repeat | Verb::MarkKey))
}

/// The sentence a word stands for; none where it is not of the list.
pub(super) fn words(told: &str) -> Option<String> {
    match told {
        ANNOUNCED => Some("接访已公告。".to_owned()),
        HELD => Some("已登记举行情况。".to_owned()),
        CODES => Some("动态口令已经设好，下次登录要填。".to_owned()),
        RECEIVED => Some("已记下一批接待。".to_owned()),
        other => Verb::from_word(other).map(|verb| format!("已办理并登记：{}。", verb.name())),
    }
}
