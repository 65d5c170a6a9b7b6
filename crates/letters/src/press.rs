//! The press: templates and fonts held ready, one letter after another set from data alone.

use serde_json::{Value, json};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::LetterError;
use crate::check::check;
use crate::clean::clean_value;
use crate::fonts::{Faces, Fonts, load};
use crate::letter::{Letter, LetterKind};
use crate::samples::samples;

/// How many letters ago something must have been used last for the typesetter to forget it. Its
/// cache is global and otherwise grows for ever.
const FORGET_AFTER: usize = 4;

const LAYOUT: &str = include_str!("../../../letters/xinhan.typ");

fn template(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::AcceptanceNotice => include_str!("../../../letters/acceptance_notice.typ"),
        LetterKind::RefusalNotice => include_str!("../../../letters/refusal_notice.typ"),
        LetterKind::DiversionNotice => include_str!("../../../letters/diversion_notice.typ"),
        LetterKind::ExtensionNotice => include_str!("../../../letters/extension_notice.typ"),
        LetterKind::Opinion => include_str!("../../../letters/opinion.typ"),
        LetterKind::ReviewReceipt => include_str!("../../../letters/review_receipt.typ"),
        LetterKind::ReviewOpinion => include_str!("../../../letters/review_opinion.typ"),
        LetterKind::Whereabouts => include_str!("../../../letters/whereabouts.typ"),
        LetterKind::Notice => include_str!("../../../letters/notice.typ"),
        LetterKind::Form => include_str!("../../../letters/form.typ"),
    }
}

/// Prints letters. Open it once and share it: printing takes `&self`.
pub struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    faces: Faces,
    layout: Source,
    templates: Vec<(LetterKind, Source)>,
    data: FileId,
    standards: [PdfStandards; 2],
}

impl Press {
    /// Reads the fonts (some 90 MB, kept in memory) and the templates, and prints a sample, which
    /// takes a third of a second in all: open it when the first letter is due, not at start.
    pub fn open(fonts: &Fonts) -> Result<Self, LetterError> {
        let faces = load(fonts)?;
        let mut templates = Vec::new();
        for kind in LetterKind::ALL {
            let id = file_id(&format!("/{}.typ", kind.name()))?;
            templates.push((kind, Source::new(id, template(kind).into())));
        }
        let press = Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&faces.fonts)),
            faces,
            layout: Source::new(file_id("/xinhan.typ")?, LAYOUT.into()),
            templates,
            data: file_id("/data.json")?,
            // A character of the private use area (rare names, from a county's own font) cannot
            // be in the first; then the second has to do.
            standards: [standards(&[PdfStandard::A_2a, PdfStandard::Ua_1])?, standards(&[PdfStandard::A_2b])?],
        };
        // A font that may not be embedded shows only now; better here than at the first letter.
        if let Some(sample) = samples().iter().find(|l| l.content.kind() == LetterKind::Opinion) {
            press.render(sample)?;
        }
        Ok(press)
    }

    /// Prints a letter: a tagged PDF (PDF/A-2a and PDF/UA-1) with its fonts embedded and subset.
    /// The same letter gives the same bytes.
    pub fn render(&self, letter: &Letter) -> Result<Vec<u8>, LetterError> {
        check(letter)?;
        let _forget = Forget;
        let run = Run { press: self, main: self.template(letter)?, data: self.data(letter)? };
        let document = typst::compile::<PagedDocument>(&run).output.map_err(|e| fault(&e))?;
        let [first, second] = &self.standards;
        let (first, second) = (options(letter, first)?, options(letter, second)?);
        typst_pdf::pdf(&document, &first).or_else(|_| typst_pdf::pdf(&document, &second)).map_err(|e| fault(&e))
    }

    fn template(&self, letter: &Letter) -> Result<&Source, LetterError> {
        let kind = letter.content.kind();
        let found = self.templates.iter().find(|(k, _)| *k == kind);
        found.map(|(_, s)| s).ok_or_else(|| LetterError::Typesetting(kind.name().into()))
    }

    /// The letter as the template reads it.
    fn data(&self, letter: &Letter) -> Result<Bytes, LetterError> {
        let kind = letter.content.kind();
        let broken = |e: serde_json::Error| LetterError::Typesetting(e.to_string());
        let mut data = serde_json::to_value(letter).map_err(broken)?;
        let title = letter.title.as_deref().filter(|t| !t.trim().is_empty());
        data["title_shown"] = json!(title.unwrap_or(kind.title()));
        data["number_shown"] = json!(letter.number.to_string());
        data["called"] = json!(kind.called());
        clean_value(&mut data, &self.faces.coverage);
        data["faces"] = Value::clone(&self.faces.families);
        Ok(Bytes::new(serde_json::to_vec(&data).map_err(broken)?))
    }
}

fn standards(list: &[PdfStandard]) -> Result<PdfStandards, LetterError> {
    PdfStandards::new(list).map_err(|e| LetterError::Typesetting(e.message().to_string()))
}

/// How the file is written: everything that could differ from one run to the next is taken from
/// the letter.
fn options(letter: &Letter, standards: &PdfStandards) -> Result<PdfOptions, LetterError> {
    let (day, kind) = (letter.date, letter.content.kind().name());
    let absurd = || LetterError::Absurd("成文日期");
    let month = day.month().cast_unsigned();
    let midnight = Datetime::from_ymd_hms(day.year().into(), month, day.day().cast_unsigned(), 0, 0, 0);
    let midnight = midnight.ok_or_else(absurd)?;
    Ok(PdfOptions {
        ident: Smart::Custom(format!("{kind} {} {}", letter.number, letter.reference)),
        creator: Smart::Custom(Some("Huiyin".into())),
        timestamp: Some(Timestamp::new_local(midnight, 8 * 60).ok_or_else(absurd)?),
        page_ranges: None,
        standards: standards.clone(),
        tagged: true,
        pretty: false,
    })
}

/// Empties the typesetter's cache when a letter is done, however it ended. The call goes through
/// typst's own re-export: another version of comemo would empty another cache.
struct Forget;

impl Drop for Forget {
    fn drop(&mut self) {
        typst::comemo::evict(FORGET_AFTER);
    }
}

/// The id of one of our files. Ids are never given back, so there is one per template and one
/// for the data, whatever the number of letters.
fn file_id(path: &str) -> Result<FileId, LetterError> {
    let path = VirtualPath::new(path).map_err(|_| LetterError::Typesetting(path.into()))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

fn fault(errors: &[SourceDiagnostic]) -> LetterError {
    let first = errors.first().map(|e| e.message.to_string());
    LetterError::Typesetting(first.unwrap_or_else(|| "原因不明".into()))
}

/// What the typesetter may see while it sets one letter: the templates, the data, the fonts.
struct Run<'a> {
    press: &'a Press,
    main: &'a Source,
    data: Bytes,
}

impl World for Run<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        [self.main, &self.press.layout].into_iter().find(|s| s.id() == id).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.press.data { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.faces.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
