//! Verifying proofs: that a leaf is in a tree, and that a later tree holds an earlier one (RFC 9162, 2.1.3.2, 2.1.4.2).

use crate::error::ProofError;
use crate::hash::{Hash, node_hash};

/// Verifies that the leaf with hash `leaf` stands at `index` (from 0) in the tree of `size` leaves with this `root`.
/// `proof` runs from the leaf's sibling up to the child of the root.
///
/// # Errors
/// It does not; total for every input.
pub fn verify_inclusion(index: u64, size: u64, leaf: Hash, proof: &[Hash], root: Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutsideTree { index, size });
    }
    let (mut at, mut last) = (index, size - 1);
    let mut hash = leaf;
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            (at, last) = up_to_a_right_child(at, last);
        } else {
            hash = node_hash(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if hash == root { Ok(()) } else { Err(ProofError::Root) }
}

/// Verifies that the first `old_size` leaves of the tree (`new_size`, `new_root`) are the tree (`old_size`, `old_root`).
///
/// # Errors
/// They are not. A tree without leaves proves nothing and is refused; total for every input.
pub fn verify_consistency(
    old_size: u64,
    old_root: Hash,
    new_size: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old_size == 0 || old_size > new_size {
        return Err(ProofError::Sizes { old: old_size, new: new_size });
    }
    if old_size == new_size {
        return match (proof.is_empty(), old_root == new_root) {
            (false, _) => Err(ProofError::Length),
            (true, false) => Err(ProofError::Root),
            (true, true) => Ok(()),
        };
    }
    // The earlier tree is one complete subtree of the later: its root is where the proof starts.
    let (first, rest) = if old_size.is_power_of_two() {
        (&old_root, proof)
    } else {
        proof.split_first().ok_or(ProofError::Length)?
    };
    let shift = (old_size - 1).trailing_ones();
    let (mut at, mut last) = (shifted(old_size - 1, shift), shifted(new_size - 1, shift));
    let (mut old, mut new) = (*first, *first);
    for hash in rest {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if at & 1 == 1 || at == last {
            old = node_hash(hash, &old);
            new = node_hash(hash, &new);
            (at, last) = up_to_a_right_child(at, last);
        } else {
            new = node_hash(&new, hash);
        }
        at >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if old == old_root && new == new_root { Ok(()) } else { Err(ProofError::Root) }
}

/// On the right edge levels without a sibling are passed over, until the node is a right child or the root.
fn up_to_a_right_child(at: u64, last: u64) -> (u64, u64) {
    let levels = at.trailing_zeros();
    (shifted(at, levels), shifted(last, levels))
}

fn shifted(number: u64, by: u32) -> u64 {
    number.checked_shr(by).unwrap_or(0)
}
