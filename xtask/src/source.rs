//! A Rust file seen as lines of code, lines of comment, and the part that is test: enough to check rules, not a parser.

use std::ops::RangeInclusive;

/// A Rust source with its strings and comments told apart from code. All three texts have the same lines.
#[derive(Debug)]
pub struct Source {
    /// Code; what stood in strings and comments is blank.
    pub code: Vec<String>,
    /// Comments; all else is blank.
    pub comments: Vec<String>,
    tests: Vec<RangeInclusive<usize>>,
}

/// A function with its first and last line, from 1.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line of `fn`.
    pub first: usize,
    /// The line of the closing brace.
    pub last: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Code,
    Comment,
    Text,
}

impl Source {
    /// Reads a source. `path` tells whether the whole file is a test.
    pub fn read(path: &str, text: &str) -> Self {
        let kinds = kinds(text);
        let only = |wanted: Kind| -> Vec<String> {
            let kept: String = text
                .chars()
                .zip(&kinds)
                .map(|(c, kind)| if c == '\n' || *kind == wanted { c } else { ' ' })
                .collect();
            kept.split('\n').map(str::to_owned).collect()
        };
        let mut source = Self { code: only(Kind::Code), comments: only(Kind::Comment), tests: Vec::new() };
        let whole = path.contains("/tests/") || path.contains("/benches/") || path.ends_with("tests.rs");
        source.tests = if whole { vec![1..=source.code.len()] } else { source.test_modules() };
        source
    }

    /// Whether the line (from 1) belongs to a test.
    pub fn is_test(&self, line: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&line))
    }

    /// Lines of code outside tests, with their number from 1.
    pub fn live_code(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.code.iter().enumerate().map(|(i, line)| (i + 1, line.as_str()));
        numbered.filter(|(line, _)| !self.is_test(*line))
    }

    /// Every function that has a body.
    pub fn functions(&self) -> Vec<Function> {
        let mut found = Vec::new();
        for (i, line) in self.code.iter().enumerate() {
            let Some(name) = function_name(line) else {
                continue;
            };
            if let Some(last) = self.end_of_block(i) {
                found.push(Function { name, first: i + 1, last: last + 1 });
            }
        }
        found
    }

    /// The line (from 0) where the first block opened at or after `from` closes; none when a `;` comes first.
    fn end_of_block(&self, from: usize) -> Option<usize> {
        let (mut depth, mut round) = (0_i32, 0_i32);
        for (i, line) in self.code.iter().enumerate().skip(from) {
            for c in line.chars() {
                match c {
                    '(' | '[' => round += 1,
                    ')' | ']' => round -= 1,
                    ';' if depth == 0 && round == 0 => return None,
                    '{' => depth += 1,
                    '}' => {
                        depth -= 1;
                        if depth == 0 {
                            return Some(i);
                        }
                    }
                    _ => {}
                }
            }
        }
        None
    }

    fn test_modules(&self) -> Vec<RangeInclusive<usize>> {
        let marked = self.code.iter().enumerate().filter(|(_, line)| line.contains("#[cfg(test)]"));
        marked.filter_map(|(i, _)| self.end_of_block(i).map(|last| i + 1..=last + 1)).collect()
    }
}

/// The parts of a line that are words of identifiers: `CaseHandler_id` is case, handler, id.
pub fn word_parts(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before = ' ';
    for c in line.chars() {
        let hump = c.is_ascii_uppercase() && before.is_ascii_lowercase();
        if (hump || !c.is_ascii_alphabetic()) && parts.last().is_some_and(|part| !part.is_empty()) {
            parts.push(String::new());
        }
        if c.is_ascii_alphabetic()
            && let Some(part) = parts.last_mut()
        {
            part.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn function_name(line: &str) -> Option<String> {
    let at = line.match_indices("fn ").map(|(at, _)| at).find(|at| {
        let before = line[..*at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })?;
    let rest = line[at + 3..].trim_start();
    let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// The kind of every character.
fn kinds(text: &str) -> Vec<Kind> {
    let chars: Vec<char> = text.chars().collect();
    let mut kinds = vec![Kind::Code; chars.len()];
    let mut i = 0;
    while i < chars.len() {
        let (kind, end) = piece(&chars, i);
        for place in &mut kinds[i..end] {
            *place = kind;
        }
        i = end;
    }
    kinds
}

/// The comment, string or single character of code that begins at `i`, and where it ends.
fn piece(chars: &[char], i: usize) -> (Kind, usize) {
    let next = chars.get(i + 1).copied();
    let in_word = i > 0 && (chars[i - 1].is_alphanumeric() || chars[i - 1] == '_');
    match chars[i] {
        '/' if next == Some('/') => (Kind::Comment, find(chars, i, "\n")),
        '/' if next == Some('*') => (Kind::Comment, end_of_block_comment(chars, i)),
        '"' => (Kind::Text, end_of_string(chars, i + 1, '"')),
        'r' if !in_word || chars[i - 1] == 'b' => match raw_string(chars, i) {
            Some(end) => (Kind::Text, end),
            None => (Kind::Code, i + 1),
        },
        '\'' => match next {
            Some('\\') => (Kind::Text, end_of_string(chars, i + 1, '\'')),
            Some(_) if chars.get(i + 2) == Some(&'\'') => (Kind::Text, i + 3),
            _ => (Kind::Code, i + 1), // a lifetime
        },
        _ => (Kind::Code, i + 1),
    }
}

fn raw_string(chars: &[char], r: usize) -> Option<usize> {
    let hashes = chars[r + 1..].iter().take_while(|c| **c == '#').count();
    if chars.get(r + 1 + hashes) != Some(&'"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    Some((find(chars, r + 2 + hashes, &close) + close.len()).min(chars.len()))
}

fn end_of_string(chars: &[char], mut i: usize, quote: char) -> usize {
    while i < chars.len() && chars[i] != quote {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

fn end_of_block_comment(chars: &[char], start: usize) -> usize {
    let (mut i, mut depth) = (start, 0);
    while i + 1 < chars.len() {
        match (chars[i], chars[i + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                i += 1;
                continue;
            }
        }
        i += 2;
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn find(chars: &[char], from: usize, what: &str) -> usize {
    let what: Vec<char> = what.chars().collect();
    (from..chars.len()).find(|i| chars[*i..].starts_with(&what)).unwrap_or(chars.len())
}
