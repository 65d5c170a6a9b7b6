//! Office documents.

use std::io::{Cursor, Read, Write};

use attachments::{Kind, Unfit, fit};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::has;

const TYPES: &str = r#"<?xml version="1.0"?><Types><Default Extension="rels" ContentType="r"/><Override PartName="/word/document.xml" ContentType="w"/><Override PartName="/docProps/core.xml" ContentType="c"/></Types>"#;
const ROOT: &str = r#"<?xml version="1.0"?><Relationships><Relationship Id="r1" Type="http://s/officeDocument" Target="word/document.xml"/><Relationship Id="r2" Type="http://s/core-properties" Target="docProps/core.xml"/></Relationships>"#;
const BODY: &str = r#"<?xml version="1.0"?><w:document xmlns:w="w"><w:body><w:ins w:id="1" w:author="Zhang San"><w:r w:rsidR="00AB12CD"><w:t xml:space="preserve">三月的 &amp; 四月的工资 </w:t></w:r></w:ins></w:body></w:document>"#;
const CORE: &str = "<cp:coreProperties><dc:creator>Zhang San</dc:creator></cp:coreProperties>";
const OUTSIDE: &str = r#"<Relationships><Relationship Id="r1" Type="http://s/attachedTemplate" Target="TARGET" TargetMode="External"/></Relationships>"#;

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A letter by somebody, and what `more` adds.
fn docx(more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("word/document.xml", BODY.as_bytes()),
        ("docProps/core.xml", CORE.as_bytes()),
    ];
    parts.extend(more);
    package(&parts)
}

/// Every part of a package, in clear, one after the other with its name.
fn opened(bytes: &[u8]) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut all = String::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        all.push_str(&format!("\n== {} ==\n", part.name()));
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        all.push_str(&String::from_utf8_lossy(&content));
    }
    all
}

#[test]
fn who_wrote_it_is_gone_where_that_is_asked() {
    let remarks = "<comments><authors><author>Zhang San</author></authors><text>a remark</text></comments>";
    let path = r#"<workbook><x15ac:absPath url="C:\Users\Zhang San\"/><sheets/></workbook>"#;
    let template = OUTSIDE.replace("TARGET", "file:///C:/Users/Zhang%20San/Normal.dotm");
    let photograph = b"\xFF\xD8\xFF\xE1\x00\x08GPSN24\xFF\xDA\x00\x02pixels\xFF\xD9";
    let sent = docx(&[
        ("word/comments1.xml", remarks.as_bytes()),
        ("word/elsewhere.xml", path.as_bytes()),
        ("word/_rels/settings.xml.rels", template.as_bytes()),
        ("word/media/photo.jpg", photograph),
        ("customXml/item1.xml", b"<a>Zhang San</a>"),
    ]);
    let kept = fit(&sent, true).unwrap();
    assert_eq!((kept.kind, kept.stripped), (Kind::Docx, true));
    let all = opened(&kept.bytes);
    for trace in ["Zhang", "docProps", "customXml", "00AB12CD", "GPS", "core-properties", "Users"] {
        assert!(!all.contains(trace), "{trace} in {all}");
    }
    for stays in ["三月的 &amp; 四月的工资 <", "a remark", "pixels", "Target=\"word/document.xml\"", "Normal.dotm"]
    {
        assert!(all.contains(stays), "{stays} in {all}");
    }
    assert_eq!(fit(&sent, false).unwrap().bytes, sent, "evidence stays as it is");
    // What was written anew is fit again.
    assert_eq!(fit(&kept.bytes, true).unwrap().kind, Kind::Docx);
}

#[test]
fn a_table_is_told_from_a_text() {
    let sent = package(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")]);
    assert_eq!(fit(&sent, false).unwrap().kind, Kind::Xlsx);
    let other = package(&[("[Content_Types].xml", b"<Types/>"), ("ppt/presentation.xml", b"<p/>")]);
    assert_eq!(fit(&other, false), Err(Unfit::Unknown));
    assert_eq!(fit(&package(&[("photo.jpg", b"x")]), false), Err(Unfit::Unknown));
}

#[test]
fn what_runs_carries_or_fetches_is_refused() {
    let macros =
        TYPES.replace("ContentType=\"w\"", "ContentType=\"application/vnd.ms-word.document.macroEnabled\"");
    let with_types =
        package(&[("[Content_Types].xml", macros.as_bytes()), ("word/document.xml", BODY.as_bytes())]);
    let far = OUTSIDE.replace("TARGET", "https://evil.example/a.dotm");
    let share = OUTSIDE.replace("TARGET", "file://///10.0.0.1/a.dotm");
    let cases = [
        (docx(&[("word/vbaProject.bin", b"x")]), Unfit::Macros),
        (with_types, Unfit::Macros),
        (docx(&[("word/embeddings/oleObject1.bin", b"MZ")]), Unfit::OfficeCarries),
        (docx(&[("word/_rels/settings.xml.rels", far.as_bytes())]), Unfit::LinksElsewhere),
        (docx(&[("word/_rels/settings.xml.rels", share.as_bytes())]), Unfit::LinksElsewhere),
    ];
    for (sent, unfit) in cases {
        for strip in [true, false] {
            assert_eq!(fit(&sent, strip), Err(unfit));
        }
    }
    let link = OUTSIDE.replace("attachedTemplate", "hyperlink").replace("TARGET", "https://example.org/");
    assert!(fit(&docx(&[("word/_rels/document.xml.rels", link.as_bytes())]), true).is_ok());
}

/// A hundred kilobytes that would be a hundred megabytes.
#[test]
fn a_bomb_is_refused() {
    let sent = docx(&[("word/media/a.bin", &vec![0; 101 << 20])]);
    assert!(sent.len() < 200_000);
    assert_eq!(fit(&sent, true), Err(Unfit::Swells));
}

#[test]
fn two_files_in_one_are_refused() {
    let mut behind = docx(&[]);
    behind.extend(b"%PDF-1.7");
    assert_eq!(fit(&behind, false), Err(Unfit::Double));
    let whole = docx(&[]);
    assert_eq!(fit(&whole[..whole.len() / 2], false), Err(Unfit::BrokenOffice));
    assert!(has(&whole, "word/document.xml"));
}
