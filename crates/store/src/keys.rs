//! The key file: made once, crash-safely, readable by its owner only, kept apart from the journal and its backups.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::cipher::Suite;
use crate::error::StoreError;
use crate::key_place::{Origin, folder_of, put};
use crate::masters::{KeyId, Master, Masters};

const HEAD: &str = "huiyin keys 1";

/// How often a place may be asked for keys that came meanwhile: a command may be costly.
const ASKED_AGAIN: Duration = Duration::from_secs(5);

/// The keys of a node.
pub struct Keys {
    origin: Origin,
    /// Signs where the journal ends.
    pub(crate) head: Zeroizing<[u8; 32]>,
    /// Makes secret codes from command ids, so that a form posted twice gives the same receipt.
    pub(crate) code: Zeroizing<[u8; 32]>,
    /// Wrap the keys of parties.
    masters: RwLock<Arc<Masters>>,
    /// When the place was last asked for more of them.
    asked: Mutex<Option<Instant>>,
}

/// What stands in a key file: first the oldest master key, `head` and `code`; then newer master keys, and one that is
/// prepared. Programs of 0.1 read the first three lines.
pub(crate) struct KeyFile {
    pub(crate) seals: Vec<Zeroizing<[u8; 32]>>,
    pub(crate) next: Option<Zeroizing<[u8; 32]>>,
    pub(crate) head: Zeroizing<[u8; 32]>,
    pub(crate) code: Zeroizing<[u8; 32]>,
}

impl KeyFile {
    /// With keys nobody had before.
    pub(crate) fn fresh() -> Result<KeyFile, StoreError> {
        Ok(KeyFile { seals: vec![fresh_key()?], next: None, head: fresh_key()?, code: fresh_key()? })
    }

    pub(crate) fn read(origin: &Origin) -> Result<KeyFile, StoreError> {
        let text = origin.text()?;
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return Err(origin.unreadable("it does not begin as a key file"));
        }
        let incomplete = || origin.unreadable("a key in it is not complete");
        let named = |line: &str, name: &str| line.strip_prefix(name)?.strip_prefix(" = ").and_then(unhex);
        let mut key = |name: &str| lines.next().and_then(|line| named(line, name)).ok_or_else(incomplete);
        let (seal, head, code) = (key("seal")?, key("head")?, key("code")?);
        let mut file = KeyFile { seals: vec![seal], next: None, head, code };
        for line in lines.filter(|line| !line.trim().is_empty()) {
            if file.next.is_some() {
                return Err(origin.unreadable("nothing may follow the key that is prepared"));
            }
            match (named(line, "seal"), named(line, "next")) {
                (Some(seal), _) => file.seals.push(seal),
                (None, Some(next)) => file.next = Some(next),
                (None, None) => return Err(incomplete()),
            }
        }
        Ok(file)
    }

    /// Puts it in the place of what is at `path`, in a folder only its owner may enter.
    pub(crate) fn write(&self, path: &Path) -> std::io::Result<()> {
        let line = |name: &str, key: &Zeroizing<[u8; 32]>| Zeroizing::new(format!("{name} = {}", hex(&**key)));
        let mut seals = self.seals.iter().map(|key| line("seal", key));
        let mut lines: Vec<Zeroizing<String>> = seals.by_ref().take(1).collect();
        lines.extend([line("head", &self.head), line("code", &self.code)]);
        lines.extend(seals);
        lines.extend(self.next.iter().map(|key| line("next", key)));
        let lines: Vec<&str> = std::iter::once(HEAD).chain(lines.iter().map(|line| line.as_str())).collect();
        put(path, &lines)
    }

    fn masters(&self) -> Option<Masters> {
        let used = self.seals.iter().cloned().map(Master::of).collect();
        Masters::new(used, self.next.clone().map(Master::of))
    }
}

impl Keys {
    /// Opens the keys, or makes the key file where there is none yet.
    ///
    /// # Errors
    /// They cannot be read, are no keys, or others may read them.
    pub(crate) fn open_or_make(origin: &Origin) -> Result<Keys, StoreError> {
        if let Origin::File(path) = origin
            && !path.exists()
        {
            make(path)?;
        }
        Keys::open(origin)
    }

    /// Opens the keys.
    pub(crate) fn open(origin: &Origin) -> Result<Keys, StoreError> {
        let file = KeyFile::read(origin)?;
        let masters = file.masters().ok_or_else(|| origin.unreadable("there is no key in it"))?;
        let masters = RwLock::new(Arc::new(masters));
        let KeyFile { head, code, .. } = file;
        Ok(Keys { origin: origin.clone(), head, code, masters, asked: Mutex::default() })
    }

    /// The master keys as they are known now.
    pub(crate) fn masters(&self) -> Arc<Masters> {
        Arc::clone(&self.masters.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Seals from now on as a database says.
    ///
    /// # Errors
    /// [`StoreError::MasterKeyAbsent`]: the key is not here, nor where the keys are kept.
    pub(crate) fn seal_with(&self, suite: Suite, id: KeyId) -> Result<(), StoreError> {
        let known = self.masters();
        if known.suite == suite && known.in_use() == id {
            return Ok(());
        }
        if !known.has(id) {
            self.look_again()?;
        }
        let mut masters = self.masters.write().unwrap_or_else(PoisonError::into_inner);
        if !masters.has(id) {
            return Err(StoreError::MasterKeyAbsent(id.to_string()));
        }
        *masters = Arc::new(masters.sealing_with(suite, id));
        Ok(())
    }

    /// Opens what was wrapped, with a key that came meanwhile where it is needed.
    pub(crate) fn unwrap(&self, wrapped: &[u8], aad: &[u8], name: &str) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        match self.masters().unwrap(wrapped, aad, name) {
            Err(StoreError::MasterKeyAbsent(_)) => {
                self.look_again()?;
                self.masters().unwrap(wrapped, aad, name)
            }
            done => done,
        }
    }

    /// Whether asking the place for keys costs nothing.
    pub(crate) fn is_quick_to_ask(&self) -> bool {
        matches!(self.origin, Origin::File(_))
    }

    /// Takes in the master keys as they stand now where the keys are kept.
    ///
    /// # Errors
    /// The keys cannot be read any more, or they are those of another node.
    pub(crate) fn look_again(&self) -> Result<(), StoreError> {
        let mut asked = self.asked();
        if asked.is_some_and(|at| at.elapsed() < ASKED_AGAIN) && !self.is_quick_to_ask() {
            return Ok(());
        }
        let file = KeyFile::read(&self.origin)?;
        *asked = Some(Instant::now());
        if *file.head != *self.head || *file.code != *self.code {
            return Err(self.origin.unreadable("it is that of another node now"));
        }
        let mut masters = self.masters.write().unwrap_or_else(PoisonError::into_inner);
        // One that is gone from the file is not in use, or the file is older than the database: this process goes on.
        if let Some(fresh) = file.masters().filter(|fresh| fresh.has(masters.in_use())) {
            *masters = Arc::new(fresh.sealing_with(masters.suite, masters.in_use()));
        }
        Ok(())
    }

    fn asked(&self) -> MutexGuard<'_, Option<Instant>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The four digits of a node that has written nothing yet.
    pub(crate) fn node(&self) -> String {
        let mac = keyed(&self.head, &[b"node"]);
        format!("{}", 1000 + u16::from_be_bytes([mac[0], mac[1]]) % 9000)
    }

    /// A secret code for a command: 25 digits in five groups, 83 bits, easy to say aloud.
    pub fn code_for(&self, command: &str) -> String {
        self.code_of(&[b"code", command.as_bytes()])
    }

    /// The secret code of one mandate of a matter; its word keeps it apart from every command's.
    pub fn code_for_mandate(&self, matter: &str, number: u32) -> String {
        self.code_of(&[b"mandate", matter.as_bytes(), &number.to_be_bytes()])
    }

    /// The secret code of one representative of a matter.
    pub fn code_for_representative(&self, matter: &str, number: u32) -> String {
        self.code_of(&[b"representative", matter.as_bytes(), &number.to_be_bytes()])
    }

    fn code_of(&self, parts: &[&[u8]]) -> String {
        let mac = keyed(&self.code, parts);
        // 25 digits need 83 bits; 128 bits taken modulo 10^25 leave a bias below 2^-44.
        let mut number = u128::from_be_bytes(first_16(&mac)) % 10_u128.pow(25);
        let mut digits = [b'0'; 25];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
            number /= 10;
        }
        let groups: Vec<&str> = digits.chunks(5).map(|group| std::str::from_utf8(group).unwrap_or("")).collect();
        groups.join("-")
    }
}

/// The digest of a secret code as matters keep it. Spaces and dashes do not matter, nor do full-width digits.
pub fn code_digest(code: &str) -> String {
    let digits: String = code
        .chars()
        .filter_map(|c| match c {
            '0'..='9' => Some(c),
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32),
            _ => None,
        })
        .collect();
    hex(&Sha256::digest(format!("huiyin code 1 {digits}").as_bytes()))
}

/// Whether a secret code, as typed, is the one of this digest. How long it takes tells nothing of how much of it fits.
pub fn code_fits(code: &str, digest: &str) -> bool {
    code_digest(code).as_bytes().ct_eq(digest.as_bytes()).into()
}

/// A key that lives as long as the program runs and is written nowhere: what is marked under it is known again by this
/// run and by nobody else.
pub struct EphemeralKey(Zeroizing<[u8; 32]>);

impl EphemeralKey {
    /// One nobody had before.
    ///
    /// # Errors
    /// The machine gives no randomness.
    pub fn fresh() -> Result<EphemeralKey, StoreError> {
        let mut key = Zeroizing::new([0_u8; 32]);
        getrandom::fill(&mut *key)?;
        Ok(EphemeralKey(key))
    }

    /// The mark of some parts (HMAC-SHA-256).
    pub fn mark(&self, parts: &[&[u8]]) -> [u8; 32] {
        keyed(&self.0, parts)
    }

    /// Whether these bytes begin the mark of some parts. How long it takes tells nothing of how many of them do.
    pub fn fits(&self, parts: &[&[u8]], begins: &[u8]) -> bool {
        let mark = self.mark(parts);
        mark.get(..begins.len()).is_some_and(|mark| mark.ct_eq(begins).into())
    }
}

/// HMAC-SHA-256 over parts, each with its length before it.
pub(crate) fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC pads a short key with zeros to its block: doing so here leaves no length to be wrong.
    let mut block = Zeroizing::new([0_u8; 64]);
    block[..32].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn first_16(bytes: &[u8; 32]) -> [u8; 16] {
    let mut first = [0; 16];
    first.copy_from_slice(&bytes[..16]);
    first
}

pub(crate) fn unhex(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let bytes = unhex_all(text)?;
    <[u8; 32]>::try_from(bytes.as_slice()).ok().map(Zeroizing::new)
}

/// Bytes from hex of any length.
pub(crate) fn unhex_all(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [_, _] => u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok(),
        _ => None,
    });
    if digits { pairs.collect::<Option<Vec<u8>>>().map(Zeroizing::new) } else { None }
}

fn make(path: &Path) -> Result<(), StoreError> {
    let file = KeyFile::fresh()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let done = fs::create_dir_all(folder)
        .and_then(|()| fs::set_permissions(folder, Permissions::from_mode(0o700)))
        .and_then(|()| file.write(path))
        // The folder is new as well: without its entry on disk, a power cut could leave a journal without keys.
        .and_then(|()| folder_of(folder)?.sync_all());
    done.map_err(|error| StoreError::DataFolder { path: path.to_owned(), error })
}

/// A key nobody had before.
pub(crate) fn fresh_key() -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let mut key = Zeroizing::new([0_u8; 32]);
    getrandom::fill(&mut *key)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/huiyin.keys");
        let origin = Origin::File(path.clone());
        let made = Keys::open_or_make(&origin).unwrap();
        let read = Keys::open_or_make(&origin).unwrap();
        assert_eq!(made.code_for("a"), read.code_for("a"));
        assert_ne!(made.code_for("a"), made.code_for("b"));
        assert_eq!(made.code_for("a").len(), 29);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_key_file_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        let origin = Origin::File(path.clone());
        Keys::open_or_make(&origin).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Keys::open_or_make(&origin), Err(StoreError::KeysUnreadable(..))));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "huiyin keys 1\nseal = 00\n").unwrap();
        assert!(matches!(Keys::open_or_make(&origin), Err(StoreError::KeysUnreadable(..))));
    }

    #[test]
    fn master_keys_are_added_and_found_again_as_they_stand() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        let origin = Origin::File(path.clone());
        let keys = Keys::open_or_make(&origin).unwrap();
        let first = keys.masters().in_use();
        let mut file = KeyFile::read(&origin).unwrap();
        file.seals.push(fresh_key().unwrap());
        file.next = Some(fresh_key().unwrap());
        file.write(&path).unwrap();
        let read = KeyFile::read(&origin).unwrap();
        assert!(read.seals == file.seals && read.next == file.next && read.head == file.head);
        keys.look_again().unwrap();
        assert_eq!(keys.masters().in_use(), first, "the database says when another is used");
        let ids: Vec<(KeyId, bool)> = keys.masters().ids().collect();
        assert_eq!((ids.len(), ids[0], ids[1].1, ids[2].1), (3, (first, false), false, true));
        keys.seal_with(Suite::Sm4Gcm, ids[1].0).unwrap();
        assert_eq!((keys.masters().in_use(), keys.masters().suite), (ids[1].0, Suite::Sm4Gcm));
        let absent = keys.seal_with(Suite::Sm4Gcm, KeyId([0; 4]));
        assert!(matches!(absent, Err(StoreError::MasterKeyAbsent(_))));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}seal = {}\n", hex(&[1; 32]))).unwrap();
        assert!(keys.look_again().is_err(), "what follows the prepared one would be of no known order");
        fs::write(&path, text.replace("next", "nxt")).unwrap();
        assert!(keys.look_again().is_err());
        KeyFile::fresh().unwrap().write(&path).unwrap();
        assert!(
            matches!(keys.look_again(), Err(StoreError::KeysUnreadable(_, why)) if why.contains("another node"))
        );
    }

    #[test]
    fn codes_are_the_same_however_they_are_typed() {
        assert_eq!(code_digest("12345-67890"), code_digest("１２３４５ 67890"));
        assert_ne!(code_digest("12345-67890"), code_digest("12345-67891"));
        let digest = code_digest("12345-67890");
        assert!(code_fits("12345 67890", &digest));
        assert!(!code_fits("12345-67891", &digest) && !code_fits("", &digest) && !code_fits("12345-67890", ""));
    }

    #[test]
    fn a_mark_is_of_its_key_and_its_parts() {
        let (key, other) = (EphemeralKey::fresh().unwrap(), EphemeralKey::fresh().unwrap());
        let mark = key.mark(&[b"a", b"b"]);
        assert!(key.fits(&[b"a", b"b"], &mark) && key.fits(&[b"a", b"b"], &mark[..16]));
        assert!(!key.fits(&[b"ab", b""], &mark) && !other.fits(&[b"a", b"b"], &mark));
        assert!(!key.fits(&[b"a", b"b"], &[0; 33]));
    }

    /// Said over the telephone and typed on any keyboard: digits only, in groups of five; guessed never.
    #[test]
    fn a_code_is_digits_in_groups_and_has_more_than_eighty_bits() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::open_or_make(&Origin::File(folder.path().join("k"))).unwrap();
        let mut seen = [[0_u32; 10]; 25];
        for command in 0..2_000 {
            let code = keys.code_for(&format!("file/{command}"));
            let groups: Vec<&str> = code.split('-').collect();
            assert!(groups.len() == 5 && groups.iter().all(|group| group.len() == 5), "{code}");
            for (place, digit) in code.bytes().filter(u8::is_ascii_digit).enumerate() {
                seen[place][usize::from(digit - b'0')] += 1;
            }
        }
        // Each of 25 places takes each of ten digits about equally often (200 of 2,000, deviation 13.4).
        assert!(seen.iter().flatten().all(|times| (100..300).contains(times)), "{seen:?}");
        assert!(25.0 * f64::log2(10.0) > 80.0);
    }

    proptest::proptest! {
        /// A key file in which a hand slipped, and one that was cut.
        #[test]
        fn a_spoilt_key_file_is_read_without_panic(
            at: proptest::sample::Index,
            put in "[\\PC\n]{0,6}",
            cut: proptest::sample::Index,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("k");
            let origin = Origin::File(path.clone());
            Keys::open_or_make(&origin).unwrap();
            let whole = fs::read_to_string(&path).unwrap();
            let mut spoilt = whole.clone();
            spoilt.insert_str(at.index(whole.len()), &put);
            fs::write(&path, &spoilt).unwrap();
            let _ = Keys::open(&origin).is_ok();
            fs::write(&path, &whole[..cut.index(whole.len() - 1)]).unwrap();
            assert!(Keys::open(&origin).is_err());
        }

        #[test]
        fn codes_of_any_kind_are_judged_without_panic(code in "\\PC{0,60}", digest in "[0-9a-f]{0,64}") {
            assert!(!code_fits(&code, &digest) || code_digest(&code) == digest);
        }
    }
}
