//! The receipt a petitioner keeps: the filing, signed when it was made, and later the proof that it is in the log.

use std::fmt;

use crate::checkpoint::Cosigned;
use crate::error::{FormatError, ReceiptError, SignatureError};
use crate::hash::{Entry, leaf_hash};
use crate::key::{Algorithm, SignerKey, VerifierKey};
use crate::log::Head;
use crate::note::SignedNote;
use crate::proof::{FIRST_LINE, TlogProof};
use crate::text;

/// The first line of what the office signs. A checkpoint has a number in its second line, so neither is ever the other.
const TITLE: &str = "huiyin receipt 1";

/// Names of the lines, in their order.
const LINES: [&str; 5] = ["reference", "recorded", "leaf", "node", "log"];

/// What the office signs when a matter is filed. There is no room in it for an office, a kind, a place or a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// What the person quotes: letters, digits and hyphens, at most 64.
    pub reference: String,
    /// When it was written, RFC 3339 with its offset.
    pub recorded: String,
    /// The salted digest that the log holds.
    pub leaf: Entry,
    /// The node that wrote it: letters, digits and hyphens, at most 64.
    pub node: String,
    /// The log's origin, the name of its key.
    pub log: String,
}

impl Filing {
    fn text(&self) -> String {
        let leaf = text::hex(&self.leaf);
        let values = [&self.reference, &self.recorded, &leaf, &self.node, &self.log];
        let lines = LINES.iter().zip(values).map(|(name, value)| format!("{name}: {value}\n"));
        format!("{TITLE}\n{}", lines.collect::<String>())
    }

    fn parse(text: &str) -> Result<Filing, FormatError> {
        let wrong = |why| FormatError::new("receipt", why);
        let mut lines = text.split('\n');
        if lines.next() != Some(TITLE) {
            return Err(wrong("it does not begin with \"huiyin receipt 1\""));
        }
        let values = LINES.map(|name| lines.next()?.strip_prefix(name)?.strip_prefix(": "));
        let [Some(reference), Some(recorded), Some(leaf), Some(node), Some(log)] = values else {
            return Err(wrong(
                "a line of the filing is missing: reference, recorded, leaf, node and log, in this order",
            ));
        };
        if lines.next() != Some("") || lines.next().is_some() {
            return Err(wrong("there is more in the filing than reference, recorded, leaf, node and log"));
        }
        let leaf = text::unhex(leaf).ok_or_else(|| wrong("the leaf is not 64 hex digits"))?;
        let [reference, recorded, node, log] = [reference, recorded, node, log].map(str::to_owned);
        Filing { reference, recorded, leaf, node, log }.checked()
    }

    fn checked(self) -> Result<Filing, FormatError> {
        let wrong = |why| FormatError::new("receipt", why);
        let plain = |text: &str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            (1..=64).contains(&text.len()) && text.bytes().all(fits)
        };
        if !plain(&self.reference) || !plain(&self.node) {
            return Err(wrong("reference and node are letters, digits and hyphens"));
        }
        if !is_rfc_3339(&self.recorded) {
            return Err(wrong("the time recorded is not as in 2026-01-02T09:00:00+08:00"));
        }
        if !text::is_name(&self.log) {
            return Err(wrong("the log's name has a space or a plus in it"));
        }
        Ok(self)
    }
}

/// A receipt as read: to be believed only after [`Receipt::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    filing: Filing,
    note: SignedNote,
    proof: Option<TlogProof>,
}

/// What a receipt proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The filing, which the office signed when it was made.
    pub signed_at_filing: Filing,
    /// Where it stands in the log, once the receipt says so.
    pub in_log: Option<InLog>,
    /// The known witnesses that saw the log hold it.
    pub witnesses: Vec<Cosigned>,
}

/// Where a leaf stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InLog {
    /// The leaf's place, from 0.
    pub index: u64,
    /// The tree that holds it.
    pub head: Head,
}

impl Receipt {
    /// Signs a filing, with the key of the log that it will be in.
    ///
    /// # Errors
    /// A field has more in it than it may, or the key is not that of the log.
    pub fn sign(filing: Filing, signer: &SignerKey) -> Result<Receipt, ReceiptError> {
        let filing = filing.checked()?;
        of_the_log(&filing, signer.verifier())?;
        let text = filing.text();
        let signature = signer.sign(&text).map_err(ReceiptError::Filing)?;
        Ok(Receipt { note: SignedNote::new(&text, vec![signature])?, filing, proof: None })
    }

    /// The same with the proof that it is in the log, in the place of an earlier one.
    ///
    /// # Errors
    /// The proof carries data that nobody signed.
    pub fn with_proof(self, proof: TlogProof) -> Result<Receipt, ReceiptError> {
        if proof.extra().is_some() {
            return Err(FormatError::new("receipt", "there is data in it that nobody signed").into());
        }
        Ok(Receipt { proof: Some(proof), ..self })
    }

    /// Reads a receipt, also as an editor or a mail program leaves it: with lines that end as on Windows, with blanks
    /// and empty lines before and after.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(receipt: &str) -> Result<Receipt, ReceiptError> {
        let receipt = receipt.trim_matches(['\u{feff}', '\r', '\n', ' ', '\t']).replace("\r\n", "\n") + "\n";
        let (note, proof) = match receipt.split_once(&format!("\n\n{FIRST_LINE}\n")) {
            Some((note, proof)) => (format!("{note}\n"), Some(format!("{FIRST_LINE}\n{proof}"))),
            None => (receipt, None),
        };
        let note = SignedNote::parse(note.as_bytes())?;
        let receipt = Receipt { filing: Filing::parse(note.text())?, note, proof: None };
        match proof {
            Some(proof) => receipt.with_proof(TlogProof::parse(&proof)?),
            None => Ok(receipt),
        }
    }

    /// What it says was filed, which nobody has verified.
    pub fn filing(&self) -> &Filing {
        &self.filing
    }

    /// Verifies it offline: the office signed the filing, and, where it has a proof, the log with this key holds its
    /// leaf under a checkpoint that at least `quorum` of these witnesses cosigned.
    ///
    /// # Errors
    /// One of these is not so; or witnesses are asked for and there is no proof yet.
    pub fn verify(
        &self,
        vkey: &VerifierKey,
        witnesses: &[VerifierKey],
        quorum: usize,
    ) -> Result<Verified, ReceiptError> {
        of_the_log(&self.filing, vkey)?;
        if self.note.signed_by([vkey]).map_err(ReceiptError::Filing)?.is_empty() {
            return Err(ReceiptError::Filing(SignatureError::Missing(vkey.name().to_owned())));
        }
        let signed_at_filing = self.filing.clone();
        let Some(proof) = &self.proof else {
            let verified = Verified { signed_at_filing, in_log: None, witnesses: Vec::new() };
            return if quorum == 0 { Ok(verified) } else { Err(ReceiptError::NotYetInLog) };
        };
        let (head, witnesses) = proof.verify(leaf_hash(&self.filing.leaf), vkey, witnesses, quorum)?;
        Ok(Verified { signed_at_filing, in_log: Some(InLog { index: proof.index(), head }), witnesses })
    }
}

/// The text of the file.
impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)?;
        self.proof.iter().try_for_each(|proof| write!(f, "\n{proof}"))
    }
}

fn of_the_log(filing: &Filing, key: &VerifierKey) -> Result<(), ReceiptError> {
    if filing.log != key.name() {
        return Err(ReceiptError::OtherLog { found: filing.log.clone(), wanted: key.name().to_owned() });
    }
    if key.algorithm() != Algorithm::Ed25519 {
        return Err(ReceiptError::Filing(SignatureError::Unfit(key.name().to_owned(), "it is a witness's key")));
    }
    Ok(())
}

/// `2026-01-02T09:00:00+08:00`, with parts of a second or without, or `Z`: the form and the ranges of its parts.
fn is_rfc_3339(text: &str) -> bool {
    let number = |digits: Option<&str>, max: u32| {
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        digits.and_then(|digits| digits.parse().ok()).is_some_and(|number: u32| number <= max)
    };
    let shape = "0000-00-00T00:00:00";
    let (Some(moment), Some(rest)) = (text.get(..shape.len()), text.get(shape.len()..)) else {
        return false;
    };
    let fits = |(c, shape): (char, char)| if shape == '0' { c.is_ascii_digit() } else { c == shape };
    let in_range = !moment.contains("-00")
        && number(moment.get(5..7), 12)
        && number(moment.get(8..10), 31)
        && number(moment.get(11..13), 23)
        && number(moment.get(14..16), 59)
        && number(moment.get(17..19), 60);
    let offset = match rest.strip_prefix('.') {
        Some(fraction) => {
            let offset = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if offset.len() == fraction.len() || fraction.len() - offset.len() > 9 {
                return false;
            }
            offset
        }
        None => rest,
    };
    let is_offset = offset == "Z"
        || offset.len() == 6
            && offset.starts_with(['+', '-'])
            && offset.get(3..4) == Some(":")
            && number(offset.get(1..3), 23)
            && number(offset.get(4..6), 59);
    moment.chars().zip(shape.chars()).all(fits) && in_range && is_offset
}
