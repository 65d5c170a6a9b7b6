//! Words that name a measure against persons who petition, read from `policies/refused-words.toml`: no file brings them in.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// The list as it is shipped.
const SHIPPED: &str = include_str!("../../../policies/refused-words.toml");

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    everywhere: Vec<String>,
    heading: Vec<String>,
    clause: Vec<String>,
    finding: Vec<String>,
    consequence: Vec<String>,
}

/// A list that cannot be read refuses nothing; a test reads it.
static WORDS: LazyLock<Words> = LazyLock::new(|| toml::from_str(SHIPPED).unwrap_or_default());

/// The refused word a procedure's text contains, if any; blanks, marks and letter case do not hide it.
pub fn in_procedure(text: &str) -> Option<&'static str> {
    longest(text, WORDS.everywhere.iter())
}

/// The refused word the heading of an imported column contains, if any.
pub fn in_heading(text: &str) -> Option<&'static str> {
    longest(text, WORDS.everywhere.iter().chain(&WORDS.heading))
}

/// The words in a promise, settlement or relief decision that would make a person give up a right, if any.
pub fn in_clause(text: &str) -> Option<&'static str> {
    longest(text, WORDS.clause.iter())
}

/// The word by which a finding would be about a person, if any.
pub fn in_finding(text: &str) -> Option<&'static str> {
    longest(text, WORDS.finding.iter())
}

/// The word by which a letter, an outcome or the end of a clock would penalise a person, if any.
pub fn in_consequence(text: &str) -> Option<&'static str> {
    longest(text, WORDS.consequence.iter())
}

/// The longest match names the measure best.
fn longest(text: &str, words: impl Iterator<Item = &'static String>) -> Option<&'static str> {
    let shown = bare(text);
    words.filter(|word| shown.contains(&bare(word))).max_by_key(|word| word.len()).map(String::as_str)
}

fn bare(text: &str) -> String {
    let shown = text.chars().filter(|letter| letter.is_alphanumeric()).map(simplified);
    shown.flat_map(char::to_lowercase).collect()
}

/// The traditional characters of the list's words, each before its simplified form.
const PAIRS: &str = "點点員员級级進进訪访纏缠鬧闹勸劝穩稳維维訓训誡诫揚扬單单罷罢時时對对戶户畫画標标簽签籤签類类別别\
                     積积個个軌轨跡迹動动處处罰罚記记錄录風风險险專专業业數数歷历訴诉違违佈布";

/// A procedure is read at every start, letter by letter: looked up, not searched.
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let letters: Vec<char> = PAIRS.chars().collect();
    letters.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
});

/// The simplified form of a traditional character of the list's words; any other as it is.
fn simplified(letter: char) -> char {
    if letter.is_ascii() { letter } else { SIMPLIFIED.get(&letter).copied().unwrap_or(letter) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_however_written() {
        let words: Words = toml::from_str(SHIPPED).unwrap();
        assert!(words.everywhere.len() > 30 && words.heading.len() > 30);
        for word in &words.everywhere {
            let spaced: String = word.chars().map(|letter| format!("{letter} ")).collect();
            assert!(in_procedure(&format!("（{spaced}）")).is_some(), "{word}");
            assert!(in_heading(&format!("是否{}", word.to_uppercase())).is_some(), "{word}");
        }
        for word in &words.heading {
            assert!(in_heading(&format!("{word}（备注）")).is_some(), "{word}");
        }
    }

    #[test]
    fn a_clause_may_settle_but_not_silence() {
        for text in ["不得再上访", "自愿 息诉罢访", "保证放弃起诉的权利", "领款后不得再信访"]
        {
            assert!(in_clause(text).is_some(), "{text}");
        }
        for text in ["双方自愿和解，十五日内付清工资", "对处理意见不服的，可以申请复查"]
        {
            assert_eq!(in_clause(text), None, "{text}");
        }
    }

    #[test]
    fn traditional_characters_hide_nothing() {
        for word in ["重點人員", "是否越級", "赴京非訪", "維穩等級", "危险等级", "人員標籤"]
        {
            assert!(in_heading(word).is_some(), "{word}");
        }
        let words: Words = toml::from_str(SHIPPED).unwrap();
        let all: String = words.everywhere.iter().chain(&words.heading).map(String::as_str).collect();
        assert!(all.chars().all(|letter| simplified(letter) == letter), "the list itself is simplified");
    }

    #[test]
    fn ordinary_words_are_not_refused() {
        for text in [
            "列为重点事项",
            "处理意见书",
            "留言编号",
            "点赞数",
            "包案领导",
            "满意度",
            "问题属地",
            "风险等级",
            "行业类别",
        ] {
            assert_eq!(in_heading(text), None);
        }
    }
}
