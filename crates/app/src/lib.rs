//! What can be asked of Huiyin: load, authorise, act, append. No HTTP, no SQL, no HTML; time is an argument.

mod adopt;
mod attach;
mod custody;
mod demand;
pub mod demo;
mod directory;
mod error;
mod import;
mod law;
mod letter;
mod moved_days;
mod perform;
mod public_log;
mod rebuild;
mod reference;
mod rehearse;
mod remembered;
mod replica;
mod report;
mod retention;
mod series;
pub mod show;
mod sign_in;
mod sign_on;
mod story;
mod submit;
mod tally;
mod upper;
mod wake;
mod witness;

pub use attach::{AttachmentOpened, AttachmentShown, Upload, Wish, upload_id};
pub use attachments::{Clamd, Kind as FileKind};
pub use demand::{Demand, Said};
pub use error::AppError;
pub use import::{ImportMap, ImportTable, Imported, RowRefused};
pub use law::{Law, whole_procedure};
pub use letter::{LetterShown, Sheet, has_template};
pub use perform::{Doing, Done, Filing, Receipt, Target, command_id};
pub use public_log::BEAT_SECONDS;
pub use reference::normalise as normalise_reference;
pub use rehearse::{Moved, Rehearsal};
pub use report::{FigureValue, ReportAsked, ReportValue, Rows, WITHHELD};
pub use retention::Expired;
pub use sign_in::{Credentials, Device, Entered, NewPassword, OfficerIn};
pub use sign_on::{CodeGiven, Errand, Returned, Sent};
pub use single_sign_on::{Reply, Settings as SignOnSettings, SignOnError, SingleSignOn as SignOnServer};
pub use store::EphemeralKey;
pub use store::{
    BackedUp, BackupAsked, Home, Migrated, Proven, RestoreAsked, Restored, Until, Watch, back_up, migrate, prove,
    restore,
};
pub use store::{Bare, COUNTED_MAX, Database, Lag, Source, StoreError, TokenKind, Wanted};
pub use store::{FreshFactor, SignIn, UpperKey, UpperSecret};
pub use store::{
    KeyPlace, KeyStanding, Rewrapped, Suite, make_key_file, retire as retire_keys, rotate as rotate_keys,
    standing as key_standing,
};
pub use story::{LineRefused, Replayed};
pub use upper::{Filed, Parcel, UpperOffice, UpperReceipt};
pub use witness::{LogSeen, OwnWitness, WitnessAsked, WitnessResponse, WitnessStanding, WitnessState};

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use casework::event::Stream;
use casework::office::Directory;
use jiff::Timestamp;
use store::Store;

/// An open node: the store, and the law and offices as the journal says they are.
pub struct App {
    store: Store,
    law: RwLock<Arc<Law>>,
    directory: RwLock<(u64, Arc<Directory>)>,
    press: letter::LazyPress,
    public_log: public_log::PublicLog,
    witnesses: witness::Witnesses,
    single_sign_on: Option<single_sign_on::SingleSignOn>,
    /// Held by whoever counts for reports.
    counting: Mutex<()>,
    /// Held by whoever writes what time ended.
    waking: Mutex<()>,
    /// Held by whoever asks to know who brought a matter: asks are counted.
    asks: Mutex<()>,
    /// Document numbers taken and not yet written.
    queued: series::Queued,
    remembered: remembered::Remembered,
    /// Where what nobody here may hold is handed to.
    upper: Option<UpperOffice>,
    /// What looks at files before they are kept.
    clamd: Option<Clamd>,
    /// Held by whoever makes a file fit to be kept.
    fitting: Mutex<()>,
    /// Words whose time is over are erased while it serves.
    keeps_time: bool,
}

impl App {
    /// Opens a data folder, setting it up on first use: keys, journal, and the shipped law adopted by hash.
    ///
    /// # Errors
    /// The folder cannot be used; see [`StoreError`].
    pub fn open(folder: &Path, now: Timestamp) -> Result<App, AppError> {
        App::open_on(folder, &Database::File, now)
    }

    /// The same, with the journal where it is said to lie; the keys are in the folder in any case.
    ///
    /// # Errors
    /// The folder or the database cannot be used; see [`StoreError`].
    pub fn open_on(folder: &Path, database: &Database, now: Timestamp) -> Result<App, AppError> {
        App::over(Store::open_on(folder, database)?, now)
    }

    /// The same, with the keys where they are kept; a new journal seals with a suite that is asked for.
    ///
    /// # Errors
    /// The folder, the database or the keys cannot be used, or it seals with another suite; see [`StoreError`].
    pub fn open_at(home: Home<'_>, suite: Option<Suite>, now: Timestamp) -> Result<App, AppError> {
        App::over(Store::open_at(home, suite)?, now)
    }

    /// Opens a place that holds a journal; a mistyped one is not set up.
    ///
    /// # Errors
    /// There is no journal, or folder, database or keys cannot be used; see [`StoreError`].
    pub fn open_existing(home: Home<'_>, now: Timestamp) -> Result<App, AppError> {
        App::over(Store::open_existing_at(home)?, now)
    }

    /// Takes up master keys that were added, and moves some of what lies under older ones. How it stands.
    ///
    /// # Errors
    /// The keys cannot be read any more, or the store failed; the next call goes on.
    pub fn rewrap(&self) -> Result<Rewrapped, AppError> {
        Ok(self.store.rewrap()?)
    }

    fn over(store: Store, now: Timestamp) -> Result<App, AppError> {
        let before = law::calendar_in_use(&store)?;
        let adopted = law::adopt_shipped(&store, now)?;
        let app = App::reading(store)?;
        let moved = before.filter(|_| adopted.changes_due_dates);
        // Due dates are derived: those of open matters follow the table of rest days that came.
        if moved.is_some() || app.store.is_stale()? {
            app.rebuild(|_| {})?;
        }
        if let Some(before) = moved {
            app.tell_moved_days(&before, now)?;
        }
        Ok(app)
    }

    /// The node as its journal stands.
    fn reading(store: Store) -> Result<App, AppError> {
        let law = RwLock::new(Arc::new(law::load(&store)?));
        let directory = RwLock::new((0, Arc::new(Directory::default())));
        let public_log = public_log::PublicLog::of(&store)?;
        let (press, counting, waking) = (letter::LazyPress::default(), Mutex::new(()), Mutex::new(()));
        let queued = series::Queued::default();
        let remembered = remembered::Remembered::default();
        let (witnesses, upper) = (witness::Witnesses::none(), None);
        let app = App {
            store,
            law,
            directory,
            press,
            public_log,
            witnesses,
            single_sign_on: None,
            counting,
            waking,
            asks: Mutex::new(()),
            queued,
            remembered,
            upper,
            clamd: None,
            fitting: Mutex::new(()),
            keeps_time: false,
        };
        app.directory()?;
        Ok(app)
    }

    /// When the latest act on a matter or session happened.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn last_at(&self) -> Result<Option<Timestamp>, AppError> {
        Ok(self.store.last_at()?)
    }

    /// Takes in what was adopted since the law was last read.
    pub(crate) fn read_law_again(&self) -> Result<(), AppError> {
        let law = Arc::new(law::load(&self.store)?);
        *self.law.write().unwrap_or_else(PoisonError::into_inner) = law;
        Ok(())
    }

    /// Law and directory as they are now: another process may have changed either.
    pub(crate) fn look_again(&self) -> Result<(), AppError> {
        if let [law, directory] = self.store.versions(&[Stream::Law, Stream::Directory])?[..] {
            if law != self.law().version {
                self.read_law_again()?;
            }
            self.directory_at(directory)?;
        }
        Ok(())
    }

    /// The law adopted here.
    pub fn law(&self) -> Arc<Law> {
        Arc::clone(&self.law.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Recomputes every digest of the journal in a data folder, then compares keys and read tables with what its events
/// say. Opens nothing but the journal before that is proven: an altered law or officer must not keep the alteration
/// from being named.
///
/// # Errors
/// The folder cannot be opened or holds no journal, or the database cannot be read at all.
pub fn verify_journal(home: Home<'_>) -> Result<Result<u64, store::Finding>, AppError> {
    let store = Store::open_existing_at(home)?;
    let events = match store.verify()? {
        Ok(events) => events,
        altered => return Ok(altered),
    };
    if let Some(finding) = store.verify_keys()? {
        return Ok(Err(finding));
    }
    if let Some(finding) = store.verify_files()? {
        return Ok(Err(finding));
    }
    if let Some(finding) = store.verify_leaves()? {
        return Ok(Err(finding));
    }
    if !public_log::is_as_signed(&store)? {
        return Ok(Err(store::Finding::LogDiffers));
    }
    // Tables that the next start makes anew say nothing yet: after a restore, or an update.
    let differs = if events == 0 || store.is_stale()? { None } else { App::reading(store)?.compare()? };
    Ok(differs.map_or(Ok(events), Err))
}
