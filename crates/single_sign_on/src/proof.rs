//! The proof (an ID token): its signature, who issued it, for whom, until when, for which question, and what it says.

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJwsSigningAlgorithm as Alg};
use openidconnect::{
    ClaimsVerificationError, ClientId, IssuerUrl, JsonWebKeySet, Nonce, SignatureVerificationError,
};

use crate::{Question, SignOnError};

/// Signatures that hold: those of which only the server has the key. `none` and those with a shared secret do not.
const SIGNATURES: [Alg; 9] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EdDsa,
];

/// How far the clock of the server may be from ours.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(2);

/// Longest subject there may be, in characters (OpenID Connect Core 2).
const SUBJECT_CHARS_MAX: usize = 255;

/// Methods of signing in (RFC 8176), by what they show: something known, something held, something one is.
const KINDS: [&[&str]; 3] = [
    &["pwd", "pin", "kba"],
    &["otp", "hwk", "swk", "pop", "sc", "sms", "tel"],
    &["face", "fpt", "iris", "retina", "vbm"],
];

/// Classes of signing in that stand for more than one factor, of those that are published.
const SEVERAL: [&str; 2] =
    ["https://refeds.org/profile/mfa", "http://schemas.openid.net/pape/policies/2007/06/multi-factor"];

/// Who somebody proved to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The server's word for them: opaque, never another's.
    pub subject: String,
    /// Whether they proved it in more than one way.
    pub several_factors: bool,
}

/// Why a token is no proof.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoProof {
    /// It was signed with a key that is not known: the server may have a new one.
    KeyUnknown,
    /// It does not hold.
    Refused(SignOnError),
}

/// Whoever reads tokens of one server for one client.
pub(crate) struct Reader<'a> {
    pub(crate) issuer: &'a IssuerUrl,
    pub(crate) client: &'a ClientId,
    pub(crate) keys: JsonWebKeySet<openidconnect::core::CoreJsonWebKey>,
}

impl Reader<'_> {
    /// What a token proves.
    pub(crate) fn read(&self, token: &CoreIdToken, asked: &Question, now: Timestamp) -> Result<Proof, NoProof> {
        let (issuer, client) = (self.issuer.clone(), self.client.clone());
        let now = chrono::DateTime::from_timestamp(now.as_second(), 0).unwrap_or_default();
        let verifier = CoreIdTokenVerifier::new_public_client(client, issuer, self.keys.clone())
            .set_allowed_algs(SIGNATURES)
            .set_time_fn(move || now)
            .set_auth_time_verifier_fn(|at| is_fresh(at.map(|at| at.timestamp()), asked));
        let claims = token.claims(&verifier, &Nonce::new(asked.nonce.clone())).map_err(NoProof::of)?;
        self.told(claims).map_err(NoProof::Refused)
    }

    fn told(&self, claims: &CoreIdTokenClaims) -> Result<Proof, SignOnError> {
        if claims.authorized_party().is_some_and(|party| party != self.client) {
            return Err(SignOnError::refused("the token was issued to another program (azp)"));
        }
        let subject = claims.subject().to_string();
        if subject.is_empty() || subject.chars().count() > SUBJECT_CHARS_MAX {
            return Err(SignOnError::refused("its subject is empty or too long (sub)"));
        }
        let methods = claims.auth_method_refs().map(Vec::as_slice).unwrap_or_default();
        let methods: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
        let class = claims.auth_context_ref().map(|class| class.as_str());
        Ok(Proof { subject, several_factors: several_factors(&methods, class) })
    }
}

impl NoProof {
    fn of(error: ClaimsVerificationError) -> NoProof {
        match error {
            ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
                NoProof::KeyUnknown
            }
            ClaimsVerificationError::SignatureVerification(why) => NoProof::Refused(SignOnError::refused(why)),
            other => NoProof::Refused(SignOnError::refused(other)),
        }
    }
}

/// Whether somebody proved themselves for this question, not for whoever sat at the machine before.
fn is_fresh(proven: Option<i64>, asked: &Question) -> Result<(), String> {
    let Some(proven) = proven else { return Err("the token does not say when (auth_time)".to_owned()) };
    let earliest = asked.at.saturating_sub(CLOCKS_APART).unwrap_or(Timestamp::MIN);
    if proven < earliest.as_second() {
        return Err("it was before they were asked: the server did not ask them again".to_owned());
    }
    Ok(())
}

/// Whether methods and class say that more than one factor was used.
fn several_factors(methods: &[&str], class: Option<&str>) -> bool {
    let kinds = KINDS.iter().filter(|kind| methods.iter().any(|method| kind.contains(method))).count();
    kinds > 1 || methods.contains(&"mfa") || class.is_some_and(|class| SEVERAL.contains(&class))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJsonWebKey};
    use openidconnect::{JsonWebKeyId, PrivateSigningKey};
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://sso.example";

    /// A key anybody can make: 32 bytes of one value.
    fn key(name: &str, value: u8) -> CoreEdDsaPrivateSigningKey {
        let der = [&[0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20][..], &[value; 32]];
        let body = base64::prelude::BASE64_STANDARD.encode(der.concat());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(name.to_owned()))).unwrap()
    }

    fn asked() -> Question {
        let word = |letter: &str| letter.repeat(64);
        Question { state: word("s"), nonce: word("n"), verifier: word("v"), at: moment(1000) }
    }

    fn moment(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn claims() -> Value {
        let at = |second| moment(second).as_second();
        json!({
            "iss": ISSUER, "aud": "huiyin", "sub": "u1", "nonce": "n".repeat(64),
            "iat": at(1030), "exp": at(1330), "auth_time": at(1020), "amr": ["pwd"],
        })
    }

    fn part(value: &Value) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
    }

    /// A token that says this of itself, signed with a key.
    fn token(head: &Value, claims: &Value, key: &CoreEdDsaPrivateSigningKey) -> CoreIdToken {
        let signed = format!("{}.{}", part(head), part(claims));
        let signature = key.sign(&Alg::EdDsa, signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)).parse().unwrap()
    }

    fn read(token: &CoreIdToken) -> Result<Proof, NoProof> {
        let keys: Vec<CoreJsonWebKey> = vec![key("one", 7).as_verification_key()];
        let (issuer, client) = (IssuerUrl::new(ISSUER.to_owned()).unwrap(), ClientId::new("huiyin".to_owned()));
        let reader = Reader { issuer: &issuer, client: &client, keys: JsonWebKeySet::new(keys) };
        reader.read(token, &asked(), moment(1040))
    }

    fn head() -> Value {
        json!({ "alg": "EdDSA", "kid": "one", "typ": "JWT" })
    }

    #[test]
    fn a_proof_says_who_and_in_how_many_ways() {
        let proof = read(&token(&head(), &claims(), &key("one", 7))).unwrap();
        assert_eq!(proof, Proof { subject: "u1".to_owned(), several_factors: false });
        let mut several = claims();
        several["amr"] = json!(["pwd", "otp"]);
        several["aud"] = json!(["huiyin"]);
        several["azp"] = json!("huiyin");
        assert!(read(&token(&head(), &several, &key("one", 7))).unwrap().several_factors);
    }

    #[test]
    fn what_is_not_meant_for_this_question_is_refused() {
        let at = |second| json!(moment(second).as_second());
        for (claim, value, why) in [
            ("iss", json!("https://other.example"), "issuer"),
            ("aud", json!("another"), "audiences"),
            ("aud", json!(["huiyin", "another"]), "audiences"),
            ("azp", json!("another"), "azp"),
            ("nonce", json!("x"), "nonce"),
            ("nonce", Value::Null, "nonce"),
            ("exp", at(1040), "Expired"),
            ("auth_time", at(800), "did not ask them again"),
            ("auth_time", Value::Null, "auth_time"),
            ("sub", json!(""), "sub"),
            ("sub", json!("字".repeat(256)), "sub"),
        ] {
            let mut wrong = claims();
            wrong[claim] = value;
            match read(&token(&head(), &wrong, &key("one", 7))) {
                Err(NoProof::Refused(SignOnError::Refused(said))) => {
                    assert!(said.contains(why), "{claim}: {said}");
                }
                other => panic!("{claim}: {other:?}"),
            }
        }
    }

    #[test]
    fn what_the_server_did_not_sign_is_refused() {
        let refused = |token: &CoreIdToken| read(token).unwrap_err();
        let forged = refused(&token(&head(), &claims(), &key("one", 8)));
        assert!(matches!(forged, NoProof::Refused(SignOnError::Refused(_))), "{forged:?}");
        let mut other = head();
        other["kid"] = json!("two");
        assert_eq!(refused(&token(&other, &claims(), &key("two", 8))), NoProof::KeyUnknown);
        // Altered after it was signed.
        let whole = token(&head(), &claims(), &key("one", 7)).to_string();
        let (start, signature) = whole.rsplit_once('.').unwrap();
        let mut altered = claims();
        altered["sub"] = json!("u2");
        let altered = format!("{}.{}.{signature}", start.split_once('.').unwrap().0, part(&altered));
        assert!(matches!(refused(&altered.parse().unwrap()), NoProof::Refused(_)));
        for (alg, says) in [("none", "No signature"), ("HS256", "HS256")] {
            let text = format!("{}.{}.{signature}", part(&json!({ "alg": alg, "kid": "one" })), part(&claims()));
            let bare = text.trim_end_matches(signature).to_owned();
            for text in [text, bare] {
                let Ok(token) = text.parse::<CoreIdToken>() else { continue };
                let why = format!("{:?}", refused(&token));
                assert!(why.contains(says) && why.contains("Refused"), "{alg}: {why}");
            }
        }
    }

    #[test]
    fn one_factor_is_told_from_several() {
        for several in [&["pwd", "otp"][..], &["mfa"], &["pwd", "mfa"], &["hwk", "pin"], &["face", "swk"]] {
            assert!(several_factors(several, None), "{several:?}");
        }
        for one in [&[][..], &["pwd"], &["pwd", "pin"], &["otp"], &["otp", "sms"], &["user", "geo"]] {
            assert!(!several_factors(one, None), "{one:?}");
        }
        assert!(several_factors(&["pwd"], Some("https://refeds.org/profile/mfa")));
        assert!(!several_factors(&["pwd"], Some("1")));
    }
}
