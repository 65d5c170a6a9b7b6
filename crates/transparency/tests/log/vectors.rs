//! The published test vectors for Merkle proofs, where the folder with them is at hand.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use transparency::{Hash, leaf_hash, verify_consistency, verify_inclusion};

/// The workspace's root, found at run time: a test may run elsewhere than it was built.
fn root() -> PathBuf {
    let here =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| std::env::current_dir().unwrap(), PathBuf::from);
    here.ancestors().find(|folder| folder.join("Cargo.lock").exists()).unwrap().to_owned()
}

fn vectors() -> Option<PathBuf> {
    let shared = std::env::var_os("HUIYIN_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let folder = shared.join("data/tlog/merkle");
    folder.is_dir().then_some(folder)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

/// A hash of the vector; what has not 32 bytes is none, and is refused by whoever reads it.
fn hash(text: &Value) -> Option<Hash> {
    Hash::from_slice(&STANDARD.decode(text.as_str().unwrap()).unwrap())
}

/// A root of the vector. Where it is only asked whether two are equal, some are words: for those stands a hash of the
/// word, equal where they are equal and otherwise unlike every hash of a tree.
fn root_or_word(text: &Value) -> Hash {
    let word = || leaf_hash(&STANDARD.decode(text.as_str().unwrap()).unwrap());
    hash(text).unwrap_or_else(word)
}

fn proof(vector: &Value) -> Option<Vec<Hash>> {
    vector["proof"].as_array().map_or(Some(Vec::new()), |hashes| hashes.iter().map(hash).collect())
}

fn is_accepted(kind: &str, vector: &Value) -> Option<bool> {
    let number = |name: &str| vector[name].as_u64().unwrap();
    let proof = proof(vector)?;
    let verdict = if kind == "inclusion" {
        let (leaf, root) = (hash(&vector["leafHash"])?, hash(&vector["root"])?);
        verify_inclusion(number("leafIdx"), number("treeSize"), leaf, &proof, root)
    } else {
        let (old, new) = (root_or_word(&vector["root1"]), root_or_word(&vector["root2"]));
        verify_consistency(number("size1"), old, number("size2"), new, &proof)
    };
    Some(verdict.is_ok())
}

#[test]
fn all_published_vectors() {
    let Some(folder) = vectors() else {
        eprintln!("did not run: the shared folder with the published vectors is not there");
        return;
    };
    for (kind, wanted) in [("inclusion", 60), ("consistency", 60)] {
        let mut found = Vec::new();
        files(&folder.join(kind), &mut found);
        assert!(found.len() >= wanted, "{} vectors of {kind}", found.len());
        let mut accepted = 0;
        for path in &found {
            let vector: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
            let is_ok = is_accepted(kind, &vector).unwrap_or(false);
            assert_eq!(!is_ok, vector["wantErr"].as_bool().unwrap(), "{}", path.display());
            accepted += u32::from(is_ok);
        }
        println!("{} published vectors of {kind} pass, {accepted} of them accepted", found.len());
    }
}
