//! Where reads of a thread may come from the replica: between the door of what is only shown and its end, and nowhere else.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use super::Replica;
use crate::error::StoreError;

/// What is shown at the moment on a thread.
struct Scope {
    /// None once it did not answer.
    replica: Option<Arc<Replica>>,
    behind: Duration,
    is_used: bool,
}

thread_local! {
    static SCOPE: RefCell<Option<Scope>> = const { RefCell::new(None) };
}

/// Puts back what was there before.
pub(super) struct Restores(Option<Scope>);

impl Drop for Restores {
    fn drop(&mut self) {
        let before = self.0.take();
        SCOPE.with_borrow_mut(|scope| *scope = before);
    }
}

pub(super) fn open(replica: Arc<Replica>, behind: Duration) -> Restores {
    let scope = Scope { replica: Some(replica), behind, is_used: false };
    Restores(SCOPE.with_borrow_mut(|before| before.replace(scope)))
}

/// Everything is read from the primary until what is returned is dropped.
pub(super) fn set_aside() -> Restores {
    Restores(SCOPE.take())
}

pub(super) fn is_open() -> bool {
    SCOPE.with_borrow(Option::is_some)
}

/// Whether what is read now may come from this replica.
pub(super) fn is_of(replica: &Arc<Replica>) -> bool {
    SCOPE.with_borrow(|scope| {
        let of = scope.as_ref().and_then(|scope| scope.replica.as_ref());
        of.is_some_and(|of| Arc::ptr_eq(of, replica))
    })
}

pub(super) fn used() {
    SCOPE.with_borrow_mut(|scope| {
        if let Some(scope) = scope {
            scope.is_used = true;
        }
    });
}

pub(super) fn give_up() {
    SCOPE.with_borrow_mut(|scope| {
        if let Some(scope) = scope {
            scope.replica = None;
        }
    });
}

/// How old what was read may be; none where nothing came from the replica.
pub(super) fn behind() -> Option<Duration> {
    SCOPE.with_borrow(|scope| scope.as_ref().filter(|scope| scope.is_used).map(|scope| scope.behind))
}

/// An act is never decided on what a replica showed.
pub(crate) fn refuse_in_scope() -> Result<(), StoreError> {
    if is_open() {
        let why = "an act was about to be decided on what a replica shows: nothing was written";
        return Err(StoreError::Refused(why.to_owned()));
    }
    Ok(())
}
