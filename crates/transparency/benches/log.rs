//! Leaves a second in durable batches of several sizes, and how long a proof, a receipt and an opening take.
//!
//! `cargo bench -p transparency` runs and prints it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by panicking")]

use std::time::{Duration, Instant};

use transparency::{Algorithm, Entry, Filing, Log, Receipt, SignerKey, TlogProof, VerifierKey, audit, leaf_hash};

const LEAVES: u64 = 400_000;
const ORIGIN: &str = "log.example/county";

fn entries(from: u64, to: u64) -> Vec<Entry> {
    (from..to).map(|number| *leaf_hash(&number.to_be_bytes()).as_bytes()).collect()
}

/// The median of many.
fn median(times: u32, mut one: impl FnMut()) -> Duration {
    let mut took: Vec<Duration> = (0..times)
        .map(|_| {
            let begun = Instant::now();
            one();
            begun.elapsed()
        })
        .collect();
    took.sort_unstable();
    took[took.len() / 2]
}

fn append(signer: &SignerKey, batch: u64, leaves: u64) {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::in_folder(folder.path(), signer.verifier(), None).unwrap();
    let begun = Instant::now();
    let mut batches = 0;
    while log.head().size < leaves {
        let size = log.head().size;
        log.append(&entries(size, size + batch)).unwrap();
        log.publish(signer).unwrap();
        batches += 1;
    }
    let took = begun.elapsed();
    let rate = log.head().size as f64 / took.as_secs_f64();
    println!(
        "batches of {batch:>6}: {rate:>9.0} leaves/s, {:>7.2?} a batch, each on disk and signed",
        took / batches
    );
}

fn main() {
    let signer = SignerKey::from_seed(ORIGIN, Algorithm::Ed25519, &[7; 32]).unwrap();
    for (batch, leaves) in
        [(8, 2_000), (64, 10_000), (256, 40_000), (1024, 150_000), (4096, LEAVES), (16_384, LEAVES)]
    {
        append(&signer, batch, leaves);
    }

    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::in_folder(folder.path(), signer.verifier(), None).unwrap();
    for size in [LEAVES / 2, LEAVES] {
        log.append(&entries(log.head().size, size)).unwrap();
        log.publish(&signer).unwrap();
    }
    let mut checkpoint = log.publish(&signer).unwrap();
    let witnesses: Vec<SignerKey> = (1..=3)
        .map(|number| {
            let name = format!("witness.example/w{number}");
            SignerKey::from_seed(&name, Algorithm::Cosignature, &[number; 32]).unwrap()
        })
        .collect();
    let text = checkpoint.note().text().to_owned();
    checkpoint.add(witnesses.iter().map(|witness| witness.cosign(&text, 1_767_000_000).unwrap()));
    let keys: Vec<VerifierKey> = witnesses.iter().map(|witness| witness.verifier().clone()).collect();

    let index = LEAVES / 3;
    let made = median(200, || drop(TlogProof::make(log.storage(), index, &checkpoint).unwrap()));
    println!("a proof of {LEAVES} leaves made from tiles on disk and checked: {made:.2?}");
    let consistency = median(200, || drop(log.tree().consistency(LEAVES / 2 + 3).unwrap()));
    println!("a consistency proof made from tiles on disk and checked: {consistency:.2?}");
    let filing = Filing {
        reference: "1034-20260102-7KQ4-X".to_owned(),
        recorded: "2026-01-02T09:00:00+08:00".to_owned(),
        leaf: *leaf_hash(&index.to_be_bytes()).as_bytes(),
        node: "1034".to_owned(),
        log: ORIGIN.to_owned(),
    };
    let proof = TlogProof::make(log.storage(), index, &checkpoint).unwrap();
    let receipt = Receipt::sign(filing, &signer).unwrap().with_proof(proof).unwrap().to_string();
    let verified = median(500, || {
        let receipt = Receipt::parse(&receipt).unwrap();
        assert_eq!(receipt.verify(signer.verifier(), &keys, 3).unwrap().witnesses.len(), 3);
    });
    println!("a receipt of {} bytes with three witnesses read and verified: {verified:.2?}", receipt.len());
    let opened = median(20, || drop(Log::in_folder(folder.path(), signer.verifier(), Some(log.head())).unwrap()));
    println!("a log of {LEAVES} leaves opened: {opened:.2?}");
    let begun = Instant::now();
    let report = audit(log.storage(), signer.verifier(), None).unwrap();
    println!("audited in {:.2?}: {report}", begun.elapsed());
}
