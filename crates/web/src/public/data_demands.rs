//! GET /data-demands: how often other bodies demanded data of a matter, year by year. No matter, body or person.

use axum::extract::State;
use axum::response::Response;
use casework::day;

use crate::site::Here;
use crate::trouble::{Failure, page};
use crate::view::public::data_demands::{DataDemands, Line, Year};

pub(super) async fn show(State(site): Here) -> Result<Response, Failure> {
    let frame = site.public_frame().await;
    let (years, this) = site
        .run(|app, now| {
            let today = day::day_of(now);
            Ok((app.data_demands(today)?, today.year()))
        })
        .await?;
    let years = years.into_iter().map(|(year, report)| Year {
        year,
        lines: report
            .figures
            .into_iter()
            .map(|figure| Line {
                name: figure.name,
                definition: figure.definition,
                value: figure.value.to_string(),
            })
            .collect(),
    });
    page(&DataDemands { frame, years: years.collect(), this })
}
