//! Counting what was written into the counters of reports, stretch by stretch: a follower of the journal.

use std::collections::BTreeMap;

use casework::figure::{Share, Tallied, is_apart};
use casework::read::Fact;
use store::{Counted, Uncounted, Unit};

use crate::App;
use crate::error::AppError;

/// Events counted in one go: few enough that whoever writes meanwhile does not wait long.
const STRETCH: u64 = 500;

impl App {
    /// Counts what is not counted yet. Whoever asks for a report does it; a node that serves does it all the time, so
    /// that little is left to do for whoever asks.
    ///
    /// # Errors
    /// The store fails.
    pub fn count(&self) -> Result<(), AppError> {
        let law = self.law();
        let reports: Vec<Tallied<'_>> = law.reports().filter_map(Tallied::of).collect();
        let rules = rules(&reports);
        // One at a time: two would count the same.
        let _counting = self.counting.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Amid a batch nothing is settled yet, and while the tables are made anew they have no indexes.
        while !self.store.is_batching()
            && let Some(Uncounted { from, to, units }) = self.store.uncounted(&rules, STRETCH)?
        {
            let mut counted = Counted::default();
            units.iter().for_each(|unit| add(&mut counted, &reports, unit));
            self.store.count(&rules, from, to, counted)?;
        }
        Ok(())
    }
}

impl App {
    /// By what reports are counted now.
    pub(crate) fn rules(&self) -> String {
        let law = self.law();
        rules(&law.reports().filter_map(Tallied::of).collect::<Vec<_>>())
    }
}

/// By what is counted: other definitions make other counters.
fn rules(reports: &[Tallied<'_>]) -> String {
    store::content_hash(reports.iter().map(|tallied| format!("{:?}", tallied.report())).collect::<String>())
}

fn add(counted: &mut Counted, reports: &[Tallied<'_>], unit: &Unit) {
    // What is looked at in every question is in no counter.
    let part = |facts: &[Fact], tallied: &Tallied<'_>| {
        if is_apart(facts) { Vec::new() } else { tallied.shares(facts) }
    };
    for tallied in reports {
        let (was, is) = (part(&unit.before, tallied), part(&unit.now, tallied));
        let changed = less(&is, &was);
        let report = &tallied.report().report.id;
        let mut to = |viewer: &str, shares: &[Share]| {
            for share in shares {
                let place = (viewer.to_owned(), report.clone(), share.figure, share.day, share.known);
                *counted.amounts.entry(place).or_default() += share.amount;
            }
        };
        to("", &changed);
        for office in &unit.seen_by {
            to(office, if unit.counted_for.contains(office) { &changed } else { &is });
        }
    }
    let new = unit.seen_by.iter().filter(|office| !unit.counted_for.contains(office));
    counted.viewers.extend(new.map(|office| (unit.id.clone(), office.clone())));
    if is_apart(&unit.now) {
        counted.apart.insert(unit.id.clone());
    }
    counted.amounts.retain(|_, amount| *amount != 0);
}

/// What is more than was.
fn less(is: &[Share], was: &[Share]) -> Vec<Share> {
    let mut amounts: BTreeMap<Share, i64> = BTreeMap::new();
    for (shares, sign) in [(is, 1), (was, -1)] {
        for share in shares {
            *amounts.entry(Share { amount: 0, ..*share }).or_default() += sign * share.amount;
        }
    }
    amounts
        .into_iter()
        .filter(|(_, amount)| *amount != 0)
        .map(|(share, amount)| Share { amount, ..share })
        .collect()
}
