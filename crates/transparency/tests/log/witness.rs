//! A witness: every status, what it remembers, and the log's side of the conversation.

use transparency::witness::{Answer, Response, Witness, read_answer, request};
use transparency::{
    Algorithm, Checkpoint, Hash, Head, Log, SignatureError, SignedCheckpoint, SignerKey, VerifierKey,
    WitnessError, empty_root,
};

use super::place::{ORIGIN, Shelf, entries, log, signer, vkey, witness_key};

const NOW: u64 = 1_767_000_000;

struct Desk {
    folder: tempfile::TempDir,
    witness: Option<Witness>,
}

impl Desk {
    fn new() -> Desk {
        let mut desk = Desk { folder: tempfile::tempdir().unwrap(), witness: None };
        desk.reopen();
        desk
    }

    fn reopen(&mut self) {
        self.witness = None;
        self.witness = Some(Witness::open(self.folder.path(), witness_key(1), [vkey()]).unwrap());
    }

    fn ask(&mut self, body: &str) -> Response {
        self.witness.as_mut().unwrap().add_checkpoint(body.as_bytes(), NOW)
    }

    fn last(&self) -> Head {
        self.witness.as_ref().unwrap().last(ORIGIN).unwrap()
    }
}

fn known() -> Vec<VerifierKey> {
    vec![witness_key(1).verifier().clone(), witness_key(2).verifier().clone()]
}

/// A log with its checkpoints of these sizes.
fn grown(sizes: &[u64]) -> (Log<Shelf>, Vec<SignedCheckpoint>) {
    let mut log = log(&[]);
    let checkpoints = sizes.iter().map(|size| {
        log.append(&entries(log.head().size, *size)).unwrap();
        log.publish(&signer()).unwrap()
    });
    let checkpoints = checkpoints.collect();
    (log, checkpoints)
}

fn signed(head: Head) -> SignedCheckpoint {
    Checkpoint::new(ORIGIN, head).unwrap().sign(&signer()).unwrap()
}

#[test]
fn a_log_and_its_witness() {
    let mut desk = Desk::new();
    let (log, checkpoints) = grown(&[10, 300, 300, 1000]);
    let mut old = 0;
    for checkpoint in &checkpoints {
        let body = request(log.storage(), old, checkpoint).unwrap();
        let response = desk.ask(&body);
        assert_eq!(
            (response.status, response.content_type),
            (200, "text/plain; charset=utf-8"),
            "{}",
            response.body
        );
        assert!(response.body.starts_with("— witness.example/w1 ") && response.body.ends_with('\n'));
        let answer =
            read_answer(200, response.content_type, response.body.as_bytes(), checkpoint, &known()).unwrap();
        let Answer::Cosigned(lines) = answer else { panic!("{answer:?}") };
        let mut cosigned = checkpoint.clone();
        cosigned.add(lines);
        let witnesses = cosigned.witnessed(&known(), 1).unwrap();
        assert_eq!((witnesses[0].witness.as_str(), witnesses[0].time), ("witness.example/w1", NOW));
        assert!(matches!(cosigned.witnessed(&known(), 2), Err(SignatureError::Witnesses { found: 1, wanted: 2 })));
        old = checkpoint.head().size;
        assert_eq!(desk.last(), checkpoint.head());
        // What it cosigned it knows after it was started again.
        desk.reopen();
        assert_eq!(desk.last(), checkpoint.head());
    }
}

#[test]
fn every_refusal() {
    let (log, checkpoints) = grown(&[10, 300]);
    let [first, second] = checkpoints.as_slice() else { panic!() };
    let body = |old, checkpoint| request(log.storage(), old, checkpoint).unwrap();
    let stranger = SignerKey::from_seed("log.example/stranger", Algorithm::Ed25519, &[9; 32]).unwrap();
    let unknown = Checkpoint::new(stranger.verifier().name(), first.head()).unwrap().sign(&stranger).unwrap();
    let impostor = SignerKey::from_seed(ORIGIN, Algorithm::Ed25519, &[9; 32]).unwrap();
    let unsigned = Checkpoint::new(ORIGIN, second.head()).unwrap().sign(&impostor).unwrap();
    let fork = signed(Head { size: 300, root: Hash::new([1; 32]) });
    let fork_now = signed(Head { size: 10, root: Hash::new([1; 32]) });
    let good = body(10, second);
    let line = good.lines().nth(1).unwrap();
    let forged = second.to_string().replacen("\n300\n", "\n301\n", 1);
    let proof = good.split_once("\n\n").unwrap().0;
    let cases: Vec<(u16, &str, String)> = vec![
        (400, "empty", String::new()),
        (400, "no old size", good.replacen("old 10\n", "", 1)),
        (400, "leading zero", good.replacen("old 10", "old 010", 1)),
        (400, "sign", good.replacen("old 10", "old +10", 1)),
        (400, "no base64", good.replacen(line, "hello", 1)),
        (400, "31 bytes", good.replacen(line, &line[4..], 1)),
        (400, "64 lines", good.replacen(line, &[line; 64].join("\n"), 1)),
        (400, "no empty line", good.replacen("\n\n", "\n", 1)),
        (400, "no signature", good.split_once("\n\n—").unwrap().0.to_owned()),
        (400, "no checkpoint", "old 10\n\nhello\n\n— a AAAAAAAA\n".to_owned()),
        (400, "carriage returns", good.replace('\n', "\r\n")),
        (400, "no new line at the end", good.trim_end().to_owned()),
        (400, "old above new", good.replacen("old 10", "old 301", 1)),
        (404, "unknown log", format!("old 0\n\n{unknown}")),
        (403, "not signed by the log", format!("{proof}\n\n{unsigned}")),
        (403, "altered after signing", format!("{proof}\n\n{forged}")),
        (409, "older size", body(0, second)),
        (409, "another size", good.replacen("old 10", "old 11", 1)),
        (409, "fork at the same size", format!("old 10\n\n{fork_now}")),
        (422, "fork", format!("{proof}\n\n{fork}")),
        (422, "no proof", format!("old 10\n\n{second}")),
        (422, "a proof too long", good.replacen(line, &format!("{line}\n{line}"), 1)),
        (422, "a proof of the same", format!("old 10\n{line}\n\n{first}")),
    ];
    let mut desk = Desk::new();
    assert_eq!(desk.ask(&body(0, first)).status, 200);
    for (status, what, body) in &cases {
        let response = desk.ask(body);
        assert_eq!(response.status, *status, "{what}: {}", response.body);
        assert_eq!(desk.last(), first.head(), "{what}");
        let sized = ["older size", "another size"].contains(what);
        let wanted =
            if sized { ("text/x.tlog.size", "10\n") } else { ("text/plain; charset=utf-8", &*response.body) };
        assert_eq!((response.content_type, &*response.body), wanted, "{what}");
        let answer =
            read_answer(response.status, response.content_type, response.body.as_bytes(), second, &known());
        match answer {
            Ok(answer) => assert!(sized && answer == Answer::KnownSize(10), "{what}: {answer:?}"),
            Err(WitnessError::Refused { status: told, why }) => {
                assert!(!sized && told == *status && !why.is_empty(), "{what}: {why}");
            }
            Err(error) => panic!("{what}: {error}"),
        }
    }
    assert_eq!(desk.ask(&good).status, 200);
}

#[test]
fn a_first_checkpoint_has_no_proof() {
    let (_, checkpoints) = grown(&[10]);
    let mut desk = Desk::new();
    let with_proof = format!("old 0\n{}\n\n{}", empty_root(), checkpoints[0]);
    assert_eq!(desk.ask(&with_proof).status, 422);
    let not_empty = signed(Head { size: 0, root: Hash::new([1; 32]) });
    assert_eq!(desk.ask(&format!("old 0\n\n{not_empty}")).status, 422);
    assert_eq!(desk.ask(&format!("old 0\n\n{}", signed(Head::empty()))).status, 200);
    assert_eq!(desk.ask(&format!("old 0\n\n{}", checkpoints[0])).status, 200);
}

#[test]
fn its_memory_is_not_lost_quietly() {
    let (_, checkpoints) = grown(&[10]);
    let mut desk = Desk::new();
    assert_eq!(desk.ask(&format!("old 0\n\n{}", checkpoints[0])).status, 200);
    let again = || Witness::open(desk.folder.path(), witness_key(1), [vkey()]);
    let error = again().unwrap_err().to_string();
    assert!(error.contains("another witness"), "{error}");
    desk.witness = None;
    let mut files = std::fs::read_dir(desk.folder.path()).unwrap().map(|item| item.unwrap().path());
    let file = files.find(|path| path.extension().is_some_and(|end| end == "checkpoint")).unwrap();
    for damaged in
        ["", "hello", "other.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— a AAAAAAAA\n"]
    {
        std::fs::write(&file, damaged).unwrap();
        let error = Witness::open(desk.folder.path(), witness_key(1), [vkey()]).unwrap_err();
        assert!(matches!(error, WitnessError::Memory { .. }), "{error}");
    }
    // A folder that cannot be written: no cosignature.
    std::fs::write(&file, checkpoints[0].to_string()).unwrap();
    desk.reopen();
    std::fs::remove_dir_all(desk.folder.path()).unwrap();
    let response = desk.ask(&format!("old 10\n\n{}", checkpoints[0]));
    assert_eq!(response.status, 500, "{}", response.body);
    std::fs::create_dir_all(desk.folder.path()).unwrap();
    let with_logs_key = Witness::open(desk.folder.path(), signer(), [vkey()]);
    assert!(matches!(with_logs_key, Err(WitnessError::Answer(SignatureError::Unfit(..)))));
}

#[test]
fn false_answers() {
    let (_, checkpoints) = grown(&[10, 20]);
    let [first, second] = checkpoints.as_slice() else { panic!() };
    let read = |body: &str| read_answer(200, "text/plain", body.as_bytes(), second, &known());
    let line =
        |key: &SignerKey, of: &SignedCheckpoint| format!("{}\n", key.cosign(of.note().text(), NOW).unwrap());
    assert!(matches!(read(&line(&witness_key(1), second)), Ok(Answer::Cosigned(lines)) if lines.len() == 1));
    // A stranger's line beside it is passed over; alone it is nothing.
    let both = line(&witness_key(9), second) + &line(&witness_key(1), second);
    assert!(matches!(read(&both), Ok(Answer::Cosigned(lines)) if lines.len() == 1));
    assert!(matches!(
        read(&line(&witness_key(9), second)),
        Err(WitnessError::Answer(SignatureError::Witnesses { .. }))
    ));
    assert!(matches!(read(&line(&witness_key(1), first)), Err(WitnessError::Answer(SignatureError::False(_)))));
    for body in ["", "\n", "hello\n", &both[..both.len() - 1]] {
        assert!(matches!(read(body), Err(WitnessError::Answer(SignatureError::Format(_)))), "{body}");
    }
    for body in ["", "10", "010\n", "-1\n", "10\n\n", "many\n"] {
        let answer = read_answer(409, "text/x.tlog.size", body.as_bytes(), second, &known());
        assert!(matches!(answer, Err(WitnessError::Answer(SignatureError::Format(_)))), "{body}");
    }
}

#[test]
fn one_signer_under_two_names_counts_once() {
    let (_, checkpoints) = grown(&[10]);
    let key = |name| SignerKey::from_seed(name, Algorithm::Cosignature, &[3; 32]).unwrap();
    let (one, two) = (key("witness.example/one"), key("witness.example/two"));
    let mut checkpoint = checkpoints[0].clone();
    let text = checkpoint.note().text().to_owned();
    checkpoint.add([one.cosign(&text, NOW).unwrap(), two.cosign(&text, NOW).unwrap()]);
    let keys = [one.verifier().clone(), two.verifier().clone(), one.verifier().clone()];
    assert_eq!(checkpoint.witnessed(&keys, 1).unwrap().len(), 1);
    assert!(checkpoint.witnessed(&keys, 2).is_err());
}
