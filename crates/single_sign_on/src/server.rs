//! The sign-on server: what it says of itself, where somebody is sent, how a code is redeemed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use courier::http::Uri;
use courier::{Courier, CourierError, is_safe};
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreProviderMetadata,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, TokenResponse,
};

use crate::proof::{NoProof, Reader};
use crate::{Proof, Question, Reply, SignOnError};

/// How long what the server says of itself is good.
const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(1);
/// Waited for each answer of the server.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest answer read, in bytes: a set of many keys is a tenth of it.
const ANSWER_BYTES_MAX: u64 = 256 * 1024;
/// Longest word of an error that is passed on.
const ERROR_CHARS_MAX: usize = 60;

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// How the server is reached, and what we are to it.
#[derive(Clone)]
pub struct Settings {
    /// The server's own name for itself, an address.
    pub issuer: String,
    /// Our name with it.
    pub client_id: String,
    /// What we show it as that client.
    pub client_secret: String,
    /// What people call it, e.g. 政务统一身份认证.
    pub name: String,
    /// Where the browser is sent back to, in full.
    pub back: String,
}

/// A sign-on server.
pub struct SingleSignOn {
    issuer: IssuerUrl,
    client: ClientId,
    secret: ClientSecret,
    name: String,
    back: RedirectUrl,
    courier: Courier,
    known: Mutex<Option<(Timestamp, Arc<CoreProviderMetadata>)>>,
}

impl SingleSignOn {
    /// A server as it is set up. It is not asked before somebody signs on, so that it may be away meanwhile.
    ///
    /// # Errors
    /// Something is missing, or somebody on the way could read what is sent.
    pub fn new(settings: Settings) -> Result<SingleSignOn, SignOnError> {
        let wrong = |why: String| Err(SignOnError::Settings(why));
        for (what, address) in [("the issuer", &settings.issuer), ("the address people use", &settings.back)] {
            if !address.parse::<Uri>().is_ok_and(|uri| is_safe(&uri)) {
                return wrong(format!("{what} must begin with https:// (or be this very machine): {address}"));
            }
        }
        if settings.client_id.is_empty() || settings.client_secret.is_empty() {
            return wrong(
                "name and secret of the client must not be empty: the server's administrators give both".into(),
            );
        }
        let unreadable = |error: openidconnect::url::ParseError| SignOnError::Settings(error.to_string());
        Ok(SingleSignOn {
            issuer: IssuerUrl::new(settings.issuer).map_err(unreadable)?,
            client: ClientId::new(settings.client_id),
            secret: ClientSecret::new(settings.client_secret),
            name: settings.name,
            back: RedirectUrl::new(settings.back).map_err(unreadable)?,
            courier: Courier::new(PATIENCE),
            known: Mutex::new(None),
        })
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server's own name for itself.
    pub fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// Where a browser is sent with a question. Whoever comes there proves themselves anew: who sat at the machine before
    /// has left a session there that must not open the desk.
    ///
    /// # Errors
    /// The server cannot be asked.
    pub fn address(&self, question: &Question) -> Result<String, SignOnError> {
        let server = self.server(question.at)?;
        let (state, nonce) = (question.state.clone(), question.nonce.clone());
        let verifier = PkceCodeVerifier::new(question.verifier.clone());
        let client = self.client(&server);
        let request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_prompt(CoreAuthPrompt::Login)
            // Only then must the proof say when it was given.
            .set_max_age(KNOWN_FOR.unsigned_abs());
        let (address, _, _) = request.url();
        if !address.as_str().parse::<Uri>().is_ok_and(|uri| is_safe(&uri)) {
            return Err(SignOnError::NotReached("it sends browsers where there is no HTTPS".to_owned()));
        }
        Ok(address.into())
    }

    /// What a reply to a question proves.
    ///
    /// # Errors
    /// It belongs to another question, the server cannot be asked, or what it says does not hold.
    pub fn proof(&self, question: &Question, reply: &Reply, now: Timestamp) -> Result<Proof, SignOnError> {
        if reply.state != question.state {
            return Err(SignOnError::refused("it belongs to another question (state)"));
        }
        if reply.iss.as_ref().is_some_and(|issuer| issuer != self.issuer.as_str()) {
            return Err(SignOnError::refused("another server sent it (iss)"));
        }
        match reply.error.as_str() {
            "" if reply.code.is_empty() => return Err(SignOnError::refused("there is no code in it")),
            "" => {}
            "access_denied" => return Err(SignOnError::Declined),
            error => {
                let word: String = error.chars().filter(char::is_ascii_graphic).take(ERROR_CHARS_MAX).collect();
                return Err(SignOnError::refused(format!("the server says {word}")));
            }
        }
        let token = self.redeemed(question, reply, now)?;
        match self.read(&token, question, now) {
            Ok(proof) => Ok(proof),
            Err(NoProof::Refused(why)) => Err(why),
            Err(NoProof::KeyUnknown) => {
                self.learn(now)?;
                let again = self.read(&token, question, now);
                again.map_err(|_| SignOnError::refused("no key of the server fits its signature"))
            }
        }
    }

    fn read(&self, token: &CoreIdToken, question: &Question, now: Timestamp) -> Result<Proof, NoProof> {
        let server = self.server(now).map_err(NoProof::Refused)?;
        let keys = server.jwks().clone();
        Reader { issuer: &self.issuer, client: &self.client, keys }.read(token, question, now)
    }

    /// The token the server gives for a code.
    fn redeemed(&self, question: &Question, reply: &Reply, now: Timestamp) -> Result<CoreIdToken, SignOnError> {
        let client = self.client(&*self.server(now)?);
        let request = client.exchange_code(AuthorizationCode::new(reply.code.clone()));
        let request = request.map_err(|error| SignOnError::not_reached(&error))?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(question.verifier.clone()));
        let answer =
            request.request(&|request: HttpRequest| self.carry(request)).map_err(|error| match error {
                RequestTokenError::ServerResponse(said) => {
                    SignOnError::refused(format!("the server says {}", said.error()))
                }
                // The parse error would hold the token.
                RequestTokenError::Parse(why, _) => {
                    SignOnError::NotReached(format!("its answer cannot be read: {why}"))
                }
                other => SignOnError::not_reached(&other),
            })?;
        answer.id_token().cloned().ok_or_else(|| SignOnError::refused("the server gave no ID token"))
    }

    fn client(&self, server: &CoreProviderMetadata) -> Client {
        let client =
            CoreClient::from_provider_metadata(server.clone(), self.client.clone(), Some(self.secret.clone()))
                .set_redirect_uri(self.back.clone());
        let in_body = server.token_endpoint_auth_methods_supported().is_some_and(|methods| {
            !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        });
        client.set_auth_type(if in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
    }

    /// What the server says of itself, not older than it may be.
    fn server(&self, now: Timestamp) -> Result<Arc<CoreProviderMetadata>, SignOnError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some((since, server)) if now.duration_since(since) < KNOWN_FOR => Ok(server),
            _ => self.learn(now),
        }
    }

    /// Asks the server about itself and its keys.
    fn learn(&self, now: Timestamp) -> Result<Arc<CoreProviderMetadata>, SignOnError> {
        let carry = |request: HttpRequest| self.carry(request);
        let server = CoreProviderMetadata::discover(&self.issuer, &carry);
        let server = Arc::new(server.map_err(|error| SignOnError::not_reached(&error))?);
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&server)));
        Ok(server)
    }

    fn carry(&self, request: HttpRequest) -> Result<HttpResponse, CourierError> {
        if !is_safe(request.uri()) {
            return Err(CourierError::NotReached(format!("{} is without HTTPS", request.uri())));
        }
        self.courier.carry(request, ANSWER_BYTES_MAX)
    }
}
