//! Several people stand for one matter: each with a service, a window and an appeal of their own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod scene;

use std::sync::LazyLock;

use casework::procedure::Procedure;
use casework::refusal::Refusal;
use casework::verb::Verb;
use proptest::prelude::*;
use scene::Scene;

const PETITION: &str = include_str!("../../../procedures/petition-2022/procedure.toml");
/// Up to where the opinion lies ready: twelve people, two representatives. The opinion is due on 2023-03-10.
const DECIDED: &str =
    "3 clerk register people=12 representatives=2; 4 clerk transfer d1; 6 o1 accept; 20 o1 decide; ";

/// Read once: a random run needs many scenes.
static PROCEDURE: LazyLock<Procedure> = LazyLock::new(|| casework::procedure::parse(PETITION).unwrap());

fn told(story: &str) -> Scene {
    let mut scene = Scene::of(PROCEDURE.clone());
    scene.tell(&format!("{DECIDED}{story}")).unwrap_or_else(|refusal| panic!("{story}: {refusal}"));
    scene
}

fn refused(story: &str) -> Refusal {
    let mut scene = Scene::of(PROCEDURE.clone());
    scene.tell(&format!("{DECIDED}{story}")).unwrap_err()
}

/// First day, last day, asked.
fn window(scene: &Scene, person: u32) -> Option<(String, String, bool)> {
    scene.window(person, Verb::RequestReview)
}

fn days(from: &str, to: &str, asked: bool) -> Option<(String, String, bool)> {
    Some((from.to_owned(), to.to_owned(), asked))
}

#[test]
fn each_persons_window_starts_with_their_own_service() {
    let scene = told("31 o1 serve opinion party=0; 40 o1 serve opinion party=1");
    assert_eq!(window(&scene, 0), days("2023-01-31", "2023-03-02", false));
    assert_eq!(window(&scene, 1), days("2023-02-09", "2023-03-13", false));
    assert_eq!(window(&scene, 2), None);
    assert_eq!(scene.waiting("opinion"), [2]);
    // What is served without a number reaches whoever was not reached, as before there were numbers.
    let scene = told("31 o1 serve opinion party=2; 40 o1 serve opinion");
    assert_eq!(window(&scene, 2), days("2023-01-31", "2023-03-02", false));
    for person in [0, 1] {
        assert_eq!(window(&scene, person), days("2023-02-09", "2023-03-13", false));
    }
    assert!(scene.waiting("opinion").is_empty());
}

#[test]
fn the_duty_to_answer_goes_on_until_all_were_served_and_is_told() {
    let mut scene = told("31 o1 serve opinion party=0; 32 o1 serve opinion party=1");
    assert_eq!(scene.matter.as_ref().unwrap().step, "answered");
    assert_eq!(scene.governed(), "answer 2023-03-07", "it governs before anybody's window");
    assert_eq!(scene.row().tasks[0].office.0, "d1", "and lies with the office that owes it");
    let told_so_far = scene.told_until("2023-03-09");
    assert_eq!(
        told_so_far,
        ["2023-03-07 answer 1"],
        "the end of the office's time is told, nobody's right lapses"
    );
    assert_eq!(scene.matter.as_ref().unwrap().step, "answered");
    scene.tell("2023-03-10 o1 serve opinion party=2").unwrap();
    assert_eq!(scene.governed(), "review_window 2023-04-10");
    assert_eq!(scene.row().tasks.iter().filter(|task| task.track.is_empty()).count(), 0);
}

#[test]
fn the_matter_ends_with_the_last_window_and_not_before() {
    let mut scene = told("31 o1 serve opinion party=0; 31 o1 serve opinion party=1; 59 o1 serve opinion party=2");
    // The first two lapsed on 2 March, for themselves.
    scene.tell("2023-03-06 person passes").unwrap();
    assert_eq!(scene.matter.as_ref().unwrap().step, "answered");
    let lapsed = scene.tell("2023-03-06 first request_review").unwrap_err();
    assert!(matches!(lapsed, Refusal::Lapsed { due, .. } if due.to_string() == "2023-03-02"), "{lapsed}");
    assert_eq!(scene.told_until("2023-04-01"), ["2023-03-30 review_window 1"]);
    assert_eq!(scene.matter.as_ref().unwrap().step, "ended");
    let mut whole = told("31 o1 serve opinion");
    assert_eq!(
        whole.told_until("2023-04-01"),
        ["2023-03-02 review_window 1"],
        "served together they end together"
    );
}

#[test]
fn one_asks_without_the_others_and_another_joins() {
    let story =
        "31 o1 serve opinion party=0; 31 o1 serve opinion party=1; 32 first request_review; 33 rev accept_review";
    let mut scene = told(story);
    let due = scene.due("复查期限").unwrap();
    assert_eq!(window(&scene, 1), days("2023-01-31", "2023-03-02", true));
    assert_eq!(window(&scene, 0), days("2023-01-31", "2023-03-02", false), "another's window goes on");
    // Served while the review runs, the second has their own time, joins, and the review is not made longer by it.
    scene.tell("40 o1 serve opinion party=2; 41 second request_review").unwrap();
    assert_eq!(window(&scene, 2), days("2023-02-09", "2023-03-13", true));
    assert_eq!(scene.matter.as_ref().unwrap().step, "reviewing");
    assert_eq!(scene.due("复查期限").unwrap(), due);
    assert!(matches!(scene.tell("42 second request_review"), Err(Refusal::DoneBefore { .. })));
    // The one opinion of the review is for the two who asked, and for whoever joins while their time runs.
    scene.tell("43 rev decide_review").unwrap();
    assert_eq!(scene.waiting("review_opinion"), [1, 2]);
    assert!(matches!(scene.tell("44 rev serve review_opinion party=0"), Err(Refusal::NothingToServe { .. })));
    scene.tell("44 rev serve review_opinion party=1; 45 rev serve review_opinion party=2").unwrap();
    assert!(scene.waiting("review_opinion").is_empty());
    scene.tell("46 person request_review").unwrap();
    assert_eq!(scene.waiting("review_opinion"), [0]);
    let again = |scene: &Scene, person| scene.window(person, Verb::RequestReReview);
    assert_eq!(again(&scene, 1), days("2023-02-13", "2023-03-15", false));
    assert_eq!(again(&scene, 0), None);
    scene.tell("47 rev serve review_opinion party=0").unwrap();
    assert_eq!(again(&scene, 0), days("2023-02-16", "2023-03-20", false));
}

#[test]
fn the_matter_waits_for_whoever_may_still_ask() {
    let story =
        "31 o1 serve opinion party=0; 31 o1 serve opinion party=1; 32 first request_review; 33 rev accept_review;
        34 rev decide_review; 35 rev serve review_opinion party=1; 62 o1 serve opinion party=2";
    let mut scene = told(story);
    // The first one's time to ask again ends on 6 March, the second's first time on 3 April.
    assert_eq!(scene.told_until("2023-04-10"), ["2023-04-03 re_review_window 1"]);
}

#[test]
fn nobody_asks_before_they_were_served_nor_twice() {
    let early = refused("31 o1 serve opinion party=0; 32 second request_review");
    assert!(matches!(&early, Refusal::NotNow { must, .. } if must.contains("送达给您本人")), "{early}");
    let early = refused("31 o1 serve opinion party=0; 32 person request_review; 33 second request_review");
    assert!(matches!(&early, Refusal::NotNow { must, .. } if must.contains("送达给您本人")), "{early}");
    let mut one = Scene::of(PROCEDURE.clone());
    let nobody = one.tell("3 clerk register; 4 first supplement").unwrap_err();
    assert!(matches!(nobody, Refusal::NotYours { .. }), "{nobody}");
    let unknown = refused("31 o1 serve opinion party=3");
    assert!(matches!(unknown, Refusal::FieldUnreadable { .. }), "{unknown}");
    let twice = refused("31 o1 serve opinion party=1; 32 o1 serve opinion party=1");
    assert!(matches!(twice, Refusal::NothingToServe { .. }), "{twice}");
    let twice = refused("31 o1 serve opinion; 32 o1 serve opinion");
    assert!(matches!(twice, Refusal::NothingToServe { .. }), "{twice}");
    let not_theirs = refused("31 o1 serve opinion party=1; 32 o2 serve opinion party=2");
    assert!(matches!(not_theirs, Refusal::NotYours { .. }), "{not_theirs}");
}

#[test]
fn a_new_opinion_takes_the_place_of_the_old() {
    let story = "31 o1 serve opinion party=0; 32 person request_review; 33 rev accept_review;
        34 rev decide_review redo; 35 rev serve review_opinion party=0; 36 o1 decide supported basis=另一条";
    let mut scene = told(story);
    assert_eq!(scene.waiting("opinion"), [0, 1, 2], "who had not got the old one gets the new one only");
    scene.tell("37 o1 serve opinion party=2").unwrap();
    assert_eq!(window(&scene, 2), days("2023-02-06", "2023-03-08", false));
    assert_eq!(scene.due("申请复查期限").map(|due| due.to_string()), Some("2023-03-08".to_owned()));
}

#[test]
fn figures_count_an_answer_once_however_many_it_reaches() {
    let mut scene = told("");
    let first = scene.facts_of("31 o1 serve opinion party=1");
    assert!(first.contains(&"served") && first.contains(&"answered"), "{first:?}");
    assert!(scene.facts_of("32 o1 serve opinion party=0").is_empty());
    assert!(scene.facts_of("33 first request_review").contains(&"review_requested"));
    assert!(scene.facts_of("34 person request_review").is_empty(), "who joins a review adds none");
}

#[test]
fn what_binds_all_is_said_by_all() {
    let mut scene = told("31 first withdraw");
    assert!(scene.matter.as_ref().unwrap().tracks.is_empty(), "one withdraws for themselves");
    assert!(matches!(scene.tell("32 first withdraw"), Err(Refusal::DoneBefore { .. })));
    scene.tell("32 o1 serve opinion party=0").unwrap();
    assert_eq!(scene.waiting("opinion"), [2], "who withdrew is owed nothing more");
    scene.tell("33 first take_back_withdrawal").unwrap();
    assert_eq!(scene.waiting("opinion"), [1, 2]);
    scene.tell("34 first withdraw; 34 person withdraw; 35 second withdraw").unwrap();
    assert!(scene.matter.as_ref().unwrap().tracks.contains_key("withdrawal"), "the last makes it all's");
    assert!(matches!(scene.tell("36 clerk confirm_withdrawal"), Err(Refusal::TooEarly { .. })));
    scene.tell("37 second take_back_withdrawal").unwrap();
    assert!(scene.matter.as_ref().unwrap().tracks.is_empty());
    let rated = scene.tell("38 first rate").unwrap_err();
    assert!(rated.to_string().contains("第一位信访人"), "{rated}");
}

#[test]
fn an_agreement_stands_when_all_have_agreed() {
    let mut scene = Scene::of(PROCEDURE.clone());
    let story =
        "3 clerk register people=12 representatives=2; 4 clerk transfer d1; 6 o1 accept; 7 o1 offer_mediation;
        8 person agree_mediation; 9 second agree_mediation";
    scene.tell(story).unwrap();
    let found = |scene: &Scene| scene.matter.as_ref().unwrap().found.get("settlement").cloned();
    assert_eq!(found(&scene), None);
    scene.tell("10 first agree_mediation").unwrap();
    assert_eq!(found(&scene).as_deref(), Some("agreed"));
}

#[test]
fn a_mandate_is_of_who_gave_it() {
    let mut scene = told("31 first give_mandate until=2023-06-01");
    let matter = scene.matter.clone().unwrap();
    let mandates: Vec<u32> = casework::mandate::of(&matter).map(|mandate| mandate.of).collect();
    assert_eq!(mandates, [1]);
    assert!(scene.tell("32 second end_mandate mandate=1").is_err(), "another's mandate is not theirs to end");
    assert!(scene.tell("32 person end_mandate mandate=1").is_err());
    scene.tell("32 o1 serve opinion party=1; 33 helper-of-first request_review").unwrap();
    assert_eq!(window(&scene, 1).map(|(.., asked)| asked), Some(true), "who helps one asks for that one");
    scene.tell("34 first end_mandate mandate=1").unwrap();
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Serve(Option<u32>),
    Ask(u32),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..=2_u32).prop_map(|person| Step::Serve(Some(person))),
        1 => Just(Step::Serve(None)),
        2 => (0..=2_u32).prop_map(Step::Ask),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// In whatever order people are served and ask: everybody's window is that of a matter of one person served on
    /// their day, and the matter does not end while anybody's runs.
    #[test]
    fn windows_are_own_service_and_limit(steps in proptest::collection::vec((step(), 0..9_i32), 1..14)) {
        let mut scene = told("");
        let mut day = 21;
        let mut own: [Option<(i32, bool)>; 3] = [None; 3];
        for (step, later) in steps {
            day += later;
            let done = match step {
                Step::Serve(None) => scene.tell(&format!("{day} o1 serve opinion")),
                Step::Serve(Some(person)) => scene.tell(&format!("{day} o1 serve opinion party={person}")),
                Step::Ask(person) => {
                    let who = ["person", "first", "second"][person as usize];
                    scene.tell(&format!("{day} {who} request_review"))
                }
            };
            if done.is_err() {
                continue;
            }
            match step {
                Step::Serve(None) => {
                    own.iter_mut().filter(|own| own.is_none()).for_each(|own| *own = Some((day, true)));
                }
                Step::Serve(Some(person)) => own[person as usize] = Some((day, false)),
                Step::Ask(_) => {}
            }
        }
        let mut last: Option<String> = None;
        for (person, own) in (0..).zip(own) {
            let found = window(&scene, person);
            prop_assert_eq!(found.is_some(), own.is_some());
            let (Some((from, to, asked)), Some((served, _))) = (found, own) else { continue };
            let mut alone = Scene::of(PROCEDURE.clone());
            let story = format!("3 clerk register; 4 clerk transfer d1; 6 o1 accept; 20 o1 decide; {served} o1 serve opinion");
            alone.tell(&story).unwrap();
            let due = alone.due("申请复查期限").unwrap().to_string();
            prop_assert_eq!((from, to.clone()), (casework::day::plus_days("2022-12-31".parse().unwrap(), served).to_string(), due));
            if !asked {
                last = last.max(Some(to));
            }
        }
        // Time goes on for a year: nothing ends the matter before the last of those who have not asked.
        let waits = own.iter().any(Option::is_none);
        let ended = scene.told_until("2024-06-01").into_iter().find(|told| told.contains("review_window"));
        if let (Some(ended), Some(last)) = (ended, last) {
            prop_assert!(!waits, "it ended although somebody was not served");
            prop_assert!(ended.as_str() >= last.as_str(), "{} before {}", ended, last);
        }
    }
}
