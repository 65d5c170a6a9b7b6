//! Every proof agrees with the naive tree, and every altered one is refused.

use proptest::prelude::*;
use transparency::{Hash, Tree, leaf_hash, root_of, verify_consistency, verify_inclusion};

use super::naive;
use super::place::{Shelf, entries, entry, log};

#[test]
fn all_proofs_of_all_small_trees() {
    for size in 0..=70 {
        let log = log(&[size / 3, size]);
        let all = entries(0, size);
        let root = naive::root(&all);
        assert_eq!(log.head().root, root, "{size}");
        assert_eq!(root_of(log.storage(), size).unwrap(), root);
        let tree = log.tree();
        for index in 0..size {
            let proof = tree.inclusion(index).unwrap();
            assert_eq!(proof, naive::inclusion(index as usize, &all), "{index} of {size}");
            verify_inclusion(index, size, leaf_hash(&entry(index)), &proof, root).unwrap();
            assert_eq!(tree.entry(index).unwrap(), entry(index));
        }
        assert!(tree.inclusion(size).is_err());
        for old in 1..=size {
            let proof = tree.consistency(old).unwrap();
            let old_root = naive::root(&all[..old as usize]);
            assert_eq!(proof, naive::consistency(old as usize, &all), "{old} of {size}");
            verify_consistency(old, old_root, size, root, &proof).unwrap();
            assert_eq!(tree.root_at(old).unwrap(), old_root);
        }
        assert!(tree.consistency(size + 1).is_err());
        assert_eq!(tree.consistency(0).unwrap(), []);
    }
}

/// A tree of three levels of tiles, and the sizes around which tiles become full.
#[test]
fn a_tree_of_three_levels_of_tiles() {
    let sizes = [200, 256, 600, 65_535, 65_536, 65_537, 70_000];
    let all = entries(0, 70_000);
    let log = log(&sizes);
    let head = log.published();
    assert_eq!(head.root, naive::root(&all));
    let tree = log.tree();
    for size in sizes {
        let root = naive::root(&all[..size as usize]);
        assert_eq!(tree.root_at(size).unwrap(), root, "{size}");
        // As its readers saw it then, from what is served now: partial tiles that are gone are found in the full ones.
        let then = Tree::new(log.storage(), transparency::Head { size, root });
        for index in [0, size / 2, size - 1] {
            let leaf = leaf_hash(&entry(index));
            verify_inclusion(index, size, leaf, &then.inclusion(index).unwrap(), root).unwrap();
            verify_inclusion(index, head.size, leaf, &tree.inclusion(index).unwrap(), head.root).unwrap();
        }
    }
}

/// Something that an altered proof may say instead.
#[derive(Debug, Clone, Copy)]
enum Change {
    Flip(prop::sample::Index, u8),
    Remove(prop::sample::Index),
    Double(prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
    Append([u8; 32]),
    Prepend([u8; 32]),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, bit)| Change::Flip(at, bit)),
        place().prop_map(Change::Remove),
        place().prop_map(Change::Double),
        (place(), place()).prop_map(|(a, b)| Change::Swap(a, b)),
        any::<[u8; 32]>().prop_map(Change::Append),
        any::<[u8; 32]>().prop_map(Change::Prepend),
    ]
}

fn flipped(hash: Hash, bit: u8) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[usize::from(bit / 8)] ^= 1 << (bit % 8);
    Hash::new(bytes)
}

/// The proof with the change; `None` where that changes nothing.
fn changed(proof: &[Hash], change: Change) -> Option<Vec<Hash>> {
    let mut changed = proof.to_vec();
    let count = proof.len();
    match change {
        Change::Append(hash) => changed.push(Hash::new(hash)),
        Change::Prepend(hash) => changed.insert(0, Hash::new(hash)),
        _ if count == 0 => return None,
        Change::Flip(at, bit) => changed[at.index(count)] = flipped(proof[at.index(count)], bit),
        Change::Remove(at) => drop(changed.remove(at.index(count))),
        Change::Double(at) => changed.insert(at.index(count), proof[at.index(count)]),
        Change::Swap(a, b) => changed.swap(a.index(count), b.index(count)),
    }
    (changed != proof).then_some(changed)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn an_altered_inclusion_proof_is_refused(
        size in 1_u64..1500, at: prop::sample::Index, change in change(), bit: u8, other: u64
    ) {
        let all = entries(0, size);
        let index = at.index(size as usize) as u64;
        let log = log(&[size / 2, size]);
        let (root, leaf) = (naive::root(&all), leaf_hash(&entry(index)));
        let proof = log.tree().inclusion(index).unwrap();
        prop_assert_eq!(verify_inclusion(index, size, leaf, &proof, root), Ok(()));
        if let Some(changed) = changed(&proof, change) {
            prop_assert!(verify_inclusion(index, size, leaf, &changed, root).is_err());
        }
        prop_assert!(verify_inclusion(index, size, flipped(leaf, bit), &proof, root).is_err());
        prop_assert!(verify_inclusion(index, size, leaf, &proof, flipped(root, bit)).is_err());
        let other = other % size;
        prop_assert!(other == index || verify_inclusion(other, size, leaf, &proof, root).is_err());
    }

    #[test]
    fn an_altered_consistency_proof_is_refused(
        size in 2_u64..1500, at: prop::sample::Index, change in change(), bit: u8
    ) {
        let all = entries(0, size);
        let old = at.index(size as usize - 1) as u64 + 1;
        let log = log(&[old, size]);
        let (root, old_root) = (naive::root(&all), naive::root(&all[..old as usize]));
        let proof = log.tree().consistency(old).unwrap();
        prop_assert_eq!(verify_consistency(old, old_root, size, root, &proof), Ok(()));
        if let Some(changed) = changed(&proof, change) {
            prop_assert!(verify_consistency(old, old_root, size, root, &changed).is_err());
        }
        prop_assert!(verify_consistency(old, flipped(old_root, bit), size, root, &proof).is_err());
        prop_assert!(verify_consistency(old, old_root, size, flipped(root, bit), &proof).is_err());
        prop_assert!(verify_consistency(old, root, size, old_root, &proof).is_err());
    }

    /// Whatever numbers and hashes come: the same answer as the naive verifier's, and never a panic.
    #[test]
    fn any_input_is_judged_as_the_naive_verifier_does(
        index in prop_oneof![0_u64..20, any::<u64>()],
        size in prop_oneof![0_u64..20, any::<u64>()],
        proof in prop::collection::vec(any::<[u8; 32]>().prop_map(Hash::new), 0..70),
        root: [u8; 32],
    ) {
        let leaf = leaf_hash(b"leaf");
        let naive_root = naive::root_of_inclusion(index, size, leaf, &proof);
        let verdict = verify_inclusion(index, size, leaf, &proof, Hash::new(root));
        prop_assert_eq!(verdict.is_ok(), naive_root == Some(Hash::new(root)));
        if let Some(root) = naive_root {
            prop_assert_eq!(verify_inclusion(index, size, leaf, &proof, root), Ok(()));
        }
        let roots = naive::roots_of_consistency(index, size, Hash::new(root), &proof);
        let verdict = verify_consistency(index, Hash::new(root), size, leaf, &proof);
        prop_assert!(verdict.is_err() || index == size && leaf == Hash::new(root));
        if let Some((old_root, new_root)) = roots {
            let verdict = verify_consistency(index, Hash::new(root), size, new_root, &proof);
            prop_assert_eq!(verdict.is_ok(), old_root == Hash::new(root));
        }
    }

    /// Batches of any sizes give the same files as one batch, but for the partial tiles on the way.
    #[test]
    fn how_a_log_grew_does_not_show(sizes in prop::collection::btree_set(1_u64..2000, 1..6)) {
        let sizes: Vec<u64> = sizes.into_iter().collect();
        let last = *sizes.last().unwrap();
        let (grown, at_once) = (log(&sizes), log(&[last]));
        prop_assert_eq!(grown.head(), at_once.head());
        let shelf: &Shelf = grown.storage();
        for (path, bytes) in &*at_once.storage().0.borrow() {
            let held = shelf.0.borrow().get(path).cloned();
            prop_assert_eq!(held.as_ref(), Some(bytes), "{}", path);
        }
        let partial = |path: &String| path.contains(".p/");
        for path in shelf.paths().into_iter().filter(partial) {
            let full = path.split_once(".p/").unwrap().0;
            prop_assert!(!shelf.0.borrow().contains_key(full), "{} beside its full tile", path);
        }
    }
}
