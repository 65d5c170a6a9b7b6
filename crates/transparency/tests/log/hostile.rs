//! Whatever is read from outside, nothing panics, and nothing altered is believed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use proptest::prelude::*;
use transparency::{
    Algorithm, Checkpoint, Filing, NoteSignature, Receipt, SignedCheckpoint, SignedNote, SignerKey, Tile,
    TlogProof, VerifierKey, Witness, audit, witness::request,
};

use super::place::{ORIGIN, Shelf, entry, log, signer, vkey, witness_key};

fn receipt() -> String {
    let mut log = log(&[20, 300]);
    let mut checkpoint = log.publish(&signer()).unwrap();
    let text = checkpoint.note().text().to_owned();
    checkpoint.add([witness_key(1).cosign(&text, 1_767_000_000).unwrap()]);
    let filing = Filing {
        reference: "1034-20260102-7KQ4-X".to_owned(),
        recorded: "2026-01-02T09:00:00+08:00".to_owned(),
        leaf: entry(13),
        node: "1034".to_owned(),
        log: ORIGIN.to_owned(),
    };
    let proof = TlogProof::make(log.storage(), 13, &checkpoint).unwrap();
    Receipt::sign(filing, &signer()).unwrap().with_proof(proof).unwrap().to_string()
}

fn holds(receipt: &str) -> bool {
    let read = Receipt::parse(receipt);
    read.is_ok_and(|read| read.verify(&vkey(), &[witness_key(1).verifier().clone()], 1).is_ok())
}

fn read_everything(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = (Tile::parse(&text), VerifierKey::parse(&text), SignerKey::parse(&text), NoteSignature::parse(&text));
    let _ = (Checkpoint::parse(&text), SignedNote::parse(bytes), TlogProof::parse(&text), holds(&text));
    let _ = SignedCheckpoint::open(bytes, &vkey());
}

/// Every byte of a receipt is covered by a signature, a proof or its format.
#[test]
fn one_byte_altered_anywhere_is_refused() {
    let receipt = receipt();
    assert!(holds(&receipt));
    for at in 0..receipt.len() {
        for bit in [0, 1, 5] {
            let mut bytes = receipt.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            assert!(!holds(&String::from_utf8_lossy(&bytes)), "byte {at}, bit {bit}");
        }
    }
    for at in 0..receipt.len() - 1 {
        if let Some(cut) = receipt.get(..at) {
            assert!(!holds(cut), "cut at {at}");
        }
    }
}

proptest! {
    #[test]
    fn noise_is_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_everything(&bytes);
    }

    #[test]
    fn spoilt_texts_are_read_without_panic(
        which in 0_usize..5,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), "[\n —+0-9a-z=\u{0}é]{0,6}", 0_usize..9), 1..4),
    ) {
        let log = log(&[20, 300]);
        let checkpoint = SignedCheckpoint::open(
            &transparency::Tiles::read(log.storage(), "checkpoint").unwrap().unwrap(), &vkey()
        ).unwrap();
        let mut text = match which {
            0 => receipt(),
            1 => vkey().to_string(),
            2 => signer().to_secret_text().to_string(),
            3 => "tile/entries/x001/x234/067.p/8".to_owned(),
            _ => request(log.storage(), 20, &checkpoint).unwrap(),
        };
        for (at, insert, remove) in cuts {
            let mut characters: Vec<char> = text.chars().collect();
            let at = at.index(characters.len() + 1);
            let end = characters.len().min(at + remove);
            characters.splice(at..end, insert.chars());
            text = characters.into_iter().collect();
        }
        read_everything(text.as_bytes());
        let folder = tempfile::tempdir().unwrap();
        let mut witness = Witness::open(folder.path(), witness_key(1), [vkey()]).unwrap();
        prop_assert!([200, 400, 403, 404, 409, 422].contains(&witness.add_checkpoint(text.as_bytes(), 9).status));
    }

    /// A signed checkpoint of any size, and whatever tiles: an answer, never a panic.
    #[test]
    fn tiles_that_are_none(size: u64, files in prop::collection::vec((0_u8..9, 0_u64..3, 1_u16..257, 0_usize..9000), 0..8)) {
        let shelf = Shelf::default();
        let head = transparency::Head { size, root: transparency::empty_root() };
        let checkpoint = Checkpoint::new(ORIGIN, head).unwrap().sign(&signer()).unwrap();
        shelf.put("checkpoint", checkpoint.to_string().into_bytes());
        for (level, index, width, length) in files {
            let tile = if level == 8 { Tile::entries(index, width) } else { Tile::hashes(level, index, width) };
            shelf.put(&tile.unwrap().path(), vec![7; length]);
        }
        for tile in Tile::edge(size) {
            shelf.put(&tile.path(), vec![7; usize::from(tile.width()) * if tile.level().is_some() { 32 } else { 34 }]);
        }
        prop_assert!(size == 0 || audit(&shelf, &vkey(), None).is_err());
        prop_assert!(size == 0 || transparency::Log::open(shelf.clone(), &vkey(), None).is_err());
        let tree = transparency::Tree::new(&shelf, head);
        for index in [0, 1, size / 2, size.saturating_sub(1), size] {
            prop_assert!(tree.inclusion(index).is_err());
            prop_assert!(tree.consistency(index).is_err() || index == 0 || index == size);
        }
    }
}

#[test]
fn keys_in_other_spellings_are_refused() {
    let good = vkey().to_string();
    assert_eq!(VerifierKey::parse(&good).unwrap(), vkey());
    let secret = signer().to_secret_text();
    assert_eq!(SignerKey::parse(&secret).unwrap().verifier(), &vkey());
    let (name, rest) = good.split_once('+').unwrap();
    let (id, key) = rest.split_once('+').unwrap();
    for wrong in [
        String::new(),
        good.replace('+', " "),
        format!("{name}x+{rest}"),
        format!("{name}+{}+{key}", id.to_uppercase().replace('A', "B")),
        format!("{name}+{id}+{}", &key[..key.len() - 4]),
        format!("+{rest}"),
        format!("{name}+{rest}\n"),
    ] {
        assert!(VerifierKey::parse(&wrong).is_err(), "{wrong}");
        assert!(SignerKey::parse(&format!("PRIVATE+KEY+{wrong}")).is_err(), "{wrong}");
    }
    assert!(SignerKey::parse(&good).is_err());
    for name in ["", "a b", "a+b", "a\nb", "a\u{3000}b", &"a".repeat(256)] {
        assert!(SignerKey::generate(name, Algorithm::Ed25519).is_err(), "{name}");
    }
    let one = SignerKey::generate("回音.example", Algorithm::Ed25519).unwrap();
    assert_ne!(one.verifier(), SignerKey::generate("回音.example", Algorithm::Ed25519).unwrap().verifier());
    let note = SignedNote::new("hello\n", vec![one.sign("hello\n").unwrap()]).unwrap();
    assert_eq!(SignedNote::parse(note.to_string().as_bytes()).unwrap().verify([one.verifier()]).unwrap().len(), 1);
    assert!(!format!("{one:?}").contains("PRIVATE"));
    // Signed, but by nobody known: to be refused, whatever it says.
    assert!(note.verify([&vkey(), witness_key(1).verifier()]).is_err());
}

/// A key that any signature fits, and moments that a witness may not write.
#[test]
fn weak_keys_and_impossible_moments_are_refused() {
    let mut weak = [0; 33];
    (weak[0], weak[1]) = (1, 1);
    let encoded = STANDARD.encode(weak);
    let error = VerifierKey::parse(&format!("{ORIGIN}+{:08x}+{encoded}", signed_note::key_id(ORIGIN, &weak)));
    assert!(error.unwrap_err().to_string().contains("weak"));

    let (text, key) = ("log.example\n0\nroot\n", witness_key(1));
    let secret = ed25519_dalek::SigningKey::from_bytes(&[101; 32]);
    for (time, good) in [(0, false), (1, true), (i64::MAX as u64, true), (1 << 63, false), (u64::MAX, false)] {
        let signature = secret.sign(format!("cosignature/v1\ntime {time}\n{text}").as_bytes());
        let id = key.verifier().id();
        let bytes = [id.as_slice(), &u64::to_be_bytes(time), &signature.to_bytes()].concat();
        let line =
            NoteSignature::parse(&format!("— {} {}", key.verifier().name(), STANDARD.encode(bytes))).unwrap();
        let note = SignedNote::new(text, vec![line]).unwrap();
        let verified = note.verify([key.verifier()]);
        assert_eq!(verified.ok(), good.then(|| vec![(key.verifier(), Some(time))]), "{time}");
    }
}
