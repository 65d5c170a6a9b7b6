//! Receipts: what they prove, when, and the one sentence that says what is wrong.

use transparency::{
    Algorithm, Filing, FormatError, Receipt, ReceiptError, SignatureError, SignedCheckpoint, SignerKey, TlogProof,
    VerifierKey, leaf_hash,
};

use super::place::{ORIGIN, entry, log, signer, vkey, witness_key};

fn filing(number: u64) -> Filing {
    Filing {
        reference: "1034-20260102-7KQ4-X".to_owned(),
        recorded: "2026-01-02T09:00:00+08:00".to_owned(),
        leaf: entry(number),
        node: "1034".to_owned(),
        log: ORIGIN.to_owned(),
    }
}

fn at_filing(number: u64) -> Receipt {
    Receipt::sign(filing(number), &signer()).unwrap()
}

fn witnesses() -> Vec<VerifierKey> {
    [1, 2, 3].map(|number| witness_key(number).verifier().clone()).to_vec()
}

/// The receipt of entry 700 of 1000, cosigned by two witnesses of three.
fn in_log() -> Receipt {
    let mut log = log(&[300, 1000]);
    let mut checkpoint = log.publish(&signer()).unwrap();
    let text = checkpoint.note().text().to_owned();
    checkpoint
        .add([1, 3].map(|number| witness_key(number).cosign(&text, 1_767_000_000 + u64::from(number)).unwrap()));
    at_filing(700).with_proof(TlogProof::make(log.storage(), 700, &checkpoint).unwrap()).unwrap()
}

#[test]
fn at_filing_and_in_the_log() {
    let receipt = at_filing(700);
    let text = receipt.to_string();
    let leaf: String = entry(700).iter().map(|byte| format!("{byte:02x}")).collect();
    let head = format!(
        "huiyin receipt 1\nreference: 1034-20260102-7KQ4-X\nrecorded: 2026-01-02T09:00:00+08:00\nleaf: {leaf}\n\
         node: 1034\nlog: {ORIGIN}\n\n— {ORIGIN} "
    );
    assert!(text.starts_with(&head), "{text}");
    let read = Receipt::parse(&text).unwrap();
    assert_eq!(read, receipt);
    let verified = read.verify(&vkey(), &witnesses(), 0).unwrap();
    assert_eq!((verified.signed_at_filing, verified.in_log, verified.witnesses), (filing(700), None, vec![]));
    assert_eq!(read.verify(&vkey(), &witnesses(), 1), Err(ReceiptError::NotYetInLog));

    let receipt = in_log();
    let text = receipt.to_string();
    assert!(text.starts_with(&head) && text.contains("\n\nc2sp.org/tlog-proof@v1\nindex 700\n"), "{text}");
    let read = Receipt::parse(&text).unwrap();
    assert_eq!(read.to_string(), text);
    let verified = read.verify(&vkey(), &witnesses(), 2).unwrap();
    let place = verified.in_log.unwrap();
    assert_eq!((place.index, place.head), (700, log(&[1000]).head()));
    let names: Vec<&str> = verified.witnesses.iter().map(|cosigned| cosigned.witness.as_str()).collect();
    assert_eq!(names, ["witness.example/w1", "witness.example/w3"]);
    // As a mail program or an editor on Windows leaves it.
    let carried = format!("\u{feff}{}\r\n \r\n", text.replace('\n', "\r\n"));
    assert_eq!(Receipt::parse(&carried).unwrap(), receipt);
    // The proof alone is what other programs read.
    let proof = text.split_once("\n\nc2sp").unwrap().1;
    let proof = TlogProof::parse(&format!("c2sp{proof}")).unwrap();
    assert!(proof.verify(leaf_hash(&entry(700)), &vkey(), &witnesses(), 2).is_ok());
}

#[test]
fn what_is_wrong_is_said_in_one_sentence() {
    let text = in_log().to_string();
    let verify = |text: &str, quorum| Receipt::parse(text)?.verify(&vkey(), &witnesses(), quorum);
    let said = |text: &str, quorum| verify(text, quorum).unwrap_err().to_string();
    let other = at_filing(701).to_string();
    let proof = text.split_once("\n\nc2sp").unwrap().1;
    let cases = [
        (text.replace("T09:", "T08:"), "the filing is not proven: the signature of log.example/county is false"),
        (text.replace("7KQ4", "7KQ5"), "the filing is not proven: the signature of log.example/county is false"),
        (
            text.replacen("log: log.example/county", "log: log.example/city", 1),
            "the receipt is of the log log.example/city",
        ),
        (format!("{other}\nc2sp{proof}"), "does not prove that the matter is in the log: the hashes"),
        (text.replace("index 700", "index 701"), "does not prove that the matter is in the log: the hashes"),
        (text.replace("index 700", "index 7000"), "leaf 7000 is not in a tree of 1000 leaves"),
        (text.replace("\n1000\n", "\n1001\n"), "the checkpoint in the receipt is not proven: the signature of"),
        (
            text.replace("— witness.example/w1", "— witness.example/w9"),
            "1 of the known witnesses cosigned it, 2 are asked for",
        ),
        (text.replace("reference: ", "name: "), "a line of the filing is missing"),
        (text.replace("huiyin receipt 1", "huiyin receipt 2"), "does not begin with \"huiyin receipt 1\""),
        (text.replace("node: 1034", "node: 1034\noffice: x"), "a line of the filing is missing"),
        ("hello".to_owned(), "there is no empty line before the signatures"),
        (String::new(), "there is no empty line before the signatures"),
    ];
    for (text, wanted) in &cases {
        let said = said(text, 2);
        assert!(said.contains(wanted), "{said}");
        assert!(!said.contains('\n') && !said.ends_with('.'), "{said}");
    }
    assert!(said(&text, 3).contains("2 of the known witnesses cosigned it, 3 are asked for"));
    assert!(verify(&text, 2).is_ok());
    // Another office's key of the same name.
    let impostor = SignerKey::from_seed(ORIGIN, Algorithm::Ed25519, &[8; 32]).unwrap();
    let receipt = Receipt::parse(&text).unwrap();
    let error = receipt.verify(impostor.verifier(), &witnesses(), 0).unwrap_err();
    assert_eq!(error, ReceiptError::Filing(SignatureError::Missing(ORIGIN.to_owned())));
}

#[test]
fn there_is_no_room_for_words() {
    let long = "a".repeat(65);
    let with = |change: fn(&mut Filing, &str), value: &str| {
        let mut filing = filing(1);
        change(&mut filing, value);
        Receipt::sign(filing, &signer())
    };
    for value in
        ["", "王小明", "a b", "a\nb", "a:b", "heating", &long].into_iter().filter(|value| *value != "heating")
    {
        assert!(with(|filing, value| filing.reference = value.to_owned(), value).is_err(), "{value}");
        assert!(with(|filing, value| filing.node = value.to_owned(), value).is_err(), "{value}");
    }
    let moments = [
        ("2026-01-02T09:00:00Z", true),
        ("2026-01-02T09:00:00.123456789+08:00", true),
        ("2026-01-02T09:00:60Z", true),
        ("", false),
        ("2026-01-02", false),
        ("2026-01-02 09:00:00Z", false),
        ("2026-13-02T09:00:00Z", false),
        ("2026-00-02T09:00:00Z", false),
        ("2026-01-32T09:00:00Z", false),
        ("2026-01-02T24:00:00Z", false),
        ("2026-01-02T09:60:00Z", false),
        ("2026-01-02T09:00:00", false),
        ("2026-01-02T09:00:00.Z", false),
        ("2026-01-02T09:00:00+0800", false),
        ("2026-01-02T09:00:00+08:00 in the rain", false),
        ("2026-01-02T09:00:00+24:00", false),
        ("２026-01-02T09:00:00Z", false),
        ("2026-01-02T09:00:00.1234567890Z", false),
    ];
    for (moment, good) in moments {
        assert_eq!(with(|filing, value| filing.recorded = value.to_owned(), moment).is_ok(), good, "{moment}");
    }
    let other = Filing { log: "log.example/other".to_owned(), ..filing(1) };
    assert!(matches!(Receipt::sign(other, &signer()), Err(ReceiptError::OtherLog { .. })));
    // Nor in the proof: its extra line is signed by nobody.
    let proof = in_log().to_string().split_once("\n\nc2sp").unwrap().1.to_owned();
    let proof = format!("c2sp{proof}").replacen("index", "extra aGVsbG8=\nindex", 1);
    let proof = TlogProof::parse(&proof).unwrap();
    assert_eq!(proof.extra(), Some(b"hello".as_slice()));
    assert!(TlogProof::parse(&proof.to_string()).is_ok());
    assert!(matches!(at_filing(700).with_proof(proof), Err(ReceiptError::Format(FormatError { .. }))));
}

/// The office signs filings and checkpoints with one key: neither can be taken for the other.
#[test]
fn a_receipt_is_never_a_checkpoint() {
    let receipt = at_filing(1).to_string();
    assert!(matches!(SignedCheckpoint::open(receipt.as_bytes(), &vkey()), Err(SignatureError::Format(_))));
    let checkpoint = log(&[3]).publish(&signer()).unwrap().to_string();
    assert!(matches!(Receipt::parse(&checkpoint), Err(ReceiptError::Format(_))));
}

/// A witness's key on the log's list, or the log's on the witnesses': each proves its own only.
#[test]
fn keys_prove_what_they_are_for() {
    let receipt = in_log();
    let mixed = [witnesses(), vec![vkey()]].concat();
    assert_eq!(receipt.verify(&vkey(), &mixed, 0).unwrap().witnesses.len(), 2);
    let witness = SignerKey::from_seed(ORIGIN, Algorithm::Cosignature, &[7; 32]).unwrap();
    let error = receipt.verify(witness.verifier(), &[], 0).unwrap_err();
    assert!(matches!(error, ReceiptError::Filing(SignatureError::Unfit(..))), "{error}");
    assert!(Receipt::sign(filing(1), &witness).is_err());
    assert!(witness.sign("hello\n").is_err() && signer().cosign("hello\n", 1).is_err());
    assert!(witness.cosign("hello\n", 0).is_err() && witness.cosign("hello\n", 1 << 63).is_err());
}
