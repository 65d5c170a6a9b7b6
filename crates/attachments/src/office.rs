//! Office documents (docx, xlsx): refused where they run, carry or fetch something, and cleared of who made them.

mod clear;

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::unfit::Unfit;
use crate::{Fit, Kind};

/// What all parts together may grow to.
const BYTES_MAX: u64 = 100 << 20;
const PARTS_MAX: usize = 4000;

/// A part of a package: its name and what it holds.
type Part = (String, Vec<u8>);

/// The document as it is kept: as it came, or written anew without what tells who made it.
pub(crate) fn checked(bytes: &[u8], strip: bool) -> Result<Fit, Unfit> {
    let parts = unpacked(bytes)?;
    let has = |name: &str| parts.iter().any(|(part, _)| part == name);
    let kind = match (has("[Content_Types].xml"), has("word/document.xml"), has("xl/workbook.xml")) {
        (true, true, false) => Kind::Docx,
        (true, false, true) => Kind::Xlsx,
        _ => return Err(Unfit::Unknown),
    };
    parts.iter().try_for_each(looked_at)?;
    let bytes = if strip { packed(clear::cleared(parts)?)? } else { bytes.to_vec() };
    Ok(Fit { kind, bytes, stripped: strip })
}

/// Every part, within bounds. The package begins where the file begins and ends where it ends.
fn unpacked(bytes: &[u8]) -> Result<Vec<Part>, Unfit> {
    const END: usize = 22;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unfit::BrokenOffice)?;
    let ends = bytes.len().checked_sub(END).and_then(|at| bytes.get(at..));
    if archive.offset() != 0 || !ends.is_some_and(|end| end.starts_with(b"PK\x05\x06")) {
        return Err(Unfit::Double);
    }
    if archive.len() > PARTS_MAX {
        return Err(Unfit::Swells);
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut left = BYTES_MAX;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| Unfit::BrokenOffice)?;
        if part.is_dir() {
            continue;
        }
        let name = part.name().to_owned();
        // Of two parts of one name, programs choose differently.
        if parts.iter().any(|(other, _)| other.eq_ignore_ascii_case(&name)) {
            return Err(Unfit::BrokenOffice);
        }
        // What the package says of a part's size is not believed.
        let mut content = Vec::new();
        part.take(left + 1).read_to_end(&mut content).map_err(|_| Unfit::BrokenOffice)?;
        left = left.checked_sub(content.len() as u64).ok_or(Unfit::Swells)?;
        parts.push((name, content));
    }
    Ok(parts)
}

/// Whether a part runs, carries or fetches something.
fn looked_at((name, content): &Part) -> Result<(), Unfit> {
    let name = name.to_ascii_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if any(&["vbaproject", "vbadata", "/activex/", "macrosheets", "customui"]) {
        return Err(Unfit::Macros);
    }
    if any(&["/embeddings/", "oleobject"]) {
        return Err(Unfit::OfficeCarries);
    }
    if name == "[content_types].xml" && clear::text(content)?.to_ascii_lowercase().contains("macroenabled") {
        return Err(Unfit::Macros);
    }
    if name.ends_with(".rels") && clear::fetches(content)? {
        return Err(Unfit::LinksElsewhere);
    }
    Ok(())
}

fn packed(parts: Vec<Part>) -> Result<Vec<u8>, Unfit> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    // Without a time of its own: when it was packed here is nobody's to know.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in parts {
        writer.start_file(name, options).map_err(|_| Unfit::BrokenOffice)?;
        writer.write_all(&content).map_err(|_| Unfit::BrokenOffice)?;
    }
    Ok(writer.finish().map_err(|_| Unfit::BrokenOffice)?.into_inner())
}
