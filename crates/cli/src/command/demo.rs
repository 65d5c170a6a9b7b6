//! `huiyin demo`: fills a data folder with an invented county and half a year of work, prints sign-ins, and serves it.

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::demo::{self, Demo};
use app::{App, NewPassword};
use casework::day;
use casework::office::Login;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::serve::At;
use crate::now;
use crate::output::{self, padded};

/// Arguments.
#[derive(clap::Args)]
pub struct DemoCommand {
    /// Last day of the invented half-year (YYYY-MM-DD); none: today, or the day of the demo the folder holds.
    #[arg(long, value_parser = day_argument)]
    today: Option<Date>,
    /// Data folder; a new or empty one, or one that holds a demo.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    at: At,
}

fn day_argument(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "this day does not exist; write YYYY-MM-DD".to_owned())
}

/// What a demo folder says of itself: the day, and the moment up to which its story is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    today: Date,
    until: Timestamp,
}

const MARK: &str = "demo.json";
/// The first day whose half-year lies wholly under a regulation there is a procedure for.
const OLDEST: Date = Date::constant(2006, 1, 1);

impl DemoCommand {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        if !self.at.listen.ip().is_loopback() {
            return Err(format!(
                "the demo's passwords are the same everywhere, so it is served to this machine only; \
                 use --listen 127.0.0.1:{}",
                self.at.listen.port()
            ));
        }
        let started = now();
        let mark = mark(&self.data, self.today, started)?;
        write_mark(&self.data, mark)?;
        let told_at = if mark.today == day::day_of(started) { started } else { mark.until };
        let app = App::open(&self.data, told_at).map_err(|error| error.to_string())?;
        let demo = demo::invent(&app.law().calendar, mark.today, mark.until).map_err(|error| error.to_string())?;
        fill(&app, &demo, told_at)?;
        let ahead = clock_of(mark, app.last_at().map_err(|error| error.to_string())?, started);
        if !ahead.is_zero() {
            let today = day::in_words(mark.today);
            output::say(&format!("the demo's clock stands at {today}: what was due then is due now"));
        }
        output::print(&welcome(&app, &demo, mark.today)?);
        let clock = Arc::new(move || now().saturating_add(ahead).unwrap_or(Timestamp::MAX));
        // Whoever tries it out has no telephone at hand for each of its officers.
        self.at.serve(app, clock, false)
    }
}

/// How far the demo's clock goes from the machine's. A demo of another day is lived in that day: under today's clock
/// everything in it would be long overdue. It goes on from what was done in it last.
fn clock_of(mark: Mark, last: Option<Timestamp>, started: Timestamp) -> SignedDuration {
    if mark.today == day::day_of(started) {
        return SignedDuration::ZERO;
    }
    let stands = last.map_or(mark.until, |last| last.max(mark.until));
    stands.duration_since(started)
}

/// The demo the folder holds, or a new one; anything else in the folder is left alone.
fn mark(data: &Path, asked: Option<Date>, now: Timestamp) -> Result<Mark, String> {
    let folder = data.display();
    if let Some(held) = read_mark(data)? {
        let asked = asked.unwrap_or(held.today);
        if asked == held.today {
            return Ok(held);
        }
        let held = held.today;
        return Err(format!(
            "{folder} holds the demo of {held}, not of {asked}; choose another --data, or remove the folder"
        ));
    }
    let used = std::fs::read_dir(data).is_ok_and(|mut entries| entries.next().is_some());
    if used {
        return Err(format!("{folder} holds something that is not a demo; choose another --data"));
    }
    let today = asked.unwrap_or_else(|| day::day_of(now));
    if today < OLDEST {
        return Err(format!(
            "{today} is too early: the half-year before it needs the law of 2005; give {OLDEST} or later"
        ));
    }
    let close = demo::close_of(today);
    if today > day::day_of(now) {
        output::complain(&format!("{today} is still to come: what the demo tells lies in the future"));
    }
    Ok(Mark { today, until: if today == day::day_of(now) { close.min(now) } else { close } })
}

fn read_mark(folder: &Path) -> Result<Option<Mark>, String> {
    let path = folder.join(MARK);
    if !path.exists() {
        return Ok(None);
    }
    let unreadable = || format!("{} cannot be read; choose another --data", path.display());
    let bytes = std::fs::read(&path).map_err(|_| unreadable())?;
    let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| unreadable())?;
    let text = |name: &str| value[name].as_str();
    let today = text("today").and_then(|text| text.parse().ok()).ok_or_else(unreadable)?;
    let until = text("until").and_then(|text| text.parse().ok()).ok_or_else(unreadable)?;
    Ok(Some(Mark { today, until }))
}

/// Written before anything else, so that a demo broken off half-way goes on with the same story.
fn write_mark(folder: &Path, mark: Mark) -> Result<(), String> {
    let path = folder.join(MARK);
    if path.exists() {
        return Ok(());
    }
    let text = json!({ "today": mark.today.to_string(), "until": mark.until.to_string() });
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .and_then(|()| std::fs::write(&path, format!("{text}\n")))
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

fn fill(app: &App, demo: &Demo, told_at: Timestamp) -> Result<(), String> {
    let lines = demo.story.split(|byte| *byte == b'\n').count();
    let bar = output::progress(u64::try_from(lines).unwrap_or(0), "inventing half a year");
    let progress = |line| bar.set_position(u64::try_from(line).unwrap_or(0));
    let replayed = app.replay(&demo.story, told_at, false, progress).map_err(|error| error.to_string())?;
    bar.finish_and_clear();
    if let Some(refused) = replayed.refused.first() {
        return Err(format!(
            "line {} of the invented story was refused: {}; the folder was made by another version: choose another --data",
            refused.line, refused.reason
        ));
    }
    output::say(&format!("{} acts invented now, {} before", replayed.applied, replayed.before));
    for sign_in in &demo.sign_ins {
        let password = NewPassword::new(&sign_in.password).map_err(|error| error.to_string())?;
        app.set_password(&Login(sign_in.login.clone()), &password).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// What a newcomer reads: where they are, who they can be, what they can look up.
fn welcome(app: &App, demo: &Demo, today: Date) -> Result<String, String> {
    let mut text = format!("{}：截至{}的半年，全部虚构。\n\n", demo.place, day::in_words(today));
    text.push_str("登录（仅用于本演示，密码也是虚构的；切勿用于真实系统）：\n");
    let row = |cells: [&str; 5]| {
        let [name, office, login, password, tries] = cells;
        format!(
            "  {} {} {} {} {tries}\n",
            padded(name, 8),
            padded(office, 32),
            padded(login, 11),
            padded(password, 30)
        )
    };
    text.push_str(&row(["姓名", "机关", "登录名", "密码", "可以试试"]));
    for one in &demo.sign_ins {
        text.push_str(&row([&one.name, &one.office, &one.login, &one.password, &one.tries]));
    }
    text.push_str("\n公开查询（编号和查询码）：\n");
    for shown in &demo.shown {
        let receipt = app.demo_receipt(&demo.story, &shown.name).map_err(|error| error.to_string())?;
        if let Some((reference, code)) = receipt {
            text.push_str(&format!("  {}  {}  {}\n", padded(&reference, 23), padded(&code, 30), shown.state));
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(folder: &Path, today: Option<&str>, now: Timestamp) -> Result<Mark, String> {
        mark(folder, today.map(|day| day.parse().unwrap()), now)
    }

    #[test]
    fn a_folder_is_a_demo_of_one_day_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-07-01T10:15:00+08:00".parse().unwrap();
        let later: Timestamp = "2026-07-02T16:00:00+08:00".parse().unwrap();
        let fresh = marked(folder.path(), None, now).unwrap();
        assert_eq!((fresh.today.to_string().as_str(), fresh.until), ("2026-07-01", now));
        write_mark(folder.path(), fresh).unwrap();
        assert_eq!(marked(folder.path(), None, later), Ok(fresh), "goes on with what it holds");
        let other = marked(folder.path(), Some("2026-06-30"), later).unwrap_err();
        assert!(other.contains("choose another --data"), "{other}");
        let clock = |last: Option<Timestamp>, started: Timestamp| {
            started.saturating_add(clock_of(fresh, last, started)).unwrap()
        };
        assert_eq!(clock(None, now), now, "today it is what it is");
        assert_eq!(clock(None, later), now, "a day later it stands where it ended");
        let acted = "2026-07-01T20:00:00+08:00".parse().unwrap();
        assert_eq!(clock(Some(acted), later), acted, "and goes on from what was done in it");
        std::fs::write(folder.path().join(MARK), "{}").unwrap();
        assert!(marked(folder.path(), None, now).unwrap_err().contains("cannot be read"));
    }

    #[test]
    fn a_folder_with_something_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("journal.db"), "x").unwrap();
        let refused = marked(folder.path(), Some("2026-06-30"), Timestamp::MAX).unwrap_err();
        assert!(refused.contains("not a demo"), "{refused}");
        let fresh = tempfile::tempdir().unwrap();
        let refused = marked(fresh.path(), Some("1900-01-01"), Timestamp::MAX).unwrap_err();
        assert!(refused.contains("too early"), "{refused}");
    }
}
