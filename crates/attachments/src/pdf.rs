//! PDF: refused where it does something or carries something, and cleared of what tells who made it.

use lopdf::{Dictionary, Document, LoadOptions, Object};

use crate::embedded;
use crate::unfit::Unfit;

/// What one stream of a PDF may grow to while it is read.
const STREAM_BYTES_MAX: usize = 64 << 20;

/// Kinds of actions that run, send or fetch something; and what makes a page play it.
const ACTIONS: [&[u8]; 7] =
    [b"JavaScript", b"Launch", b"SubmitForm", b"ImportData", b"Rendition", b"GoToE", b"RichMediaExecute"];
/// Kinds of annotations that hold a file or play it.
const CARRIERS: [&[u8]; 6] = [b"FileAttachment", b"RichMedia", b"Movie", b"Sound", b"Screen", b"3D"];

/// The PDF as it is kept: as it came, or written anew without what tells who made it.
pub(crate) fn checked(bytes: &[u8], strip: bool) -> Result<Vec<u8>, Unfit> {
    let options = LoadOptions::with_max_decompressed_size(STREAM_BYTES_MAX);
    let mut document = Document::load_mem_with_options(bytes, options).map_err(|error| match error {
        lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) => Unfit::PdfLocked,
        _ => Unfit::BrokenPdf,
    })?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(Unfit::PdfLocked);
    }
    if document.get_pages().is_empty() {
        return Err(Unfit::BrokenPdf);
    }
    looked_through(&Object::Dictionary(document.trailer.clone()))?;
    document.objects.values().try_for_each(looked_through)?;
    // A name may stand in an object of its own and be referred to.
    let is_active = |object: &Object| object.as_name().is_ok_and(|name| ACTIONS.contains(&name));
    if document.objects.values().any(is_active) {
        return Err(Unfit::PdfActive);
    }
    if !strip {
        // Other programs may find what this one does not: in an earlier state of the file, or without its index.
        let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
        if has(b"/JavaScript") || has(b"/Launch") {
            return Err(Unfit::PdfActive);
        }
        if has(b"/EmbeddedFile") {
            return Err(Unfit::PdfCarries);
        }
        return ends_there(bytes).then(|| bytes.to_vec()).ok_or(Unfit::Double);
    }
    clear(&mut document);
    let mut out = Vec::new();
    document.save_to(&mut out).map_err(|_| Unfit::BrokenPdf)?;
    Ok(out)
}

/// Whether nothing but blanks comes after the last mark of the end.
fn ends_there(bytes: &[u8]) -> bool {
    let end = b"%%EOF";
    let last = bytes.windows(end.len()).rposition(|window| window == end);
    last.and_then(|at| bytes.get(at + end.len()..)).is_some_and(|rest| rest.iter().all(u8::is_ascii_whitespace))
}

/// Looks at an object and all that lies in it; references lead to objects that are looked at themselves.
fn looked_through(object: &Object) -> Result<(), Unfit> {
    match object {
        Object::Array(all) => all.iter().try_for_each(looked_through),
        Object::Dictionary(of) => dictionary(of),
        Object::Stream(stream) => dictionary(&stream.dict),
        _ => Ok(()),
    }
}

fn dictionary(of: &Dictionary) -> Result<(), Unfit> {
    let named = |key: &[u8], names: &[&[u8]]| {
        of.get(key).and_then(Object::as_name).is_ok_and(|name| names.contains(&name))
    };
    if of.has(b"JS") || of.has(b"JavaScript") || of.has(b"XFA") || named(b"S", &ACTIONS) {
        return Err(Unfit::PdfActive);
    }
    let carries = [b"EmbeddedFiles".as_slice(), b"EF", b"RichMediaContent"].iter().any(|key| of.has(key));
    if carries || named(b"Subtype", &CARRIERS) || of.has_type(b"EmbeddedFile") {
        return Err(Unfit::PdfCarries);
    }
    of.iter().try_for_each(|(_, value)| looked_through(value))
}

/// Takes out who made it, with what and when, wherever it stands. What nothing leads to any more is left out.
fn clear(document: &mut Document) {
    for key in [b"Info".as_slice(), b"ID"] {
        document.trailer.remove(key);
    }
    for object in document.objects.values_mut() {
        match object {
            Object::Dictionary(of) => clear_dictionary(of),
            Object::Array(all) => all.iter_mut().for_each(clear_inner),
            Object::Stream(stream) => {
                clear_dictionary(&mut stream.dict);
                let is_jpeg = stream.filters().is_ok_and(|filters| filters == [b"DCTDecode".as_slice()]);
                if let Some(content) = embedded::without_traces(&stream.content).filter(|_| is_jpeg) {
                    stream.set_content(content);
                }
            }
            _ => {}
        }
    }
    document.prune_objects();
}

fn clear_inner(object: &mut Object) {
    match object {
        Object::Dictionary(of) => clear_dictionary(of),
        Object::Array(all) => all.iter_mut().for_each(clear_inner),
        _ => {}
    }
}

fn clear_dictionary(of: &mut Dictionary) {
    for key in [b"Metadata".as_slice(), b"PieceInfo", b"LastModified", b"CreationDate", b"ModDate"] {
        of.remove(key);
    }
    // Of a remark, who wrote it and when; of a field to fill in, T is its name.
    let subtype = of.get(b"Subtype").and_then(Object::as_name);
    if (of.has_type(b"Annot") || of.has(b"Rect")) && subtype.is_ok_and(|name| name != b"Widget") {
        of.remove(b"T");
        of.remove(b"M");
    }
    of.iter_mut().for_each(|(_, value)| clear_inner(value));
}
