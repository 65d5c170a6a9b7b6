//! Carries a request over HTTP to another body's address and brings the answer back: in bounded time, of bounded length.
//!
//! It follows no redirects and sends no cookies. Certificates are checked against those the machine trusts, so that an
//! office with a certificate authority of its own installs that once, in the machine. Proxies are those of the
//! environment (`HTTPS_PROXY`, `NO_PROXY`), except to this very machine.

mod address;

use address::is_this_machine;
pub use address::{Address, is_safe};
pub use ureq::http;

use std::time::Duration;

use ureq::Agent;
use ureq::http::{Method, Request, Response};
use ureq::tls::{RootCerts, TlsConfig};

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status, whatever it is.
    pub status: u16,
    /// `Content-Type`, empty where it says none.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CourierError {
    /// The address cannot be one.
    #[error("{0}: give http:// or https://, a host, and no question mark")]
    Address(String),
    /// It does not answer in time.
    #[error("it did not answer within {0} seconds")]
    TooSlow(u64),
    /// The answer is longer than it may be.
    #[error("its answer is longer than {0} bytes")]
    TooLong(u64),
    /// The way there, or its certificate.
    #[error("it cannot be reached: {0}")]
    NotReached(String),
}

/// Whoever carries requests. Cheap to keep, safe to share.
#[derive(Debug)]
pub struct Courier {
    /// To other machines.
    far: Agent,
    /// To this one.
    near: Agent,
    patience: Duration,
}

impl Courier {
    /// One who waits so long for a whole answer.
    pub fn new(patience: Duration) -> Courier {
        let config = || {
            let trusted = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
            Agent::config_builder()
                .timeout_global(Some(patience))
                // Minutes lie between one request and the next: a connection kept would only be a dead one.
                .max_idle_connections(0)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .http_status_as_error(false)
                .user_agent("huiyin")
                .tls_config(trusted)
        };
        let near = config().proxy(None).build().new_agent();
        Courier { far: config().build().new_agent(), near, patience }
    }

    /// Posts a body to a path below an address.
    ///
    /// # Errors
    /// There is no answer in time, or it is longer than `answer_bytes_max`.
    pub fn post(
        &self,
        address: &Address,
        path: &str,
        content_type: &str,
        body: &[u8],
        answer_bytes_max: u64,
    ) -> Result<Answer, CourierError> {
        let request = Request::post(address.below(path)).header("content-type", content_type).body(body.to_vec());
        let request = request.map_err(|error| CourierError::NotReached(error.to_string()))?;
        let answer = self.carry(request, answer_bytes_max)?;
        let content_type = answer.headers().get("content-type").and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_owned();
        Ok(Answer { status: answer.status().as_u16(), content_type, body: answer.into_body() })
    }

    /// Carries a request as it stands, to the address in it. A GET takes no body along.
    ///
    /// # Errors
    /// There is no answer in time, or it is longer than `answer_bytes_max`.
    pub fn carry(
        &self,
        request: Request<Vec<u8>>,
        answer_bytes_max: u64,
    ) -> Result<Response<Vec<u8>>, CourierError> {
        let agent = if is_this_machine(request.uri()) { &self.near } else { &self.far };
        let told = |error| self.told(&error, answer_bytes_max);
        let answered =
            if request.method() == Method::GET { agent.run(request.map(|_| ())) } else { agent.run(request) };
        let (head, mut body) = answered.map_err(told)?.into_parts();
        let body = body.with_config().limit(answer_bytes_max).read_to_vec().map_err(told)?;
        Ok(Response::from_parts(head, body))
    }

    fn told(&self, error: &ureq::Error, answer_bytes_max: u64) -> CourierError {
        match error {
            ureq::Error::Timeout(_) => CourierError::TooSlow(self.patience.as_secs()),
            ureq::Error::BodyExceedsLimit(_) => CourierError::TooLong(answer_bytes_max),
            other => CourierError::NotReached(other.to_string()),
        }
    }
}
