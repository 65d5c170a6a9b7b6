//! Pictures: what a camera writes beside the picture is gone, and the picture stands upright.

use std::io::Cursor;

use attachments::{Kind, Unfit, fit};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use crate::has;

/// 40 wide and 20 high: red on the left, blue on the right.
fn flag() -> RgbImage {
    RgbImage::from_fn(40, 20, |x, _| if x < 20 { Rgb([220, 10, 10]) } else { Rgb([10, 10, 220]) })
}

fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.into().write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// What a telephone writes: turned by 90 degrees, its maker, and where it was.
fn exif() -> Vec<u8> {
    let mut tiff: Vec<u8> = b"II*\0\x08\0\0\0".to_vec();
    tiff.extend(3_u16.to_le_bytes());
    let mut entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        tiff.extend(tag.to_le_bytes());
        tiff.extend(kind.to_le_bytes());
        tiff.extend(count.to_le_bytes());
        tiff.extend(value);
    };
    entry(0x010F, 2, 12, 50_u32.to_le_bytes());
    entry(0x0112, 3, 1, [6, 0, 0, 0]);
    entry(0x8825, 4, 1, 62_u32.to_le_bytes());
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(b"GeheimPhone\0GPSN24.4798E118.0894");
    tiff
}

/// The same picture as a telephone gives it.
fn photograph() -> Vec<u8> {
    let plain = written(flag(), ImageFormat::Jpeg);
    let mut body = b"Exif\0\0".to_vec();
    body.extend(exif());
    let mut out = plain[..2].to_vec();
    for (marker, body) in [(0xE1, body), (0xFE, b"written by Zhang San".to_vec())] {
        out.extend([0xFF, marker]);
        out.extend(u16::try_from(body.len() + 2).unwrap().to_be_bytes());
        out.extend(body);
    }
    out.extend(&plain[2..]);
    // A second picture behind the end, as telephones add them.
    out.extend(b"\xFF\xD8 GPSN24.4798E118.0894");
    out
}

/// A chunk of a PNG; nobody here looks at its sum.
fn with_chunk(png: &[u8], name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut chunk = u32::try_from(body.len()).unwrap().to_be_bytes().to_vec();
    chunk.extend(name);
    chunk.extend(body);
    chunk.extend(crc(&chunk[4..]).to_be_bytes());
    // Behind the header, which is 8 + 25 bytes.
    [&png[..33], &chunk, &png[33..]].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8)
            .fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[test]
fn a_photograph_loses_place_and_maker_and_stands_upright() {
    let sent = photograph();
    assert!(has(&sent, "GPSN24") && has(&sent, "GeheimPhone"));
    // Pictures are written anew whether that is asked or not.
    for strip in [true, false] {
        let kept = fit(&sent, strip).unwrap();
        assert_eq!((kept.kind, kept.stripped), (Kind::Jpeg, true));
        for trace in ["GPS", "Geheim", "Exif", "Zhang", "118.08"] {
            assert!(!has(&kept.bytes, trace), "{trace}");
        }
        let picture = image::load_from_memory(&kept.bytes).unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), (20, 40), "turned as the camera was held");
        assert!(picture.get_pixel(10, 5)[0] > 150, "left became top");
        assert!(picture.get_pixel(10, 35)[2] > 150);
    }
}

#[test]
fn a_png_loses_its_texts() {
    let png = written(flag(), ImageFormat::Png);
    let sent = with_chunk(&png, b"tEXt", b"Author\0Zhang San");
    let sent = with_chunk(&sent, b"eXIf", &exif());
    let kept = fit(&sent, false).unwrap();
    assert_eq!(kept.kind, Kind::Png);
    assert!(!has(&kept.bytes, "Zhang") && !has(&kept.bytes, "GPS") && !has(&kept.bytes, "eXIf"));
    assert!(image::load_from_memory(&kept.bytes).is_ok());
}

#[test]
fn webp_becomes_what_every_program_reads() {
    let opaque = fit(&written(flag(), ImageFormat::WebP), true).unwrap();
    assert_eq!(opaque.kind, Kind::Jpeg);
    let glass = RgbaImage::from_pixel(8, 8, Rgba([10, 20, 30, 128]));
    let kept = fit(&written(glass, ImageFormat::WebP), true).unwrap();
    assert_eq!(kept.kind, Kind::Png);
    assert_eq!(image::load_from_memory(&kept.bytes).unwrap().to_rgba8().get_pixel(1, 1)[3], 128);
}

/// A page of a site, a zip and a program behind a picture are not kept with it.
#[test]
fn what_hides_behind_a_picture_is_gone() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let mut sent = written(flag(), format);
        sent.extend(b"PK\x03\x04 <script>alert(1)</script>");
        let kept = fit(&sent, false).unwrap();
        assert!(!has(&kept.bytes, "script") && !has(&kept.bytes, "PK\x03\x04"));
    }
}

/// A small file that says it is a picture of 60000 by 60000.
#[test]
fn a_bomb_is_refused_before_it_is_read() {
    let mut png = written(flag(), ImageFormat::Png);
    png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let sum = crc(&png[12..29]);
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    assert_eq!(fit(&png, true), Err(Unfit::TooManyPixels));
}

#[test]
fn what_moves_is_refused() {
    let png = written(flag(), ImageFormat::Png);
    let mut control = 2_u32.to_be_bytes().to_vec();
    control.extend(0_u32.to_be_bytes());
    assert_eq!(fit(&with_chunk(&png, b"acTL", &control), true), Err(Unfit::Moves));
}
