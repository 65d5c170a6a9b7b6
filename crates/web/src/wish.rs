//! How a person wishes to be reached, against a way of reaching them: what the desk greys out is what it refuses.
//! The wish is a sentence of our own forms with what the person added; only its fixed beginning is read here.

use app::show::MatterShown;
use casework::verb::Verb;
use casework::words::{NO_CONTACT, NO_VISIT};

/// The wish, in the person's words; empty where there is none.
pub(crate) fn of(matter: &MatterShown) -> &str {
    &matter.wish
}

/// Whether an act reaches the person in a way it names, its field `how`.
pub(crate) fn is_reached_by(verb: Verb) -> bool {
    matches!(verb, Verb::Serve | Verb::CheckIn)
}

/// Why the person may not be reached this way.
pub(crate) fn against(wish: &str, how: &str) -> Option<&'static str> {
    let none = NO_CONTACT.iter().any(|begins| wish.starts_with(begins));
    match how {
        "post" if none => Some("信访人要求不联系，不能邮寄；可以网上送达，或者本人来取时当面送达"),
        "phone" | "message" | "visit" if none => {
            Some("信访人要求不联系；请等本人来访时当面问，或者只写在进度页上")
        }
        "visit" if wish.contains(NO_VISIT) => Some("信访人要求不要上门"),
        _ => None,
    }
}

/// Said of a service that reaches everybody it had not reached.
pub(crate) const ALL: &str = "all";

/// Why a service must say whom of several people it reached: by hand and by post it reaches one.
pub(crate) fn names_nobody(matter: &MatterShown, how: &str, party: Option<u32>) -> Option<&'static str> {
    let reaches_one = matches!(how, "in_person" | "post");
    (matter.representatives > 0 && party.is_none() && reaches_one)
        .then_some("这件事有几位信访人：当面、邮寄送达的，请选送达给谁，一人一次；网上送达和公告可以一次给所有人")
}

/// What to heed when serving this way.
pub(crate) fn heed(wish: &str, how: &str) -> &'static str {
    let away = wish.contains(NO_VISIT) || NO_CONTACT.iter().any(|begins| wish.starts_with(begins));
    if away && how == "in_person" { "本人来取时才可以，不要上门" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wants_no_contact_gets_no_post() {
        let wish = "不要联系，本人凭编号和查询码自己查看；请不要上门";
        assert!(against(wish, "post").is_some());
        assert!(against(wish, "online").is_none() && against(wish, "in_person").is_none());
        assert!(["phone", "message", "visit"].iter().all(|how| against(wish, how).is_some()));
        assert!(against(wish, "came").is_none() && against(wish, "page").is_none());
        let home = "可以打留下的电话；请不要上门";
        assert!(against(home, "visit").is_some() && against(home, "phone").is_none());
        assert!(against("寄信到：第1村；不要联系家里人", "post").is_none(), "only the fixed beginning counts");
        assert!(!heed(wish, "in_person").is_empty() && heed("可以打留下的电话", "in_person").is_empty());
    }
}
