//! The tree of RFC 6962 as its text has it: recursive, over all leaves, without tiles, indices or shifts.

use transparency::{Hash, empty_root, leaf_hash, node_hash};

type Entries<'e> = &'e [[u8; 32]];

fn halves(entries: Entries) -> (Entries, Entries) {
    let mut left = 1;
    while left * 2 < entries.len() {
        left *= 2;
    }
    entries.split_at(left)
}

pub fn root(entries: Entries) -> Hash {
    match entries {
        [] => empty_root(),
        [entry] => leaf_hash(entry),
        _ => {
            let (left, right) = halves(entries);
            node_hash(&root(left), &root(right))
        }
    }
}

pub fn inclusion(index: usize, entries: Entries) -> Vec<Hash> {
    if entries.len() < 2 {
        return Vec::new();
    }
    let (left, right) = halves(entries);
    let (mut proof, sibling) = match index.checked_sub(left.len()) {
        None => (inclusion(index, left), root(right)),
        Some(index) => (inclusion(index, right), root(left)),
    };
    proof.push(sibling);
    proof
}

pub fn consistency(old: usize, entries: Entries) -> Vec<Hash> {
    part(old, entries, true)
}

fn part(old: usize, entries: Entries, is_whole: bool) -> Vec<Hash> {
    if old == entries.len() {
        return if is_whole { Vec::new() } else { vec![root(entries)] };
    }
    let (left, right) = halves(entries);
    let (mut proof, sibling) = match old.checked_sub(left.len()) {
        None | Some(0) => (part(old, left, is_whole), root(right)),
        Some(old) => (part(old, right, false), root(left)),
    };
    proof.push(sibling);
    proof
}

/// The root that an inclusion proof leads to; `None` where it has too few or too many hashes.
pub fn root_of_inclusion(index: u64, size: u64, leaf: Hash, proof: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    if size == 1 {
        return proof.is_empty().then_some(leaf);
    }
    let left = 1 << (size - 1).ilog2();
    let (sibling, proof) = proof.split_last()?;
    Some(match index.checked_sub(left) {
        None => node_hash(&root_of_inclusion(index, left, leaf, proof)?, sibling),
        Some(index) => node_hash(sibling, &root_of_inclusion(index, size - left, leaf, proof)?),
    })
}

/// Both roots that a consistency proof leads to.
pub fn roots_of_consistency(old: u64, new: u64, old_root: Hash, proof: &[Hash]) -> Option<(Hash, Hash)> {
    (1..new).contains(&old).then(|| both(old, new, old_root, proof, true))?
}

fn both(old: u64, new: u64, old_root: Hash, proof: &[Hash], is_whole: bool) -> Option<(Hash, Hash)> {
    if old == new {
        return match (is_whole, proof) {
            (true, []) => Some((old_root, old_root)),
            (false, [hash]) => Some((*hash, *hash)),
            _ => None,
        };
    }
    let left = 1 << (new - 1).ilog2();
    let (sibling, proof) = proof.split_last()?;
    Some(match old.checked_sub(left) {
        None | Some(0) => {
            let (old_part, new_part) = both(old, left, old_root, proof, is_whole)?;
            (old_part, node_hash(&new_part, sibling))
        }
        Some(old) => {
            let (old_part, new_part) = both(old, new - left, old_root, proof, false)?;
            (node_hash(sibling, &old_part), node_hash(sibling, &new_part))
        }
    })
}
