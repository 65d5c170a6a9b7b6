//! Cookies: read from a request, set on an answer; never readable by scripts, never sent to other sites.

use axum::http::{HeaderMap, HeaderValue, header};

/// What browsers take from an encrypted connection only, and let no other site below the same name put in its place.
const SECURE_PREFIX: &str = "__Secure-";

fn named(name: &str, secure: bool) -> String {
    format!("{}{name}", if secure { SECURE_PREFIX } else { "" })
}

/// The value of a cookie; `secure`: people reach the site over HTTPS.
pub(crate) fn read(headers: &HeaderMap, name: &str, secure: bool) -> Option<String> {
    let name = named(name, secure);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.to_owned())
}

/// A header that sets a cookie below a path for some seconds. Values are digits, letters, dashes and dots only.
pub(crate) fn set(name: &str, value: &str, path: &str, seconds: u32, secure: bool) -> Option<HeaderValue> {
    header(name, value, path, seconds, secure, "Strict")
}

/// The same for a browser that is sent to another site and led back by it: the cookie comes back with it.
pub(crate) fn set_for_return(
    name: &str,
    value: &str,
    path: &str,
    seconds: u32,
    secure: bool,
) -> Option<HeaderValue> {
    header(name, value, path, seconds, secure, "Lax")
}

fn header(name: &str, value: &str, path: &str, seconds: u32, secure: bool, sites: &str) -> Option<HeaderValue> {
    let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    if !plain {
        return None;
    }
    let (name, secure) = (named(name, secure), if secure { "; Secure" } else { "" });
    let cookie = format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite={sites}{secure}");
    HeaderValue::from_str(&cookie).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; desk=abc; b=2"));
        assert_eq!(read(&headers, "desk", false), Some("abc".to_owned()));
        assert_eq!(read(&headers, "des", false), None);
    }

    #[test]
    fn over_https_only_a_cookie_from_https_counts() {
        let set = set("desk", "abc", "/desk", 60, true).unwrap();
        let sent = set.to_str().unwrap().split(';').next().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(&format!("desk=planted; {sent}")).unwrap());
        assert_eq!(read(&headers, "desk", true), Some("abc".to_owned()));
    }

    #[test]
    fn a_value_that_could_break_the_header_is_not_set() {
        assert!(set("a", "x; Path=/", "/", 1, false).is_none());
        assert!(set("a", "x\r\n", "/", 1, false).is_none());
        assert!(set("a", "1234-5.6", "/track", 60, true).unwrap().to_str().unwrap().ends_with("Secure"));
        assert!(set("a", "1", "/", 1, false).unwrap().to_str().unwrap().ends_with("HttpOnly; SameSite=Strict"));
    }
}
