//! Cookies: read from a request, set on an answer; never readable by scripts, never sent to other sites.

use axum::http::{HeaderMap, HeaderValue, header};

/// The value of a cookie.
pub(crate) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
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
    let secure = if secure { "; Secure" } else { "" };
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
        assert_eq!(read(&headers, "desk"), Some("abc".to_owned()));
        assert_eq!(read(&headers, "des"), None);
    }

    #[test]
    fn a_value_that_could_break_the_header_is_not_set() {
        assert!(set("a", "x; Path=/", "/", 1, false).is_none());
        assert!(set("a", "x\r\n", "/", 1, false).is_none());
        assert!(set("a", "1234-5.6", "/track", 60, true).unwrap().to_str().unwrap().ends_with("Secure"));
        assert!(set("a", "1", "/", 1, false).unwrap().to_str().unwrap().ends_with("HttpOnly; SameSite=Strict"));
    }
}
