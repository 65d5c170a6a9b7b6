//! Setting up one-time codes on a telephone.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Errors, Target};
use crate::view::frame::DeskFrame;
use crate::view::qr::Qr;

/// Field `code`, and `old` for those who have codes already; carries `secret`.
#[derive(Debug, Clone, Template)]
#[template(path = "desk/codes.html")]
pub struct Codes {
    /// What surrounds the page.
    pub frame: DeskFrame,
    /// Where the code is sent.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
    /// The secret for a camera; none where it does not fit.
    pub qr: Option<Qr>,
    /// The secret for typing, in groups.
    pub secret: String,
    /// Whether codes are set up already, and are replaced.
    pub has_codes: bool,
}

impl Page for Codes {
    const NAME: &'static str = "desk/codes";

    fn samples() -> Vec<(&'static str, Codes)> {
        let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
        let page = Codes {
            frame: DeskFrame::sample("/desk/account"),
            form: Target::to("/desk/account/codes").with("secret", secret),
            errors: Errors::none(),
            qr: Qr::of(&format!("otpauth://totp/Huiyin:clerk?secret={secret}&issuer=Huiyin")),
            secret: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP".into(),
            has_codes: false,
        };
        let again = Codes {
            has_codes: true,
            errors: Errors::none().with("code", "口令不对，请再填现在显示的6位数字"),
            ..page.clone()
        };
        vec![("first", page), ("again", again)]
    }
}
