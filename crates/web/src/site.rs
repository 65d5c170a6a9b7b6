//! The site: what every page needs, the routes, and the headers every answer carries.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use app::{App, AppError};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use casework::office::{Directory, Office, OfficeKind};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::attempts::Attempts;
use crate::guard::Guard;
use crate::ledger::Ledger;
use crate::limit::{Door, FilingLimits};
use crate::public::drafts::Drafts;
use crate::trouble::{self, Failure};
use crate::view::frame::PublicFrame;
use crate::{api, assets, desk, public, upload};

/// Tells the time; the program reads the machine's clock in one place and hands it in here.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Longest request body, in bytes. The longest text allowed, 50,000 characters of any kind, is 600 kB in a form; what is
/// longer but below this is sent back with its words to be shortened; above it only a flood comes.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Forms with files that are read at a time: each is in memory while it is.
const UPLOADS_MAX: usize = 12;
/// How long anything else may take, and how long a form with files: thirty megabytes over a village's network.
const ANSWER_SECONDS: u64 = 30;
const UPLOAD_SECONDS: u64 = 300;
/// A browser that was here once over HTTPS comes no other way for a year. Other names below this one are not bound by it:
/// whether they speak HTTPS is not known here.
const HTTPS_ONLY: &str = "max-age=31536000";

/// How the site is reached and what time it is.
#[derive(Clone)]
pub struct Settings {
    /// Where people reach it, e.g. `https://huiyin.example`; receipts and QR codes name it.
    pub address: String,
    /// The time.
    pub clock: Clock,
    /// Whether officers must set up one-time codes before they do anything else.
    pub needs_factor: bool,
    /// Whether a server in front says, last in X-Forwarded-For, where a request comes from.
    pub behind_proxy: bool,
    /// How much may be filed before whoever files is asked to wait.
    pub filings: FilingLimits,
}

/// What every page needs.
#[derive(Clone)]
pub struct Site {
    app: Arc<App>,
    settings: Settings,
    attempts: Arc<Attempts>,
    guard: Arc<Guard>,
    door: Arc<Door>,
    ledger: Arc<Ledger>,
    drafts: Arc<Drafts>,
    uploads: Arc<Semaphore>,
}

impl Site {
    /// A site over an open node.
    pub fn new(app: Arc<App>, settings: Settings) -> Site {
        Site {
            app,
            door: Arc::new(Door::new(settings.filings)),
            settings,
            attempts: Arc::new(Attempts::new()),
            guard: Arc::default(),
            ledger: Arc::default(),
            drafts: Arc::default(),
            uploads: Arc::new(Semaphore::new(UPLOADS_MAX)),
        }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        (self.settings.clock)()
    }

    /// Whether officers must set up one-time codes.
    pub(crate) fn needs_factor(&self) -> bool {
        self.settings.needs_factor
    }

    /// What officers call the server they may sign on with; none where there is none.
    pub(crate) fn single_sign_on_name(&self) -> Option<&str> {
        self.app.single_sign_on_name()
    }

    /// Where people reach it.
    pub fn address(&self) -> &str {
        &self.settings.address
    }

    /// Wrong passwords.
    pub(crate) fn attempts(&self) -> &Attempts {
        &self.attempts
    }

    /// Wrong codes.
    pub(crate) fn guard(&self) -> &Guard {
        &self.guard
    }

    /// The door for filings.
    pub(crate) fn door(&self) -> &Door {
        &self.door
    }

    /// Whether a server in front says where a request comes from.
    pub(crate) fn behind_proxy(&self) -> bool {
        self.settings.behind_proxy
    }

    /// What came under an Idempotency-Key.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Filings under way.
    pub(crate) fn drafts(&self) -> &Drafts {
        &self.drafts
    }

    /// Room for one form with files, kept while what is returned lives.
    pub(crate) fn room_for_files(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let full = "现在传文件的人很多，文件没有收下；请过几分钟再传";
        let room = Arc::clone(&self.uploads).try_acquire_owned();
        room.map_err(|_| Failure::new(StatusCode::SERVICE_UNAVAILABLE, "busy", full))
    }

    /// Whether cookies may only travel encrypted.
    pub(crate) fn secure(&self) -> bool {
        self.address().starts_with("https://")
    }

    /// A fresh word that makes one form or request happen once.
    pub(crate) fn nonce(&self) -> Result<String, Failure> {
        self.app.nonce().map_err(Failure::from)
    }

    /// Runs a use case off the threads that serve connections.
    ///
    /// # Errors
    /// What the use case returns.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App, Timestamp) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, Failure> {
        let (app, now) = (Arc::clone(&self.app), self.now());
        match tokio::task::spawn_blocking(move || work(&app, now)).await {
            Ok(result) => result.map_err(Failure::from),
            Err(stopped) => Err(Failure::internal(&stopped.to_string())),
        }
    }

    /// What surrounds public pages: the county and its petition office.
    pub async fn public_frame(&self) -> PublicFrame {
        public_frame_of(&self.run(|app, _| app.directory()).await.unwrap_or_default())
    }
}

/// The same, where the directory is at hand.
pub(crate) fn public_frame_of(directory: &Directory) -> PublicFrame {
    let office = own_office(directory);
    let place = office.and_then(|office| directory.above(&office.code));
    PublicFrame {
        place: place.map_or_else(String::new, |place| place.name.clone()),
        office: office.map_or_else(|| "信访工作机构".to_owned(), |office| office.name.clone()),
        phone: String::new(),
    }
}

/// The petition office whose site this is: the highest in which somebody works here. One above that is only known as
/// an address must not give its name to the site.
fn own_office(directory: &Directory) -> Option<&Office> {
    let worked = |office: &&Office| directory.officers().any(|officer| officer.office == office.code);
    let all = || directory.offices().filter(|office| office.kind == OfficeKind::PetitionOffice);
    all().filter(worked).min_by_key(|office| directory.line_of(&office.code).len()).or_else(|| all().next())
}

/// Every route.
pub fn router(site: Site) -> Router {
    let routes = Router::new()
        .merge(public::routes())
        .nest("/desk", desk::routes())
        .merge(api::routes())
        .route("/assets/{name}", get(asset))
        .route("/favicon.ico", get(icon))
        .fallback(|| async { Failure::status(StatusCode::NOT_FOUND) })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(within(ANSWER_SECONDS));
    let uploads = Router::new()
        .merge(public::uploads())
        .nest("/desk", desk::uploads())
        .layer(DefaultBodyLimit::max(upload::FORM_BYTES_MAX))
        .layer(within(UPLOAD_SECONDS));
    let routes = routes
        .merge(uploads)
        .layer(middleware::from_fn(same_origin))
        .layer(middleware::from_fn_with_state(site.clone(), trouble::shown));
    let secure = site.secure();
    let routes = with_headers(routes).layer(CompressionLayer::new()).with_state(site);
    if secure { routes.layer(always(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY)) } else { routes }
}

fn within(seconds: u64) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(seconds))
}

/// The headers every answer carries, unless it has its own.
pub(crate) fn with_headers<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    let policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; \
                  form-action 'self'; frame-ancestors 'none'; base-uri 'none'; connect-src 'self'; \
                  object-src 'self'; frame-src 'self'";
    // What no page of ours needs, none that got into one shall have either.
    let nothing = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";
    routes
        .layer(always(header::CONTENT_SECURITY_POLICY, policy))
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(always(header::REFERRER_POLICY, "no-referrer"))
        .layer(always(header::X_FRAME_OPTIONS, "DENY"))
        .layer(always(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(always(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        .layer(always(HeaderName::from_static("permissions-policy"), nothing))
        .layer(always(header::CACHE_CONTROL, "no-store"))
}

/// A header on every answer that has none of that name.
fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// Serves until the process is told to stop; `ready` is called once connections are taken. Time's consequences are
/// written at the start and then every minute.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve(site: Site, listen: SocketAddr, ready: impl FnOnce(SocketAddr)) -> Result<(), String> {
    let (listener, bound) = listening(listen).await?;
    let waking = site.clone();
    tokio::spawn(async move {
        let mut minute = tokio::time::interval(Duration::from_secs(60));
        loop {
            minute.tick().await;
            if let Err(failure) = waking.run(|app, now| app.wake(now, now)).await {
                tracing::error!(%failure, "time's consequences could not be written");
            }
        }
    });
    let counting = site.clone();
    tokio::spawn(async move {
        let mut often = tokio::time::interval(Duration::from_secs(2));
        loop {
            often.tick().await;
            if let Err(failure) = counting.run(|app, _| app.count()).await {
                tracing::error!(%failure, "what was written could not be counted for reports; it is tried again");
            }
        }
    });
    let rewrapping = site.clone();
    tokio::spawn(async move {
        let mut often = tokio::time::interval(Duration::from_secs(2));
        loop {
            often.tick().await;
            // A thousand pieces at most, so that the thread is lent for moments only.
            let some = |app: &App, _| (0..10).try_for_each(|_| app.rewrap().map(drop));
            if let Err(failure) = rewrapping.run(some).await {
                tracing::error!(%failure, "the master keys could not be looked at; it is tried again");
            }
        }
    });
    let expiring = site.clone();
    tokio::spawn(async move {
        let mut daily = tokio::time::interval(Duration::from_secs(24 * 3600));
        while expiring.app.applies_retention() {
            daily.tick().await;
            if let Err(failure) = expiring.run(|app, now| app.expire(now, now, true).map(drop)).await {
                tracing::error!(%failure, "what is over its time could not be erased; it is tried again tomorrow");
            }
        }
    });
    let publishing = site.clone();
    let published = witnesses(&site)?;
    tokio::spawn(async move {
        let mut beat = tokio::time::interval(Duration::from_secs(app::BEAT_SECONDS.unsigned_abs()));
        loop {
            beat.tick().await;
            match publishing.run(|app, now| app.beat(now)).await {
                Ok(()) => {
                    if let Some(round) = &published {
                        let _a_round_waits_already = round.try_send(());
                    }
                }
                Err(failure) => {
                    tracing::error!(%failure, "the transparency log could not be published; the next beat tries again");
                }
            }
        }
    });
    ready(bound);
    axum::serve(listener, router(site).into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stopped())
        .await
        .map_err(|error| format!("serving ended: {error}"))
}

/// A thread that asks the witnesses whenever it is told that a beat was published; none where there are no witnesses. It
/// is nobody's to wait for: a witness that does not answer delays neither a beat nor the end of the program.
fn witnesses(site: &Site) -> Result<Option<SyncSender<()>>, String> {
    if !site.app.has_witnesses() {
        return Ok(None);
    }
    let (round, rounds) = sync_channel(1);
    // Between rounds it does not hold the node: at the end of the program that is closed in order.
    let app = Arc::downgrade(&site.app);
    let ask = move || {
        while rounds.recv().is_ok() {
            let Some(app) = app.upgrade() else { break };
            if let Err(error) = app.ask_witnesses() {
                tracing::error!(%error, "the witnesses could not be asked; they are asked after the next beat");
            }
        }
    };
    let started = std::thread::Builder::new().name("witnesses".to_owned()).spawn(ask);
    started.map(|_| Some(round)).map_err(|error| format!("the program cannot start its threads: {error}"))
}

/// A socket that takes connections, and where it is.
pub(crate) async fn listening(listen: SocketAddr) -> Result<(TcpListener, SocketAddr), String> {
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("{listen} cannot be listened on: {error}; choose another --listen"))?;
    let bound = listener.local_addr().map_err(|error| error.to_string())?;
    Ok((listener, bound))
}

/// Ctrl-C, or the signal a service manager sends.
pub(crate) async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
        }
        Err(_) => {
            let _told = interrupt.await;
        }
    }
}

pub(crate) async fn icon() -> Result<Response, Failure> {
    asset(Path(assets::MARK.to_owned())).await
}

pub(crate) async fn asset(Path(name): Path<String>) -> Result<Response, Failure> {
    let asset = assets::get(&name).ok_or_else(|| Failure::status(StatusCode::NOT_FOUND))?;
    let cache = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, asset.mime), (header::CACHE_CONTROL, cache.to_owned())];
    Ok((headers, asset.bytes.into_owned()).into_response())
}

/// A form may only be sent from our own pages: another site's page cannot act for whoever is signed in.
async fn same_origin(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || comes_from_here(request.headers()) {
        return next.run(request).await;
    }
    Failure::cross_site().into_response()
}

fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        // Browsers of before 2020 send Origin with every form; programs send neither, and carry no cookie.
        (None, Some(origin)) => {
            let host = text("host").unwrap_or_default();
            origin.split_once("://").is_some_and(|(_, from)| from == host)
        }
        (None, None) => true,
    }
}

/// The site out of a request's state.
pub(crate) type Here = State<Site>;
