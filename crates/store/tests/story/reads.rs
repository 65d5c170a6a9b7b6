//! What lists, figures and pages read: the same from both databases, filtered before any limit.

use casework::event::{MatterId, Stream};
use casework::filter::Filter;
use store::{StoreError, Wanted};

use crate::on_both;
use crate::place::Place;
use crate::samples::{
    at, context, entry, fact, matter, matter_row, notice, office, origin, session, stream, task,
};

on_both!(
    lists_follow_filter_and_due_day,
    lists_follow_what_happens,
    many_are_not_counted,
    rows_of_all_kinds_are_found,
    a_rebuild_leaves_the_same
);

fn wanted(limit: u32) -> Wanted {
    Wanted { limit, ..Wanted::default() }
}

/// Ten matters; the third has ended, every second lies with another office, two have no due day.
fn fill(store: &store::Store) {
    for number in 0..10_u64 {
        let holder = if number % 2 == 0 { "甲" } else { "乙" };
        let id = format!("m{number}");
        let mut row = matter(&id, &format!("R{number}"), holder);
        row.registered = at(i64::try_from(number).unwrap());
        row.due = (number < 8).then(|| format!("2024-01-{:02}", 20 - number).parse().unwrap());
        row.ended = number == 3;
        row.wake = (number > 5).then(|| at(200 - i64::try_from(number).unwrap()));
        if number == 4 {
            row.tasks.push(task("hearing", "乙", Some("2024-01-02")));
            row.offices.push(office("乙"));
        }
        let rows = vec![matter_row(row), fact("intake", &id, holder, 1), notice(&id, holder, 1)];
        store.append(context(&id), vec![(entry(&id, 0), rows)]).unwrap();
    }
}

pub fn lists_follow_filter_and_due_day(place: &Place) {
    let store = place.open();
    fill(&store);
    let ids = |filter: &Filter, wanted: &Wanted| {
        let page = store.matters(filter, wanted).unwrap();
        let ids = page.rows.iter().map(|found| found.row.id.0.clone()).collect::<Vec<_>>().join(" ");
        (ids, page.total)
    };
    let all = Filter::Everything;
    let of_other = Filter::held_by(office("乙"));
    assert_eq!(ids(&all, &wanted(4)), ("m7 m6 m5 m4".to_owned(), 10));
    let last = Wanted { offset: 7, ..wanted(9) };
    assert_eq!(
        ids(&all, &last),
        ("m8 m9 m3".to_owned(), 10),
        "those without a due day come last, then what has ended"
    );
    assert_eq!(ids(&of_other, &wanted(9)), ("m7 m5 m4 m1 m9 m3".to_owned(), 6));
    let more = |wanted: &Wanted| store.matters(&of_other, wanted).unwrap().more;
    assert!(more(&wanted(5)) && !more(&wanted(6)) && more(&wanted(0)));
    let day = |text: &str| Some(text.parse().unwrap());
    let between = Wanted { due_from: day("2024-01-15"), due_by: day("2024-01-16"), ..wanted(9) };
    assert_eq!(ids(&of_other, &between), ("m5 m4".to_owned(), 2));
    let from = Wanted { due_from: day("2024-01-16"), ..wanted(9) };
    assert_eq!(ids(&of_other, &from), ("m4 m1 m3".to_owned(), 3), "what has no due day is not due then");
    assert_eq!(ids(&Filter::Nothing, &wanted(9)), (String::new(), 0));
    let open = Wanted { open: Some(true), due_by: Some("2024-01-17".parse().unwrap()), ..wanted(9) };
    assert_eq!(ids(&of_other, &open), ("m7 m5 m4".to_owned(), 3));
    let named = Wanted { reference: Some("R4".to_owned()), ..wanted(9) };
    assert_eq!(ids(&of_other, &named).1, 1);
    let inbox = Wanted { task_of: Some(office("乙")), ..wanted(2) };
    let page = store.matters(&of_other, &inbox).unwrap();
    assert_eq!(page.total, 6);
    assert_eq!(page.rows[0].task.as_ref().unwrap().track, "hearing");
    assert_eq!(page.rows[0].row.id.0, "m4");
    assert_eq!(ids(&all, &wanted(0)), (String::new(), 10));
    let steps = store.steps(&of_other, &inbox).unwrap();
    assert_eq!(steps, [("petition".to_owned(), "received".to_owned(), 6)]);
    assert!(store.lets_through(&of_other, &MatterId("m4".to_owned())).unwrap());
    assert!(!store.lets_through(&of_other, &MatterId("m2".to_owned())).unwrap());
    assert!(!store.lets_through(&Filter::Nothing, &MatterId("m4".to_owned())).unwrap());
}

/// What changes in a matter changes in the list of every office that held it, also of one that is not told of any more.
pub fn lists_follow_what_happens(place: &Place) {
    let store = place.open();
    let mut row = matter("m", "R", "甲");
    store.append(context("1"), vec![(entry("m", 0), vec![matter_row(row.clone())])]).unwrap();
    (row.version, row.step, row.due) = (2, "handling".to_owned(), Some("2024-02-02".parse().unwrap()));
    (row.offices, row.tasks) = (vec![office("乙")], vec![task("", "乙", Some("2024-02-02"))]);
    let then = matter_row(row.clone());
    (row.version, row.ended, row.due, row.tasks) = (3, true, None, Vec::new());
    let entries = vec![(entry("m", 1), vec![then]), (entry("m", 2), vec![matter_row(row)])];
    store.append(context("2"), entries).unwrap();
    for holder in ["甲", "乙"] {
        let filter = Filter::held_by(office(holder));
        let of = |wanted: &Wanted| store.matters(&filter, wanted).unwrap().total;
        assert_eq!(
            of(&Wanted { open: Some(false), step: Some("handling".to_owned()), ..wanted(1) }),
            1,
            "{holder}"
        );
        assert_eq!(of(&Wanted { open: Some(true), ..wanted(1) }), 0, "{holder}");
        assert_eq!(of(&Wanted { due_by: Some("2025-01-01".parse().unwrap()), ..wanted(1) }), 0, "{holder}");
        assert_eq!(of(&Wanted { task_of: Some(office(holder)), ..wanted(1) }), 0, "{holder}");
    }
}

/// Counts stop where a person would not count on; rows beyond are found all the same.
pub fn many_are_not_counted(place: &Place) {
    let store = place.open();
    let most = store::COUNTED_MAX;
    store
        .batch(|| {
            (0..most + 20).try_for_each(|number| {
                let id = format!("m{number:05}");
                let row = matter_row(matter(&id, &id, "甲"));
                store.append(context(&id), vec![(entry(&id, 0), vec![row])])
            })
        })
        .unwrap();
    let filter = Filter::held_by(office("甲"));
    let inbox = Wanted { task_of: Some(office("甲")), offset: u32::try_from(most).unwrap(), ..wanted(15) };
    for wanted in [Wanted { task_of: None, ..inbox.clone() }, inbox] {
        let page = store.matters(&filter, &wanted).unwrap();
        assert_eq!((page.total, page.rows.len(), page.more), (most + 1, 15, true));
        let rest = Wanted { offset: wanted.offset + 15, ..wanted.clone() };
        let page = store.matters(&filter, &rest).unwrap();
        assert_eq!((page.rows.len(), page.more), (5, false));
        assert_eq!(store.steps(&filter, &wanted).unwrap()[0].2, most + 1);
    }
}

pub fn rows_of_all_kinds_are_found(place: &Place) {
    let store = place.open();
    fill(&store);
    let rows = vec![session("s1", "甲", false), origin("x"), session("s2", "乙", false)];
    store
        .append(
            context("more"),
            vec![(entry("more", 0), rows), (entry("more", 1), vec![session("s1", "甲", true)])],
        )
        .unwrap();
    let written = store.matter_by_reference("R4").unwrap().unwrap();
    assert_eq!(Some(&written), store.matter_by_id(&MatterId("m4".to_owned())).unwrap().as_ref());
    let mut expected = matter("m4", "R4", "甲");
    (expected.registered, expected.due, expected.wake) = (at(4), Some("2024-01-16".parse().unwrap()), None);
    (expected.tasks, expected.offices) = (Vec::new(), Vec::new());
    assert_eq!(written, expected);
    // The one that ended still has a task: somebody must still do something in it.
    assert_eq!(store.open_matters().unwrap().len(), 10);
    assert_eq!(store.next_to_wake(at(192)).unwrap(), Some(MatterId("m9".to_owned())));
    assert_eq!(store.next_to_wake(at(190)).unwrap(), None);
    let families = ["petition".to_owned(), "session".to_owned()];
    let facts = |filter: &Filter| store.facts(&families, at(2), filter).unwrap().len();
    assert_eq!(
        (facts(&Filter::Everything), facts(&Filter::held_by(office("乙"))), facts(&Filter::Nothing)),
        (10, 6, 0)
    );
    assert_eq!(store.facts(&families, at(1), &Filter::Everything).unwrap().len(), 0);
    assert_eq!(store.facts(&[], at(2), &Filter::Everything).unwrap().len(), 0);
    let sessions = store.sessions(None).unwrap();
    assert_eq!(
        sessions.iter().map(|row| (row.id.0.as_str(), row.held)).collect::<Vec<_>>(),
        [("s1", true), ("s2", false)]
    );
    assert_eq!(store.sessions(Some(&office("乙"))).unwrap().len(), 1);
    assert_eq!(store.origin("story/s", "x").unwrap(), Some((stream("s"), 1)));
    assert_eq!(store.notices(&Filter::held_by(office("甲")), 9).unwrap().len(), 5);
    assert_eq!(store.last_at().unwrap(), None);
    let events = store.events_after(9, 10).unwrap();
    assert_eq!(events.iter().map(|event| event.position).collect::<Vec<_>>(), [10, 11, 12]);
    assert_eq!(store.events(&stream("more"), 1).unwrap().len(), 1);
    assert_eq!(store.version(&Stream::Law).unwrap(), 0);
}

/// Rows written page by page leave what they left one by one; what `compare` finds, `rebuild` mends.
pub fn a_rebuild_leaves_the_same(place: &Place) {
    let store = place.open();
    let mut page = Vec::new();
    for (position, step) in (1..).zip(["received", "accepted", "answered"]) {
        let mut row = matter("m", "R", "甲");
        (row.step, row.version) = (step.to_owned(), position);
        if step == "accepted" {
            (row.people, row.tasks) = (9, vec![task("", "乙", None), task("hearing", "丙", None)]);
            row.offices = vec![office("乙")];
        }
        let rows = vec![matter_row(row), fact("intake", "m", "甲", 1), session("s", "甲", position > 2)];
        store.append(context(step), vec![(entry("m", position - 1), rows.clone())]).unwrap();
        page.push((position, rows));
    }
    let print = store.fingerprint().unwrap();
    let one_page = || {
        let mut pages = vec![page.clone()];
        move || Ok::<_, StoreError>(pages.pop())
    };
    assert_eq!(store.compare(one_page()).unwrap(), None);
    place
        .run("UPDATE matter SET step = 'lost'; INSERT INTO matter_office VALUES ('m', '丁', 0, 'x', NULL, 0)")
        .unwrap();
    assert!(store.compare(one_page()).unwrap().is_some());
    assert_ne!(store.fingerprint().unwrap(), print);
    store.rebuild(one_page()).unwrap();
    assert_eq!(store.fingerprint().unwrap(), print);
    assert_eq!(store.compare(one_page()).unwrap(), None);
}
