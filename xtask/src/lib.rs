//! The rules of the house as scanners: which crate may use which, what a tidy file is, what the documents promise.

pub mod docs;
pub mod layers;
pub mod source;
pub mod tidy;
pub mod tree;

use std::fmt;
use std::io;
use std::path::PathBuf;

use tree::File;

/// One breach of a house rule: where, which rule, and what was found there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    /// Path from the top of the repository.
    pub file: String,
    /// Line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// The rule, in words a newcomer understands.
    pub rule: String,
    /// What was found.
    pub found: String,
}

impl Breach {
    /// A breach at a line (0: the whole file).
    pub fn new(file: &str, line: usize, rule: &str, found: impl Into<String>) -> Self {
        Self { file: file.into(), line, rule: rule.into(), found: found.into() }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {} — {}", self.file, self.rule, self.found),
            line => write!(f, "{}:{line}: {} — {}", self.file, self.rule, self.found),
        }
    }
}

/// All breaches as one text, one a line, for an assertion message or a terminal.
pub fn listed(breaches: &[Breach]) -> String {
    breaches.iter().map(|breach| format!("{breach}\n")).collect()
}

/// The repository as it lies on disk, to be checked.
#[derive(Debug)]
pub struct House {
    root: PathBuf,
    files: Vec<File>,
}

impl House {
    /// Reads every file git knows or would add.
    pub fn read() -> io::Result<Self> {
        let root = tree::root();
        Ok(Self { files: tree::files(&root)?, root })
    }

    /// The text of one file, if it exists.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path)?.text()
    }

    /// Breaches of the layer table.
    pub fn layers(&self) -> Vec<Breach> {
        layers::check(&self.files)
    }

    /// Breaches of tidiness.
    pub fn tidy(&self) -> io::Result<Vec<Breach>> {
        let absent = || io::Error::other("xtask/tidy.toml is missing: it holds the lists");
        let text = self.text("xtask/tidy.toml").ok_or_else(absent)?;
        let mut lists: tidy::Lists = toml::from_str(text).map_err(io::Error::other)?;
        lists.local = tree::local_deny_list(&self.root)?;
        Ok(tidy::check(&self.files, &lists))
    }

    /// Promises of the documents that are not kept. A document that is not written yet promises nothing.
    pub fn docs(&self) -> Vec<Breach> {
        let paths = docs::Paths::of(self.files.iter().map(|file| file.path.as_str()));
        let makefile = self.text("Makefile").unwrap_or_default();
        let mut breaches = Vec::new();
        for file in self.files.iter().filter(|file| file.extension() == "md") {
            let Some(text) = file.text() else { continue };
            breaches.extend(docs::links(&file.path, text, &paths));
            breaches.extend(docs::commands(&file.path, text, makefile));
            match file.path.as_str() {
                "ARCHITECTURE.md" => breaches.extend(docs::architecture(&file.path, text, &paths)),
                "docs/glossary.md" => breaches.extend(docs::glossary(&file.path, text)),
                _ => {}
            }
        }
        breaches
    }
}
