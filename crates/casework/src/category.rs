//! What a matter can be about: the shipped lists and what offices answer for. A category stands in clear in the
//! journal and in every list, so it is a word of these and never a person's own.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::office::Directory;

/// The lists as they are shipped.
const SHIPPED: [&str; 2] =
    [include_str!("../../../categories/petition.toml"), include_str!("../../../categories/message-board.toml")];

#[derive(Debug, Deserialize)]
struct List {
    group: Vec<Group>,
}

#[derive(Debug, Deserialize)]
struct Group {
    category: Vec<Category>,
}

#[derive(Debug, Deserialize)]
struct Category {
    value: String,
}

/// A list that cannot be read offers nothing; a test reads them.
static VALUES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let lists = SHIPPED.iter().filter_map(|text| toml::from_str::<List>(text).ok());
    lists.flat_map(|list| list.group).flat_map(|group| group.category).map(|category| category.value).collect()
});

/// Whether a category stands in a shipped list or is one an office answers for.
pub fn is_known(value: &str, directory: &Directory) -> bool {
    VALUES.contains(value) || directory.offices().any(|office| office.fields.iter().any(|field| field == value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_list_reads() {
        for text in SHIPPED {
            assert!(!toml::from_str::<List>(text).unwrap().group.is_empty());
        }
        assert!(VALUES.len() > 20 && VALUES.contains("其他") && VALUES.contains("网上留言"));
    }
}
