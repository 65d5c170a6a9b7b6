//! Pictures inside documents: what tells of the camera is cut out of the file, the picture itself stays as it is.

/// A JPEG or PNG without what tells of its making; none where it is neither, or not whole.
pub(crate) fn without_traces(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.starts_with(&[0xFF, 0xD8]) {
        jpeg(bytes)
    } else if bytes.starts_with(PNG) {
        png(bytes)
    } else {
        None
    }
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    const SCAN: u8 = 0xDA;
    const END: u8 = 0xD9;
    let mut out = vec![0xFF, 0xD8];
    let mut at = 2;
    loop {
        // A marker may have any number of 0xFF before it.
        while bytes.get(at) == Some(&0xFF) && bytes.get(at + 1) == Some(&0xFF) {
            at += 1;
        }
        let (&[0xFF, marker], rest) = bytes.get(at..)?.split_first_chunk::<2>()? else { return None };
        if marker == END {
            // Behind the end lie further pictures, of telephones, with traces of their own.
            out.extend([0xFF, END]);
            return Some(out);
        }
        let length = usize::from(u16::from_be_bytes(*rest.first_chunk::<2>()?));
        let body = rest.get(2..length)?;
        if is_kept(marker, body) {
            out.extend(bytes.get(at..at + 2 + length)?);
        }
        at += 2 + length;
        if marker == SCAN {
            let scan = scan(bytes.get(at..)?)?;
            out.extend(bytes.get(at..at + scan)?);
            at += scan;
        }
    }
}

/// Of what applications and people add, only what colours need: JFIF, a colour profile, Adobe's transform.
fn is_kept(marker: u8, body: &[u8]) -> bool {
    match marker {
        0xE0 | 0xEE => true,
        0xE2 => body.starts_with(b"ICC_PROFILE\0"),
        0xE1..=0xEF | 0xFE => false,
        _ => true,
    }
}

/// How far coded pixels go: to the next marker that is none of theirs.
fn scan(bytes: &[u8]) -> Option<usize> {
    let is_end = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xFF | 0xD0..=0xD7);
    bytes.windows(2).position(is_end)
}

fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = PNG.to_vec();
    let mut at = PNG.len();
    loop {
        let head: &[u8; 8] = bytes.get(at..)?.first_chunk()?;
        let (length, name) = head.split_first_chunk::<4>()?;
        let whole = usize::try_from(u32::from_be_bytes(*length)).ok()?.checked_add(12)?;
        let chunk = bytes.get(at..at.checked_add(whole)?)?;
        if !matches!(name, b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf" | b"tIME" | b"dSIG" | b"caBX") {
            out.extend(chunk);
        }
        if name == b"IEND" {
            return Some(out);
        }
        at += whole;
    }
}
