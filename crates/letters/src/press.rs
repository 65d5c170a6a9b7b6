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
        LetterKind::ReviewOpinion => include_str!("../../../letters/review_opinion.typ"),
        LetterKind::Whereabouts => include_str!("../../../letters/whereabouts.typ"),
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
    standards: PdfStandards,
}

impl Press {
    /// Reads the fonts (some 90 MB, a tenth of a second) and the templates.
    pub fn open(fonts: &Fonts) -> Result<Self, LetterError> {
        let faces = load(fonts)?;
        let mut templates = Vec::new();
        for kind in LetterKind::ALL {
            let id = file_id(&format!("/{}.typ", kind.name()))?;
            templates.push((kind, Source::new(id, template(kind).into())));
        }
        let standards = PdfStandards::new(&[PdfStandard::A_2b]);
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&faces.fonts)),
            faces,
            layout: Source::new(file_id("/xinhan.typ")?, LAYOUT.into()),
            templates,
            data: file_id("/data.json")?,
            standards: standards.map_err(|e| LetterError::Typesetting(e.message().to_string()))?,
        })
    }

    /// Prints a letter: a tagged PDF/A-2b with its fonts embedded and subset. The same letter
    /// gives the same bytes.
    pub fn render(&self, letter: &Letter) -> Result<Vec<u8>, LetterError> {
        check(letter)?;
        let _forget = Forget;
        let run = Run {
            press: self,
            main: self.template(letter)?,
            data: self.data(letter)?,
        };
        let document = typst::compile::<PagedDocument>(&run)
            .output
            .map_err(|e| fault(&e))?;
        typst_pdf::pdf(&document, &self.options(letter)?).map_err(|e| fault(&e))
    }

    fn template(&self, letter: &Letter) -> Result<&Source, LetterError> {
        let kind = letter.content.kind();
        let found = self.templates.iter().find(|(k, _)| *k == kind);
        found
            .map(|(_, s)| s)
            .ok_or_else(|| LetterError::Typesetting(kind.name().into()))
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

    fn options(&self, letter: &Letter) -> Result<PdfOptions, LetterError> {
        let day = letter.date;
        let year = i32::from(day.year());
        let midnight = Datetime::from_ymd_hms(
            year,
            day.month().cast_unsigned(),
            day.day().cast_unsigned(),
            0,
            0,
            0,
        );
        let absurd = || LetterError::Absurd("成文日期");
        Ok(PdfOptions {
            ident: Smart::Custom(format!(
                "{} {} {}",
                letter.content.kind().name(),
                letter.number,
                letter.reference
            )),
            creator: Smart::Custom(Some("Huiyin".into())),
            timestamp: Some(
                Timestamp::new_local(midnight.ok_or_else(absurd)?, 8 * 60).ok_or_else(absurd)?,
            ),
            page_ranges: None,
            standards: self.standards.clone(),
            tagged: true,
            pretty: false,
        })
    }
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
        [self.main, &self.press.layout]
            .into_iter()
            .find(|s| s.id() == id)
            .cloned()
            .ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.press.data {
            Ok(self.data.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.faces.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
