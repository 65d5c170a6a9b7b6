//! `huiyin procedure check|rehearse|adopt`: procedure files read, proven and tried before use.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use app::Rehearsal;
use casework::office::Login;
use casework::procedure::Fault;
use clap::Subcommand;

use crate::{Data, now, output};

/// Arguments.
#[derive(clap::Args)]
pub struct Procedure {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Check a procedure file, or every procedure in a folder.
    Check {
        /// File or folder.
        #[arg(value_name = "FILE|DIR")]
        path: PathBuf,
        /// Write every counter-example to this folder, each a story for 'huiyin replay STORY --try FILE'.
        #[arg(long, value_name = "DIR")]
        stories: Option<PathBuf>,
    },
    /// Say what a procedure (or a local overlay) would change, and for which open matters.
    Rehearse {
        /// The new procedure, or an overlay over a shipped one.
        #[arg(value_name = "NEW")]
        file: PathBuf,
        #[command(flatten)]
        data: Data,
    },
    /// Adopt a procedure for matters registered from now on.
    Adopt {
        /// The new procedure, or an overlay over a shipped one.
        #[arg(value_name = "NEW")]
        file: PathBuf,
        /// Officers who sign: two, where a right of the person gets worse.
        #[arg(long, value_name = "LOGIN")]
        signed: Vec<String>,
        /// Why, where a right gets worse.
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
        #[command(flatten)]
        data: Data,
    },
}

impl Procedure {
    /// Runs the command.
    pub fn run(&self) -> Result<(), String> {
        let (path, stories) = match &self.what {
            What::Check { path, stories } => (path, stories.as_deref()),
            What::Rehearse { file, data } => {
                let app = data.open_existing()?;
                let rehearsal = app.rehearse(&text_of(file)?).map_err(|error| error.to_string())?;
                output::print(&told(&rehearsal));
                return match rehearsal.is_worse() {
                    false => Ok(()),
                    true => Err("a right of the person gets worse: adopting it takes two signatures and a reason"
                        .to_owned()),
                };
            }
            What::Adopt { file, signed, reason, data } => {
                let app = data.open_existing()?;
                let signed: Vec<Login> = signed.iter().map(|login| Login(login.clone())).collect();
                let adopted =
                    app.adopt(&text_of(file)?, &signed, reason, now()).map_err(|error| error.to_string())?;
                output::print(&format!("{} adopted for matters registered from now on", adopted.id));
                return Ok(());
            }
        };
        let files = files(path)?;
        let mut faults = 0;
        let mut ids: BTreeMap<String, &Path> = BTreeMap::new();
        for file in &files {
            let checked = check(file, stories)?;
            faults += checked.faults;
            let Some(id) = checked.id else { continue };
            if let Some(other) = ids.get(&id) {
                let same = format!("the id '{id}' is that of {} as well; give each its own", other.display());
                output::print(&format!("{}: {same}", file.display()));
                faults += 1;
            } else {
                ids.insert(id, file);
            }
        }
        match faults {
            0 => Ok(()),
            1 => Err("1 fault; the procedure may not be used".to_owned()),
            many => Err(format!("{many} faults; what has faults may not be used")),
        }
    }
}

fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    let unreadable = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
    if !path.is_dir() {
        std::fs::metadata(path).map_err(unreadable)?;
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?.path();
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "toml") {
                found.push(entry);
            }
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(format!("there is no .toml file in {}", path.display()));
    }
    Ok(found)
}

/// What a file came to.
struct Checked {
    faults: usize,
    /// Its id, where it reads.
    id: Option<String>,
}

/// A text file, whole.
pub(super) fn utf8(file: &Path) -> Result<String, String> {
    let bytes = std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8", file.display()))
}

/// The text of a procedure file; an overlay comes merged into the shipped procedure it is of.
pub(super) fn text_of(file: &Path) -> Result<String, String> {
    app::whole_procedure(&utf8(file)?).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|fault| format!("{}:{fault}", file.display())).collect();
        lines.join("\n")
    })
}

/// A rehearsal in plain words.
fn told(rehearsal: &Rehearsal) -> String {
    let mut lines = vec![match &rehearsal.replaces {
        Some(old) => format!("{} 将取代“{old}”，适用于此后登记的事项。", rehearsal.id),
        None => format!("{} 在这里是新的程序。", rehearsal.id),
    }];
    if rehearsal.replaces.is_some() && rehearsal.changes.is_empty() {
        lines.push("对信访人没有变化。".to_owned());
    }
    lines.extend(rehearsal.changes.iter().map(|change| format!("  {change}")));
    let day = |day: Option<jiff::civil::Date>| day.map_or_else(|| "无期限".to_owned(), |day| day.to_string());
    if rehearsal.replaces.is_some() {
        lines.push(format!(
            "正在办理的{}件仍按登记时的版本办。若按新版本，{}件会不同：",
            rehearsal.live,
            rehearsal.moved.len()
        ));
    }
    for moved in &rehearsal.moved {
        let mut said = vec![format!("  {} {}", moved.reference, moved.step)];
        if moved.lost {
            said.push("新版本没有这一步".to_owned());
        }
        if moved.due.0 != moved.due.1 {
            said.push(format!("最迟 {} → {}", day(moved.due.0), day(moved.due.1)));
        }
        if moved.owner.0 != moved.owner.1 {
            said.push(format!("由 {} → {}", moved.owner.0, moved.owner.1));
        }
        lines.push(said.join("；"));
    }
    lines.join("\n")
}

fn check(file: &Path, stories: Option<&Path>) -> Result<Checked, String> {
    let text = text_of(file)?;
    match casework::procedure::read(&text) {
        Ok(procedure) => {
            output::print(&format!("{}: {} proven, no fault", file.display(), procedure.id));
            Ok(Checked { faults: 0, id: Some(procedure.id) })
        }
        Err(faults) => {
            for fault in &faults {
                output::print(&format!("{}:{fault}", file.display()));
            }
            counter_examples(file, &faults, stories)?;
            Ok(Checked { faults: faults.len(), id: None })
        }
    }
}

/// Tells how the faults come about: the first counter-example as a story, or all of them written to a folder.
fn counter_examples(file: &Path, faults: &[Fault], stories: Option<&Path>) -> Result<(), String> {
    let told = || faults.iter().filter_map(|fault| Some((fault, fault.story.as_deref()?)));
    let Some(folder) = stories else {
        if let Some((fault, story)) = told().next() {
            let more = told().count() - 1;
            output::say(&format!(
                "how {} at {}:{} comes about, as a story (huiyin replay STORY --try {} --data NEW){}:",
                fault.code,
                fault.place.line,
                fault.place.column,
                file.display(),
                if more > 0 { format!("; --stories DIR writes {more} more") } else { String::new() },
            ));
            output::print(story.trim_end());
        }
        return Ok(());
    };
    let unwritten = |error: std::io::Error| format!("{} cannot be written: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(unwritten)?;
    let stem =
        file.parent().and_then(Path::file_name).map_or_else(String::new, |name| format!("{}-", name.display()));
    for (number, (fault, story)) in (1..).zip(told()) {
        let name = format!("{stem}{number:02}-{}-line-{}.story.jsonl", fault.code, fault.place.line);
        std::fs::write(folder.join(&name), story).map_err(unwritten)?;
        output::print(&format!("{}: how {} comes about", folder.join(name).display(), fault.code));
    }
    Ok(())
}
