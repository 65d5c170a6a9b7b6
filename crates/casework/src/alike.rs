//! 疑似重复: how like two accounts of facts are, and whether two telephones are one. 重复信访 is 同人 and 同事: the program
//! proposes, the registrar says.

use std::collections::BTreeMap;

/// Digits of the shortest telephone that tells one line from another: a line of a town without its prefix.
const WHOLE: usize = 7;

/// How much of two texts is the same, from 0 to 1: pairs of neighbouring characters they share (Dice), whatever the
/// blanks and signs between.
pub fn facts(one: &str, other: &str) -> f64 {
    let (one, other) = (pairs(one), pairs(other));
    let total = one.values().sum::<u32>() + other.values().sum::<u32>();
    if total == 0 {
        return 0.0;
    }
    let shared: u32 = one.iter().map(|(pair, times)| (*times).min(other.get(pair).copied().unwrap_or(0))).sum();
    2.0 * f64::from(shared) / f64::from(total)
}

/// Whether two telephones are the same one, both written whole.
pub fn same_telephone(one: &str, other: &str) -> bool {
    is_whole(one) && digits(one) == digits(other)
}

/// Whether a telephone is written whole.
pub fn is_whole(telephone: &str) -> bool {
    digits(telephone).len() >= WHOLE
}

/// The digits of a telephone, without the country's prefix.
fn digits(telephone: &str) -> String {
    let digit = |c: char| c.to_digit(10).or(wide(c)).and_then(|digit| char::from_digit(digit, 10));
    let digits: String = telephone.chars().filter_map(digit).collect();
    match digits.strip_prefix("86") {
        Some(rest) if rest.len() == 11 => rest.to_owned(),
        _ => digits,
    }
}

/// A full-width digit: input methods leave them behind.
fn wide(c: char) -> Option<u32> {
    u32::from(c).checked_sub(u32::from('０')).filter(|digit| *digit < 10)
}

fn pairs(text: &str) -> BTreeMap<(char, char), u32> {
    let mut found = BTreeMap::new();
    let mut before = None;
    for c in text.chars().filter(|c| c.is_alphanumeric()) {
        if let Some(before) = before.replace(c) {
            *found.entry((before, c)).or_insert(0) += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_about_the_same_are_alike() {
        let (one, other) = ("工地拖欠三个月工资", "反映工地拖欠工资三个月");
        assert!(facts(one, other) > 0.6, "{}", facts(one, other));
        assert!(facts(one, "村口路灯不亮") < 0.1);
        assert_eq!((facts("", ""), facts("甲", "甲")), (0.0, 0.0));
        assert!((facts("路灯，不亮", "路灯不亮") - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn telephones_are_compared_whole() {
        for (one, other, same) in [
            ("13900000001", "139 0000 0001", true),
            ("+86 13900000001", "１３９００００００01", true),
            ("13900000001", "13900000002", false),
            ("0001", "0001", false),
            ("", "", false),
            ("1390000000", "13900000001", false),
        ] {
            assert_eq!(same_telephone(one, other), same, "{one} {other}");
        }
    }
}
