//! Which way a JPEG photograph is held, from its Exif data.
//!
//! A telephone stores an upright photograph lying on its side, with a note to turn it. Browsers
//! obey the note, so its width is the height that the file tells.

/// Whether the picture is shown turned by a quarter (Exif orientations 5 to 8).
pub fn lies_on_its_side(jpeg: &[u8]) -> bool {
    exif(jpeg).and_then(orientation).is_some_and(|orientation| (5..=8).contains(&orientation))
}

/// The TIFF structure within the first Exif segment.
fn exif(jpeg: &[u8]) -> Option<&[u8]> {
    const EXIF_SEGMENT: u8 = 0xE1;
    const START_OF_SCAN: u8 = 0xDA;
    let mut segments = jpeg.get(2..)?;
    loop {
        let (header, after) = segments.split_first_chunk::<4>()?;
        let [0xFF, kind, high, low] = *header else { return None };
        if kind == START_OF_SCAN {
            return None;
        }
        let length = usize::from(u16::from_be_bytes([high, low])).checked_sub(2)?;
        let (content, next) = after.split_at_checked(length)?;
        match content.strip_prefix(b"Exif\0\0") {
            Some(tiff) if kind == EXIF_SEGMENT => return Some(tiff),
            _ => segments = next,
        }
    }
}

fn orientation(tiff: &[u8]) -> Option<u16> {
    const ORIENTATION_TAG: u16 = 0x0112;
    let little_endian = match tiff.get(..4)? {
        b"II\x2a\0" => true,
        b"MM\0\x2a" => false,
        _ => return None,
    };
    let number = |bytes: [u8; 2]| if little_endian { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) };
    let offset = *tiff.get(4..)?.first_chunk::<4>()?;
    let offset = if little_endian { u32::from_le_bytes(offset) } else { u32::from_be_bytes(offset) };
    let (count, entries) = tiff.get(usize::try_from(offset).ok()?..)?.split_first_chunk::<2>()?;
    entries
        .chunks_exact(12)
        .take(number(*count).into())
        .find(|entry| number([entry[0], entry[1]]) == ORIENTATION_TAG)
        .map(|entry| number([entry[8], entry[9]]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::dimensions;

    fn photograph(orientation: u8, little_endian: bool) -> Vec<u8> {
        let tiff: Vec<u8> = if little_endian {
            let entry = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
            [b"II\x2a\0\x08\0\0\0\x01\0", &entry[..]].concat()
        } else {
            let entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
            [b"MM\0\x2a\0\0\0\x08\0\x01", &entry[..]].concat()
        };
        let exif = [b"Exif\0\0", &tiff[..]].concat();
        let length = u8::try_from(exif.len() + 2).unwrap();
        let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xE1, 0, length];
        jpeg.extend(exif);
        // Height 3, width 4.
        jpeg.extend([0xFF, 0xC0, 0, 11, 8, 0, 3, 0, 4, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 2]);
        jpeg
    }

    #[test]
    fn an_upright_photograph_is_higher_than_wide() {
        for little_endian in [true, false] {
            assert_eq!(dimensions(&photograph(1, little_endian)), Some((4, 3)));
            assert_eq!(dimensions(&photograph(3, little_endian)), Some((4, 3)));
            assert_eq!(dimensions(&photograph(6, little_endian)), Some((3, 4)));
            assert_eq!(dimensions(&photograph(8, little_endian)), Some((3, 4)));
        }
    }

    #[test]
    fn a_photograph_that_is_cut_short_is_no_harm() {
        let whole = photograph(6, true);
        for length in 0..whole.len() {
            lies_on_its_side(&whole[..length]);
            dimensions(&whole[..length]);
        }
        assert!(!lies_on_its_side(&[0xFF, 0xD8, 0xFF, 0xE1, 0, 0]));
    }
}
