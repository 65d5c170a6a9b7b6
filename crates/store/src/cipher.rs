//! The suites words can be sealed with. Each sealed piece names its own, so that all stay readable for ever.

use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::aes::cipher::{BlockCipherEncrypt, BlockSizeUser};
use aes_gcm::{Aes256Gcm, AesGcm, KeyInit, Nonce};
use sm4::Sm4;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::keys::keyed;

/// SM4 (GB/T 32907) in Galois/counter mode, as RFC 8998 has it.
type Sm4Gcm = AesGcm<Sm4, U12>;

/// How much chance goes before each sealed piece.
pub(crate) const NONCE_BYTES: usize = 12;

/// A cipher with its mode: a property of a database, chosen when it is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Suite {
    /// AES-256-GCM.
    #[default]
    Aes256Gcm,
    /// SM4-GCM, for deployments that must use the national suite.
    Sm4Gcm,
}

impl Suite {
    /// Every suite.
    pub const ALL: [Suite; 2] = [Suite::Aes256Gcm, Suite::Sm4Gcm];

    /// Its name in settings.
    pub fn word(self) -> &'static str {
        match self {
            Suite::Aes256Gcm => "aes-256-gcm",
            Suite::Sm4Gcm => "sm4-gcm",
        }
    }

    /// The suite of a name.
    pub fn from_word(word: &str) -> Option<Suite> {
        Suite::ALL.into_iter().find(|suite| suite.word() == word)
    }

    /// As sealed pieces name it.
    pub(crate) fn byte(self) -> u8 {
        match self {
            Suite::Aes256Gcm => 1,
            Suite::Sm4Gcm => 2,
        }
    }

    pub(crate) fn of_byte(byte: u8) -> Option<Suite> {
        Suite::ALL.into_iter().find(|suite| suite.byte() == byte)
    }

    fn encrypt(self, key: &[u8; 32], nonce: [u8; NONCE_BYTES], payload: Payload<'_, '_>) -> Option<Vec<u8>> {
        match self {
            Suite::Aes256Gcm => encrypt_with(&Aes256Gcm::new(key.into()), nonce, payload),
            Suite::Sm4Gcm => encrypt_with(&sm4_gcm(key), nonce, payload),
        }
    }

    fn decrypt(self, key: &[u8; 32], nonce: [u8; NONCE_BYTES], payload: Payload<'_, '_>) -> Option<Vec<u8>> {
        match self {
            Suite::Aes256Gcm => decrypt_with(&Aes256Gcm::new(key.into()), nonce, payload),
            Suite::Sm4Gcm => decrypt_with(&sm4_gcm(key), nonce, payload),
        }
    }
}

/// SM4 has keys of 128 bits: made from ours, which is then the key of no two ciphers.
fn sm4_gcm(key: &[u8; 32]) -> Sm4Gcm {
    let made = Zeroizing::new(keyed(key, &[b"sm4-gcm"]));
    let mut half = Zeroizing::new([0_u8; 16]);
    half.copy_from_slice(&made[..16]);
    Sm4Gcm::new((&*half).into())
}

fn encrypt_with<C>(cipher: &AesGcm<C, U12>, nonce: [u8; NONCE_BYTES], payload: Payload<'_, '_>) -> Option<Vec<u8>>
where
    C: BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt,
{
    cipher.encrypt(&Nonce::from(nonce), payload).ok()
}

fn decrypt_with<C>(cipher: &AesGcm<C, U12>, nonce: [u8; NONCE_BYTES], payload: Payload<'_, '_>) -> Option<Vec<u8>>
where
    C: BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt,
{
    cipher.decrypt(&Nonce::from(nonce), payload).ok()
}

/// `nonce 12 | ciphertext and tag`; none where the cipher refuses, which it does above 64 GB.
///
/// # Errors
/// The machine gives no randomness.
pub(crate) fn encrypt(
    suite: Suite,
    key: &[u8; 32],
    clear: &[u8],
    aad: &[u8],
) -> Result<Option<Vec<u8>>, getrandom::Error> {
    let mut nonce = [0_u8; NONCE_BYTES];
    getrandom::fill(&mut nonce)?;
    let boxed = suite.encrypt(key, nonce, Payload { msg: clear, aad });
    Ok(boxed.map(|boxed| [&nonce[..], &boxed].concat()))
}

/// Opens what [`encrypt`] made; none where the key is another or a bit of it was altered.
pub(crate) fn decrypt(suite: Suite, key: &[u8; 32], boxed: &[u8], aad: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, boxed) = boxed.split_at_checked(NONCE_BYTES)?;
    suite.decrypt(key, nonce.try_into().ok()?, Payload { msg: boxed, aad }).map(Zeroizing::new)
}

/// As [`encrypt`], with the suite's byte in front: `suite 1 | nonce 12 | ciphertext and tag`. `what` names it to the operator.
///
/// # Errors
/// The machine gives no randomness, or the cipher refuses.
pub(crate) fn close(
    suite: Suite,
    key: &[u8; 32],
    clear: &[u8],
    aad: &[u8],
    what: &str,
) -> Result<Vec<u8>, StoreError> {
    let boxed = encrypt(suite, key, clear, aad)?.ok_or_else(|| StoreError::CannotOpen(what.to_owned()))?;
    Ok([&[suite.byte()][..], &boxed].concat())
}

/// Opens what [`close`] made, by whichever suite.
pub(crate) fn open(key: &[u8; 32], closed: &[u8], aad: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (suite, boxed) = closed.split_first()?;
    decrypt(Suite::of_byte(*suite)?, key, boxed, aad)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<char> = hex.chars().filter(|c| !c.is_whitespace()).collect();
        digits.chunks(2).map(|two| u8::from_str_radix(&two.iter().collect::<String>(), 16).unwrap()).collect()
    }

    /// RFC 8998, appendix A.1.
    #[test]
    fn sm4_gcm_is_as_the_rfc_has_it() {
        let key: [u8; 16] = bytes("0123456789ABCDEFFEDCBA9876543210").try_into().unwrap();
        let nonce: [u8; 12] = bytes("00001234567800000000ABCD").try_into().unwrap();
        let aad = bytes("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        let clear = bytes(
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD
             EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        );
        let sealed = bytes(
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735
             D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D
             83DE3541E4C2B58177E065A9BF7B62EC",
        );
        let cipher = Sm4Gcm::new((&key).into());
        let payload = Payload { msg: &clear, aad: &aad };
        assert_eq!(encrypt_with(&cipher, nonce, payload).unwrap(), sealed);
        assert_eq!(decrypt_with(&cipher, nonce, Payload { msg: &sealed, aad: &aad }).unwrap(), clear);
    }

    /// The first case with a message of 256-bit keys in the specification of GCM (McGrew, Viega, 2005), number 14.
    #[test]
    fn aes_gcm_is_as_its_specification_has_it() {
        let sealed = Suite::Aes256Gcm.encrypt(&[0; 32], [0; 12], Payload { msg: &[0; 16], aad: &[] });
        assert_eq!(sealed.unwrap(), bytes("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"));
    }

    #[test]
    fn each_suite_opens_its_own_and_no_others() {
        for suite in Suite::ALL {
            assert_eq!((Suite::from_word(suite.word()), Suite::of_byte(suite.byte())), (Some(suite), Some(suite)));
            let boxed = encrypt(suite, &[7; 32], "话".as_bytes(), b"a").unwrap().unwrap();
            assert_eq!(*decrypt(suite, &[7; 32], &boxed, b"a").unwrap(), "话".as_bytes());
            assert_eq!(decrypt(suite, &[8; 32], &boxed, b"a"), None);
            assert_eq!(decrypt(suite, &[7; 32], &boxed, b"b"), None);
            assert_eq!(decrypt(suite, &[7; 32], &boxed[..20], b"a"), None);
            let others = Suite::ALL.into_iter().filter(|other| *other != suite);
            others.for_each(|other| assert_eq!(decrypt(other, &[7; 32], &boxed, b"a"), None));
        }
        assert_eq!(Suite::of_byte(0), None);
    }
}
