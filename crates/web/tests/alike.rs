//! What may have been brought before is proposed to whoever registers, by facts and place, and by a whole telephone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[allow(dead_code, reason = "each test program uses a part of the town")]
mod desk_town;

use app::show::{Account, Alike};
use axum::http::StatusCode;
use casework::command::Actor;
use casework::office::{OfficeCode, Role};
use desk_town::{Town, VISIT, after, apart, once_in};
use jiff::Timestamp;

const HERE: &str = "/desk/register";

/// A visit with some fields otherwise, by a registrar who has not looked.
fn visit<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept =
        VISIT.into_iter().filter(|(field, _)| *field != "looked" && !other.iter().any(|(name, _)| name == field));
    kept.chain(other.iter().copied()).collect()
}

async fn registered(town: &Town, clerk: &str, fields: &[(&str, &str)]) -> String {
    let answer = town.post(clerk, HERE, fields).await;
    after(&answer.is(StatusCode::OK).text(), "receipt-reference\">", '<')
}

const OTHERWISE: [(&str, &str); 3] =
    [("category", "房屋拆迁"), ("summary", "村口路灯不亮"), ("text", "晚上看不见路")];

#[tokio::test]
async fn the_same_facts_of_one_place_are_proposed_and_taken_as_a_repeat() {
    let town = Town::new();
    let clerk = town.sign_in("clerk").await;
    let first = registered(&town, &clerk, &visit(&[])).await;
    let again = visit(&[("summary", "工地拖欠工资没有结清"), ("name", "王二")]);
    let looked = town.post(&clerk, HERE, &again).await;
    looked.is(StatusCode::OK).shows(&[
        "可能已经登记过",
        &first,
        "反映工地拖欠工资",
        "不是同一件，登记为新的事",
        "王二",
    ]);
    assert!(!looked.text().contains("电话相同") && !looked.text().contains("陈海生"));
    town.get(&clerk, "/desk").await.shows(&["共 1 件"]);

    let once = once_in(&looked.text());
    let same = [&again[..], &[("same", first.as_str()), ("once", &once)]].concat();
    town.post(&clerk, HERE, &same).await.is(StatusCode::OK).shows(&["再次来访 登记回执", &first]);
    town.get(&clerk, "/desk").await.shows(&["共 1 件", "再来 1 次"]);

    let new = [&again[..], &[("looked", "yes")]].concat();
    assert_ne!(registered(&town, &clerk, &new).await, first);
    town.get(&clerk, "/desk").await.shows(&["共 2 件"]);
    registered(&town, &clerk, &visit(&OTHERWISE)).await;
    registered(&town, &clerk, &visit(&[("place", "t")])).await;
}

#[tokio::test]
async fn a_telephone_is_compared_only_whole_and_never_where_somebody_is_complained_of() {
    let town = Town::new();
    let clerk = town.sign_in("clerk").await;
    let kept = [("phone", "13900000001"), ("accused_people", "周明，科员")];
    registered(&town, &clerk, &visit(&kept)).await;
    let phone = [&OTHERWISE[..], &[("phone", "13900000001")]].concat();
    registered(&town, &clerk, &visit(&[&phone[..], &[("summary", "路灯")]].concat())).await;

    let other = [("summary", "下水道堵了"), ("text", "一下雨就淹"), ("category", "房屋拆迁")];
    let typed = |phone| visit(&[&other[..], &[("phone", phone)]].concat());
    town.post(&clerk, HERE, &typed("139 0000 0001")).await.is(StatusCode::OK).shows(&["电话相同", "路灯"]);
    for part in ["0001", "1390000000", "13900000002", "139"] {
        assert_eq!(alike(&town, account(&"v".into(), part), town.now()), [], "{part}");
    }
    let accused = [&typed("13900000001")[..], &[("accused_people", "何平")]].concat();
    assert!(town.post(&clerk, HERE, &accused).await.text().contains("登记回执"));
}

#[tokio::test]
async fn telephones_are_compared_so_often_a_day() {
    let town = Town::new();
    let clerk = town.sign_in("clerk").await;
    registered(&town, &clerk, &visit(&[("phone", "13900000001")])).await;
    let village = "v".into();
    let account = account(&village, "13900000001");
    let now = town.now();
    let most = access_says_per_day();
    for _ in 0..most {
        assert_eq!(alike(&town, account, now).len(), 1);
    }
    assert_eq!(alike(&town, account, now), []);
    let tomorrow = now + jiff::SignedDuration::from_hours(24);
    assert_eq!(alike(&town, account, tomorrow).len(), 1);
}

fn registrar() -> Actor {
    Actor::Officer { login: "clerk".into(), office: "xf".into(), roles: vec![Role::Registrar] }
}

/// Somebody with that telephone, about something else.
fn account<'a>(place: &'a OfficeCode, phone: &'a str) -> Account<'a> {
    Account { place, category: "房屋拆迁", summary: "别的事", text: "", phone }
}

/// What is proposed to the registrar.
fn alike(town: &Town, account: Account<'_>, now: Timestamp) -> Vec<Alike> {
    apart(|| town.app.alike(&registrar(), account, now)).unwrap()
}

/// What the table says of `repeat`.
fn access_says_per_day() -> u32 {
    let table = include_str!("../../../policies/access.toml");
    let row = table.lines().find(|line| line.starts_with("repeat =")).unwrap();
    row.split("per_day = ").nth(1).unwrap().trim_end_matches([' ', '}']).parse().unwrap()
}
