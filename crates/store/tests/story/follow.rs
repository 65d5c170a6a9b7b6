//! What followers of the journal find and leave: leaves of the log, each event in one of them; counters, added once.

use std::collections::BTreeSet;

use casework::event::{MatterId, Stream};
use casework::filter::Filter;
use jiff::civil::date;
use store::{Counted, Leaf, StoreError};

use crate::on_both;
use crate::place::Place;
use crate::samples::{context, entry, fact, matter, matter_row, office};

on_both!(every_event_becomes_one_leaf, what_was_counted_is_counted_once);

fn of_matter(name: &str) -> Stream {
    Stream::Matter(MatterId(name.to_owned()))
}

fn write(store: &store::Store, name: &str, version: u64) {
    let rows = vec![matter_row(matter(name, &format!("R{name}"), "甲")), fact("intake", name, "甲", 1)];
    let rows = if version == 0 { rows } else { rows.into_iter().skip(1).collect() };
    let entry = store::Entry { stream: of_matter(name), ..entry(name, version) };
    store.append(context(&format!("{name}-{version}")), vec![(entry, rows)]).unwrap();
}

/// Turned round, with one random leaf at the end.
fn arrange(mut waiting: Vec<Leaf>) -> Result<Vec<Leaf>, StoreError> {
    waiting.reverse();
    let mut digest = [0; 32];
    store::fill(&mut digest)?;
    waiting.push(Leaf { digest, position: None });
    Ok(waiting)
}

pub fn every_event_becomes_one_leaf(place: &Place) {
    let store = place.open();
    (0..5).for_each(|number| write(&store, &format!("m{number}"), 0));
    assert_eq!(store.add_leaves(1, 4, arrange).unwrap(), Some(4), "the rest follows in the same beat");
    assert_eq!(store.add_leaves(1, 4, arrange).unwrap(), Some(1));
    assert_eq!(store.add_leaves(1, 4, arrange).unwrap(), None, "that beat is done, here or in another process");
    write(&store, "m0", 1);
    assert_eq!(store.add_leaves(2, 4, arrange).unwrap(), Some(1));
    assert_eq!(store.add_leaves(3, 4, arrange).unwrap(), Some(0), "a beat without news has its random leaves");
    let leaves = store.leaves(0, 100).unwrap();
    assert_eq!(leaves.len(), 6 + 4);
    assert_eq!(leaves.iter().collect::<BTreeSet<_>>().len(), leaves.len());
    assert_eq!(store.leaves(8, 1).unwrap(), leaves[8..9]);
    let mut seen = BTreeSet::new();
    for (name, version) in [("m0", 1), ("m1", 1), ("m2", 1), ("m3", 1), ("m4", 1), ("m0", 2)] {
        let written = store.written(&of_matter(name), version).unwrap().unwrap();
        let leaf = store.leaf_of(written.position).unwrap().unwrap();
        assert_eq!(leaves[usize::try_from(leaf).unwrap()], written.digest, "{name} {version}");
        assert!(seen.insert(leaf));
    }
    assert_eq!(store.written(&Stream::Law, 9).unwrap(), None);
    assert_eq!(store.leaf_of(7).unwrap(), None);
    // A failure leaves nothing of the beat.
    let refused = store.add_leaves(4, 4, |_| Err(StoreError::Stopped));
    assert!(refused.is_err() && store.leaves(10, 1).unwrap().is_empty());
    assert_eq!(store.verify_leaves().unwrap(), None);
    place.run("UPDATE leaf SET digest = (SELECT digest FROM leaf WHERE position = 1) WHERE position = 3").unwrap();
    assert_eq!(store.verify_leaves().unwrap(), Some(store::Finding::LeafDiffers(3)));
    assert_eq!(store.signed().unwrap(), None);
    store.note_signed(10, "root of 10".to_owned()).unwrap();
    store.note_signed(8, "root of 8".to_owned()).unwrap();
    assert_eq!(store.signed().unwrap(), Some((10, "root of 10".to_owned())), "never a smaller tree");
    assert_eq!(store.secret("a"), store.secret("a"));
    assert_ne!(store.secret("a"), store.secret("b"));
}

pub fn what_was_counted_is_counted_once(place: &Place) {
    let store = place.open();
    write(&store, "m1", 0);
    write(&store, "m2", 0);
    let families = ["petition".to_owned()];
    let first = store.uncounted("rules", 1).unwrap().unwrap();
    assert_eq!((first.from, first.to, first.units.len()), (0, 1, 1));
    let unit = &first.units[0];
    assert_eq!((unit.id.as_str(), unit.before.len(), unit.now.len()), ("m1", 0, 1));
    assert_eq!((unit.counted_for.len(), unit.seen_by.as_slice()), (0, &["甲".to_owned()][..]));
    let place_of = |viewer: &str, day| (viewer.to_owned(), "r".to_owned(), 3, day, date(2024, 1, 5));
    let mut counted = Counted::default();
    counted.amounts.insert(place_of("", Some(date(2024, 1, 5))), 2);
    counted.amounts.insert(place_of("甲", None), 7);
    counted.viewers.insert(("m1".to_owned(), "甲".to_owned()));
    store.count("rules", 0, 1, counted.clone()).unwrap();
    store.count("rules", 0, 1, counted.clone()).unwrap();
    let sums = |filter: &Filter, from, to| store.sums("r", filter, from, to).unwrap();
    let (early, day, late) = (date(2024, 1, 4), date(2024, 1, 5), date(2024, 1, 6));
    let of_office = Filter::held_by(office("甲"));
    assert_eq!(sums(&Filter::Everything, early, late), [(3, 2)], "the second time nothing is added");
    assert_eq!((sums(&Filter::Everything, early, early), sums(&Filter::Everything, late, late)), (vec![], vec![]));
    assert_eq!(
        sums(&of_office, late, late),
        [(3, 7)],
        "without a day it counts whichever day a period begins with"
    );
    assert_eq!(sums(&of_office, early, early), []);
    assert_eq!(sums(&Filter::Nothing, early, late), []);
    write(&store, "m1", 1);
    let next = store.uncounted("rules", 100).unwrap().unwrap();
    assert_eq!((next.from, next.to, next.units.len()), (1, 3, 2));
    let again = next.units.iter().find(|unit| unit.id == "m1").unwrap();
    assert_eq!((again.before.len(), again.now.len(), again.counted_for.len()), (1, 2, 1));
    let mut more = Counted::default();
    more.amounts.insert(place_of("", Some(day)), -1);
    more.apart.insert("m2".to_owned());
    store.count("rules", 1, 3, more).unwrap();
    assert_eq!(sums(&Filter::Everything, early, late), [(3, 1)]);
    assert_eq!(store.uncounted("rules", 100).unwrap(), None);
    let apart = store.apart(&families, crate::samples::at(9), &Filter::Everything).unwrap();
    assert_eq!(apart.iter().map(|fact| fact.matter.as_ref().unwrap().0.as_str()).collect::<Vec<_>>(), ["m2"]);
    assert_eq!(
        store.last_fact(&families, crate::samples::at(9), &of_office).unwrap(),
        Some(crate::samples::at(1))
    );
    // By other rules everything is counted anew, and so it is after a rebuild.
    assert_eq!(store.uncounted("other rules", 100).unwrap().unwrap().from, 0);
    store.count("other rules", 0, 3, counted).unwrap();
    assert_eq!(sums(&Filter::Everything, early, late), [(3, 2)]);
    store.rebuild(|| Ok::<_, StoreError>(None)).unwrap();
    assert_eq!(store.uncounted("other rules", 100).unwrap().unwrap().from, 0);
}
