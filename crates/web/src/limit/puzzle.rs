//! What a flood pays: a ticket that is good after a while of waiting, or at once with a number that takes some reckoning to
//! find. Signed and not stored: asking for tickets costs no memory. No clock and no chance of its own.

use app::EphemeralKey;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

/// Zero bits the digest of ticket and number begins with: about 130,000 digests, some seconds of a telephone.
pub(crate) const BITS: u32 = 17;
/// How long a ticket must be waited with where nothing reckons.
pub(crate) const WAIT: SignedDuration = SignedDuration::from_secs(20);
/// How long a ticket is good: a person may write on, and is not sent back to the end of the line.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_hours(2);

/// Longest number taken for an answer, in digits.
const DIGITS_MAX: usize = 20;
/// Bytes of the signature a ticket carries.
const SIGNATURE_BYTES: usize = 16;

/// A ticket: `ISSUED-NONCE-SIGNATURE`, seconds and random in hex.
pub(crate) fn issue(key: &EphemeralKey, nonce: &str, now: Timestamp) -> String {
    let issued = format!("{:x}", now.as_second().max(0));
    let signature = key.mark(&[b"ticket", issued.as_bytes(), nonce.as_bytes()]);
    let signature: String = signature.iter().take(SIGNATURE_BYTES).map(|byte| format!("{byte:02x}")).collect();
    format!("{issued}-{nonce}-{signature}")
}

/// When a ticket of ours was issued; none where it is not ours, or too old, or of a time that has not come.
pub(crate) fn issued(key: &EphemeralKey, ticket: &str, now: Timestamp) -> Option<Timestamp> {
    let mut parts = ticket.split('-');
    let (issued, nonce, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !ticket.is_ascii() || signature.len() != 2 * SIGNATURE_BYTES {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(signature.get(at..at + 2)?, 16).ok();
    let signature = (0..SIGNATURE_BYTES).map(|index| byte(2 * index)).collect::<Option<Vec<u8>>>()?;
    if !key.fits(&[b"ticket", issued.as_bytes(), nonce.as_bytes()], &signature) {
        return None;
    }
    let at = Timestamp::from_second(i64::from_str_radix(issued, 16).ok()?).ok()?;
    let age = now.duration_since(at);
    (age < KEPT && age > -SignedDuration::from_mins(1)).then_some(at)
}

/// Whether a number answers a ticket: SHA-256 of `TICKET:NUMBER` begins with [`BITS`] zero bits.
pub(crate) fn answers(ticket: &str, number: &str) -> bool {
    let plain =
        !number.is_empty() && number.len() <= DIGITS_MAX && number.bytes().all(|byte| byte.is_ascii_digit());
    plain && zeros(&Sha256::digest(format!("{ticket}:{number}"))) >= BITS
}

fn zeros(digest: &[u8]) -> u32 {
    let mut zeros = 0;
    for byte in digest {
        zeros += byte.leading_zeros();
        if *byte != 0 {
            break;
        }
    }
    zeros
}

#[cfg(test)]
pub(super) fn solved(ticket: &str) -> String {
    (0_u64..).map(|number| number.to_string()).find(|number| answers(ticket, number)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static KEY: LazyLock<EphemeralKey> = LazyLock::new(|| EphemeralKey::fresh().unwrap());
    const NONCE: &str = "0123456789abcdef0123456789abcdef";

    fn now() -> Timestamp {
        "2026-11-21T09:00:00+08:00".parse().unwrap()
    }

    #[test]
    fn a_ticket_is_ours_for_two_hours_and_only_under_our_key() {
        let ticket = issue(&KEY, NONCE, now());
        assert_eq!(issued(&KEY, &ticket, now()), Some(now()));
        assert_eq!(issued(&KEY, &ticket, now() + SignedDuration::from_mins(119)), Some(now()));
        assert_eq!(issued(&KEY, &ticket, now() + KEPT), None);
        assert_eq!(issued(&EphemeralKey::fresh().unwrap(), &ticket, now()), None);
        assert_eq!(issued(&KEY, &ticket, now() - SignedDuration::from_hours(1)), None);
        let later =
            ticket.replacen(&format!("{:x}", now().as_second()), &format!("{:x}", now().as_second() - 60), 1);
        assert_eq!(issued(&KEY, &later, now()), None, "nobody dates it back");
    }

    #[test]
    fn a_number_is_found_by_reckoning_and_answers_one_ticket_only() {
        let ticket = issue(&KEY, NONCE, now());
        let number = solved(&ticket);
        assert!(answers(&ticket, &number));
        let other = issue(&KEY, &NONCE.replace('0', "1"), now());
        assert!(!answers(&other, &number) && !answers(&ticket, "") && !answers(&ticket, "0x12"));
        assert_eq!((zeros(&[0, 0, 0x40]), zeros(&[0x80]), zeros(&[0; 4])), (17, 0, 32));
    }

    proptest! {
        #[test]
        fn what_is_sent_for_a_ticket_is_read_without_panic(ticket in "\\PC{0,80}|[0-9a-f-]{0,90}", number in "\\PC{0,30}") {
            prop_assert_eq!(issued(&KEY, &ticket, now()), None);
            let _ = answers(&ticket, &number);
        }

        #[test]
        fn a_ticket_altered_anywhere_is_none(at: prop::sample::Index, byte in "[0-9a-f-]") {
            let ticket = issue(&KEY, NONCE, now());
            let at = at.index(ticket.len());
            let altered = format!("{}{byte}{}", &ticket[..at], &ticket[at + 1..]);
            prop_assert_eq!(issued(&KEY, &altered, now()).is_some(), altered == ticket);
        }
    }
}
