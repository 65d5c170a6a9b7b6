//! `huiyin report`: figures of a period, as a table or as JSON.

use app::{FigureValue, ReportAsked, ReportValue};
use casework::command::Actor;
use casework::day;
use casework::figure::Value;
use jiff::civil::Date;
use serde_json::json;

use crate::{Data, now, output};

/// Arguments.
#[derive(clap::Args)]
pub struct Report {
    /// Which report: work-summary, reply-delay.
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
}

fn day_argument(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "this day does not exist; write YYYY-MM-DD".to_owned())
}

impl Report {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let app = self.data.open()?;
        let asked = ReportAsked {
            report: self.name.clone(),
            from: self.from,
            to: self.to,
            as_of: self.as_of,
            today: day::day_of(now()),
        };
        let report = app.report(&Actor::Admin, &asked).map_err(|error| error.to_string())?;
        if self.json {
            let text = serde_json::to_string_pretty(&as_json(&report)).map_err(|error| error.to_string())?;
            output::print(&text);
        } else {
            output::print(&as_table(&report));
        }
        Ok(())
    }
}

fn as_json(report: &ReportValue) -> serde_json::Value {
    let figures: Vec<serde_json::Value> = report
        .figures
        .iter()
        .map(|figure| {
            json!({
                "id": figure.id,
                "name": figure.name,
                "value": number(figure.value),
                "unit": figure.unit,
                "definition": figure.definition,
                "numerator": figure.numerator,
                "denominator": figure.denominator,
                "rows": format!(
                    "/desk/reports/{}/{}?from={}&to={}&as_of={}",
                    report.report, figure.id, report.from, report.to, report.as_of
                ),
            })
        })
        .collect();
    json!({
        "report": report.report,
        "from": report.from.to_string(),
        "to": report.to.to_string(),
        "as_of": report.as_of.to_string(),
        "figures": figures,
    })
}

/// A value as JSON: whole numbers stay whole, rates and days keep their decimals.
fn number(value: Value) -> serde_json::Value {
    // Both operands are far below 2^53, so the quotient is the decimal nearest to the exact value.
    let decimal = |number: i64, per: f64| json!(number as f64 / per);
    match value {
        Value::Whole(number) => json!(number),
        Value::Hundredths(number) => decimal(number, 100.0),
        Value::Tenths(number) => decimal(number, 10.0),
        Value::Nothing => serde_json::Value::Null,
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
    format!("{:<52} {:>10} {}{of}\n", figure.id, figure.value.to_string(), figure.unit)
}
