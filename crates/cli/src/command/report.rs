//! `huiyin report`: figures of a period, as a table or as JSON.

use app::{FigureValue, ReportAsked, ReportValue};
use casework::command::Actor;
use casework::day;
use jiff::civil::Date;

use crate::{Data, Replica, now, output};

/// Arguments.
#[derive(clap::Args)]
pub struct Report {
    /// Which report: work-summary, duties, reply-delay.
    name: String,
    /// First day (YYYY-MM-DD); none: the beginning.
    #[arg(long, value_parser = day_argument)]
    from: Option<Date>,
    /// Last day, counted; none: today.
    #[arg(long, value_parser = day_argument)]
    to: Option<Date>,
    /// Leave out what happened after this day; none: after the last day.
    #[arg(long, value_parser = day_argument)]
    as_of: Option<Date>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    replica: Replica,
}

fn day_argument(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "this day does not exist; write YYYY-MM-DD".to_owned())
}

impl Report {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let app = self.replica.beside(self.data.open_existing()?)?;
        let asked = ReportAsked {
            report: self.name.clone(),
            from: self.from,
            to: self.to,
            as_of: self.as_of,
            today: day::day_of(now()),
        };
        let shown = app.shown_in_figures(&Actor::Admin, now(), || app.report(&Actor::Admin, &asked));
        let (report, as_of) = shown.map_err(|error| error.to_string())?;
        if let Some(as_of) = as_of {
            output::say(&format!("read from the replica: what was written by {:.0}", day::local(as_of).time()));
        }
        if report.as_of < report.to {
            output::say(&format!(
                "{} is still to come, or was left out: figures as of {}",
                report.to, report.as_of
            ));
        }
        if self.json {
            let text = serde_json::to_string_pretty(&report.to_json()).map_err(|error| error.to_string())?;
            output::print(&text);
        } else {
            output::print(&as_table(&report));
        }
        Ok(())
    }
}

fn as_table(report: &ReportValue) -> String {
    let mut text = format!("{}  {} 至 {}（截至 {}）\n", report.name, report.from, report.to, report.as_of);
    for figure in &report.figures {
        text.push_str(&line(figure));
    }
    text.trim_end().to_owned()
}

fn line(figure: &FigureValue) -> String {
    let of = match (figure.numerator, figure.denominator) {
        (Some(part), Some(whole)) => format!("  = {part} / {whole}"),
        _ => String::new(),
    };
    let unit = output::padded(&figure.unit, 8);
    let since = figure.restated.map(|value| format!("  更正后 {value}")).unwrap_or_default();
    format!("{:<52} {:>10} {unit}{}{of}{since}\n", figure.id, figure.value.to_string(), figure.name)
}
