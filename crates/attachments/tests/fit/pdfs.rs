//! PDF.

use attachments::{Kind, Unfit, fit};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use crate::has;

/// A page with words, made by somebody with some program; `add` may add to the catalogue.
fn pdf(add: impl FnOnce(&mut Document, &mut Dictionary)) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let content = document.add_object(Stream::new(dictionary! {}, b"BT (wage slip) Tj ET".to_vec()));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 200.into(), 200.into()],
        "LastModified" => Object::string_literal("D:20260101"),
        "Annots" => vec![Object::Dictionary(dictionary! {
            "Type" => "Annot", "Subtype" => "Text", "T" => Object::string_literal("Zhang San"),
            "Rect" => vec![0.into(), 0.into(), 9.into(), 9.into()], "Contents" => Object::string_literal("a remark"),
        })],
    });
    document.objects.insert(
        pages,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }),
    );
    let told = b"<x:xmpmeta><dc:creator>Zhang San</dc:creator></x:xmpmeta>".to_vec();
    let told = document.add_object(Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, told));
    let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => pages, "Metadata" => told };
    add(&mut document, &mut catalog);
    let catalog = document.add_object(catalog);
    let info = document.add_object(dictionary! { "Author" => Object::string_literal("Zhang San") });
    document.trailer.set("Root", catalog);
    document.trailer.set("Info", info);
    let mut out = Vec::new();
    document.save_to(&mut out).unwrap();
    out
}

#[test]
fn who_made_it_is_gone_where_that_is_asked() {
    let sent = pdf(|_, _| {});
    assert!(has(&sent, "Zhang San") && has(&sent, "xmpmeta"));
    let kept = fit(&sent, true).unwrap();
    assert_eq!((kept.kind, kept.stripped), (Kind::Pdf, true));
    for trace in ["Zhang", "xmp", "D:2026", "Author"] {
        assert!(!has(&kept.bytes, trace), "{trace}");
    }
    assert!(has(&kept.bytes, "wage slip") && has(&kept.bytes, "a remark"));
    assert_eq!(Document::load_mem(&kept.bytes).unwrap().get_pages().len(), 1);
    let whole = fit(&sent, false).unwrap();
    assert_eq!((whole.bytes, whole.stripped), (sent, false), "evidence stays as it is");
}

#[test]
fn photographs_in_it_lose_their_place() {
    let sent = pdf(|document, catalog| {
        let mut jpeg = vec![0xFF, 0xD8];
        for (marker, body) in [(0xE0_u8, &b"JFIF\0"[..]), (0xE1, b"Exif\0\0GPSN24.4798"), (0xDA, b"\x01")] {
            jpeg.extend([0xFF, marker]);
            jpeg.extend(u16::try_from(body.len() + 2).unwrap().to_be_bytes());
            jpeg.extend(body);
        }
        jpeg.extend(b"pixels\xFF\x00more\xFF\xD9trailing GPS");
        let picture =
            dictionary! { "Type" => "XObject", "Subtype" => "Image", "Filter" => "DCTDecode", "Width" => 1 };
        catalog.set("Picture", document.add_object(Stream::new(picture, jpeg)));
    });
    let kept = fit(&sent, true).unwrap();
    assert!(has(&kept.bytes, "JFIF") && has(&kept.bytes, "pixels") && !has(&kept.bytes, "GPS"));
}

#[test]
fn what_acts_or_carries_is_refused() {
    type Add = fn(&mut Document, &mut Dictionary);
    let script: Add = |_, catalog| {
        catalog.set(
            "OpenAction",
            dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") },
        );
    };
    let aside: Add = |document, catalog| {
        let name = document.add_object(Object::Name(b"Launch".to_vec()));
        catalog.set("OpenAction", dictionary! { "S" => name, "F" => Object::string_literal("cmd.exe") });
    };
    let file: Add = |document, catalog| {
        let inner = document.add_object(Stream::new(dictionary! { "Type" => "EmbeddedFile" }, b"MZ".to_vec()));
        catalog.set("Names", dictionary! { "EmbeddedFiles" => dictionary! { "Names" => vec![inner.into()] } });
    };
    let film: Add = |document, catalog| {
        catalog.set("Extra", document.add_object(dictionary! { "Subtype" => "RichMedia" }));
    };
    let cases = [
        (script, Unfit::PdfActive),
        (aside, Unfit::PdfActive),
        (file, Unfit::PdfCarries),
        (film, Unfit::PdfCarries),
    ];
    for (add, unfit) in cases {
        for strip in [true, false] {
            assert_eq!(fit(&pdf(add), strip), Err(unfit));
        }
    }
}

#[test]
fn broken_and_double_files_are_refused() {
    assert_eq!(fit(b"%PDF-1.7 and nothing", true), Err(Unfit::BrokenPdf));
    let mut double = pdf(|_, _| {});
    double.extend(b"PK\x03\x04 a package behind it");
    assert_eq!(fit(&double, false), Err(Unfit::Double));
    // Written anew, nothing of it is left.
    let kept = fit(&double, true);
    assert!(kept.is_err() || !has(&kept.unwrap().bytes, "package"));
}

#[test]
fn what_is_locked_is_refused() {
    let locked = pdf(|document, _| {
        let how = dictionary! {
            "Filter" => "Standard", "V" => 1, "R" => 2, "P" => -4,
            "O" => Object::string_literal(vec![b'o'; 32]), "U" => Object::string_literal(vec![b'u'; 32]),
        };
        let how = document.add_object(how);
        document.trailer.set("Encrypt", how);
        document.trailer.set("ID", vec![Object::string_literal("a"), Object::string_literal("a")]);
    });
    for strip in [true, false] {
        assert_eq!(fit(&locked, strip), Err(Unfit::PdfLocked));
    }
}
