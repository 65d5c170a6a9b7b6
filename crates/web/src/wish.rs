//! How a person wishes to be reached, against a way of serving a document: what the desk greys out is what it refuses.
//! The wish is a sentence of our own forms with what the person added; only its fixed beginning is read here.

use app::show::MatterShown;
use casework::words::{NO_CONTACT, NO_VISIT};

/// The wish, in the person's words; empty where there is none.
pub(crate) fn of(matter: &MatterShown) -> &str {
    &matter.wish
}

/// Why a document may not be served this way.
pub(crate) fn against(wish: &str, how: &str) -> Option<&'static str> {
    let none = NO_CONTACT.iter().any(|begins| wish.starts_with(begins));
    (none && how == "post").then_some("信访人要求不联系，不能邮寄；可以网上送达，或者本人来取时当面送达")
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
        assert!(against("寄信到：第1村；不要联系家里人", "post").is_none(), "only the fixed beginning counts");
        assert!(!heed(wish, "in_person").is_empty() && heed("可以打留下的电话", "in_person").is_empty());
    }
}
