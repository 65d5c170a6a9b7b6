//! Where a request comes from: an address, of which only a keyed hash is kept, in memory, under a key of this start. No
//! address is stored, logged or shown.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use app::EphemeralKey;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::site::Site;
use crate::trouble::Failure;

/// A source, as a keyed hash of its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Source([u8; 16]);

impl Source {
    /// The source behind an address; IPv6 by its first 64 bits, which one line has to itself.
    pub(crate) fn of(key: &EphemeralKey, address: IpAddr) -> Source {
        let bytes = match address.to_canonical() {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets()[..8].to_vec(),
        };
        let digest = key.mark(&[b"source", &bytes]);
        let mut kept = [0; 16];
        kept.copy_from_slice(&digest[..16]);
        Source(kept)
    }
}

/// Who asks: what they sent along, and where it came from. None where that is not known: from this machine itself, behind
/// a server in front that was not told of.
pub(crate) struct Caller {
    pub(crate) headers: HeaderMap,
    pub(crate) source: Option<Source>,
}

impl FromRequestParts<Site> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Caller, Failure> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let address = address(peer, &parts.headers, site.behind_proxy());
        let key = site.door().key()?;
        let source = address.map(|address| Source::of(key, address));
        Ok(Caller { headers: parts.headers.clone(), source })
    }
}

/// The address a request comes from: the peer's, or what the server in front says its peer was. Whatever stands before
/// that in the header anybody may have written.
fn address(peer: Option<IpAddr>, headers: &HeaderMap, behind_proxy: bool) -> Option<IpAddr> {
    let said = || {
        let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        read(last.rsplit(',').next()?.trim())
    };
    let address = if behind_proxy { said().or(peer) } else { peer };
    address.filter(|address| !address.to_canonical().is_loopback())
}

/// An address as servers write it: bare, in brackets, with a port.
fn read(said: &str) -> Option<IpAddr> {
    let bare = said.parse().ok();
    let with_port = || said.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    let in_brackets = || Some(IpAddr::V6(said.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok()?));
    bare.or_else(with_port).or_else(in_brackets)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    static KEY: LazyLock<EphemeralKey> = LazyLock::new(|| EphemeralKey::fresh().unwrap());

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn forwarded(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    #[test]
    fn only_the_last_hop_counts_and_only_behind_a_proxy() {
        let (peer, headers) = (Some(ip("10.0.0.1")), forwarded(&["6.6.6.6", "1.2.3.4, 203.0.113.9"]));
        assert_eq!(address(peer, &headers, true), Some(ip("203.0.113.9")));
        assert_eq!(address(peer, &headers, false), peer, "anybody may write the header");
        assert_eq!(address(peer, &forwarded(&["unknown"]), true), peer);
        assert_eq!(address(Some(ip("127.0.0.1")), &headers, false), None);
        for (said, read_as) in [
            ("203.0.113.9:4711", Some("203.0.113.9")),
            ("[2001:db8::1]:443", Some("2001:db8::1")),
            ("[2001:db8::1]", Some("2001:db8::1")),
            ("x", None),
        ] {
            assert_eq!(read(said), read_as.map(ip), "{said}");
        }
    }

    #[test]
    fn one_line_is_one_source_and_another_start_knows_it_no_more() {
        let of = |text| Source::of(&KEY, ip(text));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("203.0.113.9"), of("::ffff:203.0.113.9"));
        assert_ne!(of("203.0.113.9"), of("203.0.113.8"));
        assert_ne!(of("203.0.113.9"), Source::of(&EphemeralKey::fresh().unwrap(), ip("203.0.113.9")));
        // Some byte of a hash may be 203 by chance; the address in a row is not.
        let said = format!("{:?}", of("203.0.113.9"));
        assert!(!said.contains("203.0.113.9") && !said.contains("203, 0, 113, 9"), "{said}");
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_panic(said in "\\PC{0,60}|[0-9a-f:.\\[\\], ]{0,60}") {
            let _ = read(&said);
            if let Ok(value) = HeaderValue::from_str(&said) {
                let mut headers = HeaderMap::new();
                headers.append("x-forwarded-for", value);
                let _ = address(None, &headers, true);
            }
        }
    }
}
