//! What was typed into a form, field by field, and the name that makes a form count once however often it is sent.

use app::Doing;
use axum::extract::{FromRequest, RawForm, Request};
use casework::command::Actor;
use jiff::Timestamp;

use crate::site::Site;
use crate::trouble::Failure;
use crate::view::form::Target;

/// The hidden field that makes a form count once.
const ONCE: &str = "once";

/// Names and values of a form, in order; a name may stand more than once.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed(Vec<(String, String)>);

impl Typed {
    /// The value of a field, without white space around it; empty where it was not sent.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// The value of a field exactly as it was sent: a password may begin with a blank.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Every value of a field that was sent.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// Whether the field was sent, be it empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// A whole number; 0 where it is none, which every rule refuses in its own words.
    pub(super) fn number(&self, name: &str) -> u32 {
        let digits: String = self.get(name).chars().map(narrow).collect();
        digits.parse().unwrap_or(0)
    }

    /// Who does it, now, and what makes it happen once: the officer, what is done, and the form it came in.
    pub(super) fn doing(&self, actor: &Actor, now: Timestamp, what: &str, otherwise: &str) -> Doing {
        let once = once_of(self.get(ONCE)).unwrap_or(otherwise);
        Doing::live(actor.clone(), now, format!("desk/{}/{what}/{once}", actor.word()))
    }

    /// A form that carries the same name again: sent back to be mended, it still counts once.
    pub(super) fn again(&self, action: &str, otherwise: &str) -> Target {
        once(action, once_of(self.get(ONCE)).unwrap_or(otherwise))
    }
}

/// A form that counts once.
pub(super) fn once(action: &str, id: &str) -> Target {
    Target::to(action).with(ONCE, id)
}

/// Only names we gave, or ones that look like them.
pub(super) fn once_of(given: &str) -> Option<&str> {
    let plain = given.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    (plain && (8..=64).contains(&given.len())).then_some(given)
}

/// A full-width digit as a plain one: input methods leave them behind.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        other => other,
    }
}

/// Splits `a=1&b=2` into decoded pairs. Line ends of browsers become those of texts.
pub(super) fn pairs(encoded: &[u8]) -> Option<Vec<(String, String)>> {
    encoded
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let value = pair.get(at + 1..).unwrap_or_default();
            Some((decoded(&pair[..at])?, decoded(value)?.replace("\r\n", "\n")))
        })
        .collect()
}

fn decoded(encoded: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut digit =
                    || char::from(*rest.next()?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                bytes.push(digit()? * 16 + digit()?);
            }
            other => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).ok()
}

/// A text inside an address.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

impl FromRequest<Site> for Typed {
    type Rejection = Failure;

    async fn from_request(request: Request, site: &Site) -> Result<Typed, Failure> {
        let RawForm(bytes) = RawForm::from_request(request, site).await.map_err(|refused| {
            use axum::response::IntoResponse;
            Failure::status(refused.into_response().status())
        })?;
        let unreadable = || Failure::input("表单里有读不出来的字符；请改用常见的浏览器重新填写");
        pairs(&bytes).map(Typed).ok_or_else(unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_field_by_field() {
        let typed = Typed(pairs("a=%E5%B7%A5+1%0D%0A2&b=&b=%20x&people=%EF%BC%91%EF%BC%92".as_bytes()).unwrap());
        assert_eq!(typed.get("a"), "工 1\n2");
        assert_eq!(typed.all("b").collect::<Vec<_>>(), ["", "x"]);
        assert_eq!((typed.number("people"), typed.number("a")), (12, 0));
        assert!(pairs(b"a=%E5").is_none() && pairs(b"a=%4").is_none());
    }

    #[test]
    fn what_is_put_into_an_address_comes_out_again() {
        let address = encoded("/desk?show=late&x=工");
        assert_eq!(decoded(address.as_bytes()).unwrap(), "/desk?show=late&x=工");
    }

    #[test]
    fn a_form_without_our_name_gets_a_fresh_one() {
        assert_eq!(once_of("../../x"), None);
        assert_eq!(once_of(""), None);
        assert!(once_of("019aa7de-0000-7000-8000-000000000000").is_some());
    }
}
