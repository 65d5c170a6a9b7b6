//! References shown to people: node, date, random digits and a check digit; said aloud without mistakes.

use casework::day;
use jiff::Timestamp;

/// The quasigroup of Damm's check digit: finds every single wrong digit and every swap of neighbours.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// A fresh reference: `4821-200102-4839-20175`: node, day, eight random digits and the check digit.
pub(crate) fn fresh(node: &str, at: Timestamp, random: [u8; 8]) -> String {
    let today = day::day_of(at);
    let date = format!("{:02}{:02}{:02}", today.year().rem_euclid(100), today.month(), today.day());
    let digits = format!("{:08}", u64::from_be_bytes(random) % 100_000_000);
    let (first, second) = digits.split_at(4);
    let check = check(&format!("{node}{date}{digits}"));
    format!("{node}-{date}-{first}-{second}{check}")
}

/// A reference as it is kept, from what a person typed: full-width digits, spaces and dashes do not matter.
/// `None` where it cannot be one: a digit is wrong, missing or swapped.
pub fn normalise(typed: &str) -> Option<String> {
    let digits: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－' | '—' | '–'))
        .map(|c| match c {
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
            other => other,
        })
        .collect();
    let all_digits = digits.len() == 19 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits || check(&digits) != 0 {
        return None;
    }
    Some(format!("{}-{}-{}-{}", &digits[..4], &digits[4..10], &digits[10..14], &digits[14..]))
}

fn check(digits: &str) -> u8 {
    digits.bytes().fold(0, |state, byte| {
        let digit = usize::from(byte.wrapping_sub(b'0') % 10);
        DAMM[usize::from(state)][digit]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_survives_being_said_and_typed() {
        let at = "2020-01-02T09:00:00+08:00".parse().unwrap();
        let reference = fresh("4821", at, 48_392_017_u64.to_be_bytes());
        assert!(reference.starts_with("4821-200102-4839-2017"), "{reference}");
        assert_eq!(normalise(&reference), Some(reference.clone()));
        assert_eq!(normalise(&reference.replace('-', " ")), Some(reference.clone()));
        let wide: String = reference
            .chars()
            .map(|c| c.to_digit(10).map_or(c, |d| char::from_u32('０' as u32 + d).unwrap()))
            .collect();
        assert_eq!(normalise(&wide), Some(reference));
    }

    #[test]
    fn a_wrong_or_swapped_digit_is_found() {
        let at = "2026-11-21T09:00:00+08:00".parse().unwrap();
        let reference = fresh("1234", at, 7_u64.to_be_bytes());
        let digits: Vec<char> = reference.chars().collect();
        for index in (0..digits.len()).filter(|index| digits[*index] != '-') {
            let mut wrong = digits.clone();
            wrong[index] = if wrong[index] == '9' { '0' } else { char::from(wrong[index] as u8 + 1) };
            assert_eq!(normalise(&wrong.iter().collect::<String>()), None);
        }
        assert_eq!(normalise("１２"), None);
        assert_eq!(normalise("не ссылка"), None);
    }
}
