//! Whether time tells what is hidden: an officer who is complained of asks for that matter, for one that is not there, and for
//! another that is not there, in turn; page and act. What differs between the last two is the noise.
//!
//! `cargo bench -p web` prints the middle and the slow end of each, and how far the middles lie apart.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by panicking")]

#[allow(dead_code, reason = "a bench uses a part of the town")]
#[path = "../tests/desk_town/mod.rs"]
mod desk_town;

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use desk_town::{Town, VISIT, after};

const ROUNDS: usize = 4000;

async fn brought(town: &Town, accused: &str) -> String {
    let clerk = town.sign_in("clerk").await;
    let fields = [&VISIT[..], &[("accused_people", accused)]].concat();
    let text = town.post(&clerk, "/desk/register", &fields).await.text();
    after(&text, "receipt-reference\">", '<')
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (town, elsewhere) = (Town::new(), Town::new());
    let hidden = brought(&town, "周明").await;
    let absent = [brought(&elsewhere, "").await, brought(&elsewhere, "").await];
    let accused = town.sign_in("wages").await;
    for act in ["", "/accept"] {
        let mut took: [Vec<Duration>; 3] = Default::default();
        for round in 0..ROUNDS * 3 {
            // Each is asked after each other as often.
            let which = (round + round / 3) % 3;
            let reference = [&hidden, &absent[0], &absent[1]][which];
            let at = format!("/desk/matters/{reference}{act}");
            let start = Instant::now();
            let answer =
                if act.is_empty() { town.get(&accused, &at).await } else { town.post(&accused, &at, &[]).await };
            took[which].push(start.elapsed());
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
        let mut middles = Vec::new();
        for (name, took) in ["hidden", "not there", "not there either"].iter().zip(&mut took) {
            took.sort();
            let at = |share: usize| took[took.len() * share / 100];
            middles.push(at(50).as_secs_f64());
            println!(
                "{:<10} {name:<17} p10 {:>9.2?}  p50 {:>9.2?}  p90 {:>9.2?}",
                if act.is_empty() { "page" } else { act },
                at(10),
                at(50),
                at(90)
            );
        }
        let apart = |one: f64, other: f64| 100.0 * (one / other - 1.0);
        println!(
            "           hidden against not there {:+.2} %, noise {:+.2} %",
            apart(middles[0], middles[1]),
            apart(middles[2], middles[1])
        );
    }
}
