//! Words that name a measure against persons who petition. No file may contain one, in any id, name or text.

/// Lists, ranks, interception, return, reprimand, silence for relief: what this program does not do.
const REFUSED: [&str; 34] = [
    "重点人",
    "重点人员",
    "越级",
    "进京",
    "赴京",
    "非访",
    "缠访",
    "闹访",
    "截访",
    "接返",
    "劝返",
    "遣返",
    "稳控",
    "管控",
    "列控",
    "布控",
    "盯防",
    "盯人",
    "维稳",
    "训诫",
    "扬言",
    "黑名单",
    "息访",
    "罢访",
    "敏感时期",
    "key_person",
    "key person",
    "blacklist",
    "watchlist",
    "intercept",
    "bring_back",
    "reprimand",
    "stability_control",
    "troublemaker",
];

/// The refused word a text contains, if any; blanks and letter case do not hide it.
pub(in crate::procedure) fn refused_in(text: &str) -> Option<&'static str> {
    let bare = |text: &str| -> String {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let shown = bare(text);
    // The longest match names the measure best.
    let found = REFUSED.into_iter().filter(|word| shown.contains(&bare(word)));
    found.max_by_key(|word| word.len())
}

#[cfg(test)]
mod tests {
    use super::refused_in;

    #[test]
    fn finds_refused_words_however_written() {
        for (text, word) in [
            ("重点人员名单", Some("重点人员")),
            ("重 点 人", Some("重点人")),
            ("Key-Person", Some("key person")),
            ("列为重点事项", None),
            ("处理意见书", None),
        ] {
            let bare = |word: &str| word.replace([' ', '_'], "");
            assert_eq!(refused_in(text).map(bare), word.map(bare), "{text}");
        }
    }
}
