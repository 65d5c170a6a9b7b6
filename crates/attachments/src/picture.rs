//! Pictures: read within bounds, turned as the camera was held, and written anew pixel by pixel. Nothing else is left.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::unfit::Unfit;
use crate::{Fit, Kind};

/// A picture of 50 million pixels takes 200 MB while it is read.
const PIXELS_MAX: u64 = 50_000_000;
const BYTES_MAX: u64 = 512 << 20;
const QUALITY: u8 = 90;

/// The picture, and nothing of the file it came in.
pub(crate) fn anew(bytes: &[u8], format: ImageFormat) -> Result<Fit, Unfit> {
    if moves(bytes, format)? {
        return Err(Unfit::Moves);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| Unfit::BrokenPicture)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(Unfit::TooManyPixels);
    }
    let orientation = decoder.orientation().map_err(|_| Unfit::BrokenPicture)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| Unfit::BrokenPicture)?;
    picture.apply_orientation(orientation);
    let kind = if format == ImageFormat::Png || picture.color().has_alpha() { Kind::Png } else { Kind::Jpeg };
    let mut out = Vec::new();
    let written = if kind == Kind::Png {
        picture.write_with_encoder(PngEncoder::new_with_quality(
            &mut out,
            CompressionType::Default,
            FilterType::Adaptive,
        ))
    } else if picture.color().has_color() {
        picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY))
    } else {
        picture.to_luma8().write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY))
    };
    written.map_err(|_| Unfit::BrokenPicture)?;
    Ok(Fit { kind, bytes: out, stripped: true })
}

/// Whether it holds more pictures than one, of which all but the first would be lost.
fn moves(bytes: &[u8], format: ImageFormat) -> Result<bool, Unfit> {
    let input = Cursor::new(bytes);
    let moves = match format {
        ImageFormat::Png => PngDecoder::new(input).and_then(|decoder| decoder.is_apng()),
        ImageFormat::WebP => WebPDecoder::new(input).map(|decoder| decoder.has_animation()),
        _ => Ok(false),
    };
    moves.map_err(|_| Unfit::BrokenPicture)
}
