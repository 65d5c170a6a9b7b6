//! Where another body is reached: a scheme, a host, and a path below which it answers.

use std::fmt;
use std::net::IpAddr;

use ureq::http::Uri;

use crate::CourierError;

/// An address without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    text: String,
}

impl Address {
    /// Reads `https://host[:port][/path]`, or the same with http.
    ///
    /// # Errors
    /// It is not such an address, or a name and password stand in it: what stands in an address ends up in notes.
    pub fn parse(text: &str) -> Result<Address, CourierError> {
        let wrong = || CourierError::Address(text.to_owned());
        let text = text.trim_end_matches('/');
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let authority = uri.authority().ok_or_else(wrong)?;
        let known = matches!(uri.scheme_str(), Some("http" | "https"));
        if !known || authority.host().is_empty() || authority.as_str().contains('@') || text.contains(['?', '#']) {
            return Err(wrong());
        }
        Ok(Address { text: text.to_owned() })
    }

    /// The address of what lies below it.
    pub(crate) fn below(&self, path: &str) -> String {
        format!("{}/{path}", self.text)
    }
}

/// Whether an address leads nowhere else.
pub(crate) fn is_this_machine(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether nobody on the way can read what is sent to an address: HTTPS, or this very machine.
pub fn is_safe(uri: &Uri) -> bool {
    uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && is_this_machine(uri))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, below, here) in [
            ("http://127.0.0.1:8090", "http://127.0.0.1:8090/x", true),
            ("http://[::1]:8090/", "http://[::1]:8090/x", true),
            ("http://localhost/w/", "http://localhost/w/x", true),
            ("https://witness.example/county", "https://witness.example/county/x", false),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!(address.below("x"), below, "{text}");
            let uri: Uri = below.parse().unwrap();
            assert_eq!((is_this_machine(&uri), is_safe(&uri)), (here, true), "{text}");
        }
        for unsafe_one in ["http://witness.example/x", "ftp://localhost/x", "/x", "http://127.0.0.1.example/x"] {
            assert!(!is_safe(&unsafe_one.parse().unwrap()), "{unsafe_one}");
        }
        for wrong in [
            "",
            "witness.example",
            "ftp://w.example",
            "http://",
            "http://a b",
            "https://u:p@w.example",
            "http://w/?a=b",
        ] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest::proptest! {
        /// What is taken for an address is one again, and names no password.
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}|https?://[a-z.:@\\[\\]0-9/?#%]{0,30}") {
            if let Ok(address) = Address::parse(&text) {
                assert_eq!(Address::parse(&address.to_string()).unwrap(), address);
                let names = text.split_once("://").unwrap().1;
                assert!(!names.split('/').next().unwrap().contains('@'), "{text}");
            }
        }
    }
}
