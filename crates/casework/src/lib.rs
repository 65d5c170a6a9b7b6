//! Placeholder line; the crate's real module line comes with its first rule.
