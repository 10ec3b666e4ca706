//! How large a picture is shown, so that a page keeps its place while pictures load.
//!
//! Only the start of a picture is looked at; nothing is decoded, and a picture that cannot be
//! measured is simply one without a size. Only formats that browsers show are known: a HEIC
//! photograph has no size here.

mod orientation;
mod svg;

use std::path::Path;

use imagesize::{Compression, ImageType};

/// Width and height in CSS pixels, both at least 1, as the browser shows the picture: a
/// photograph taken upright is higher than wide, whatever way its pixels are stored.
pub fn dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    let Ok(image_type) = imagesize::image_type(bytes) else { return svg::dimensions(bytes) };
    let known = [ImageType::Png, ImageType::Jpeg, ImageType::Gif, ImageType::Webp, ImageType::Heif(Compression::Av1)];
    if !known.contains(&image_type) {
        return None;
    }
    let size = imagesize::blob_size(bytes).ok()?;
    let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
    let lies_on_its_side = image_type == ImageType::Jpeg && orientation::lies_on_its_side(bytes);
    let shown = if lies_on_its_side { (height, width) } else { (width, height) };
    (width > 0 && height > 0).then_some(shown)
}

/// What a page that shows a file, or leads to it, says of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FileFacts {
    /// Its size in pixels, when it is a picture that can be measured.
    pub pixels: Option<(u32, u32)>,
    /// How much there is to load.
    pub size_bytes: u64,
}

/// The facts of a file on disk, of that many bytes. Only what its name calls a picture is read: a
/// film is not.
pub fn file_facts(path: &Path, size_bytes: u64) -> FileFacts {
    const PICTURES: [&str; 7] = ["png", "jpg", "jpeg", "gif", "webp", "avif", "svg"];
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let bytes = if PICTURES.contains(&&*ending) { std::fs::read(path).ok() } else { None };
    FileFacts { pixels: bytes.as_deref().and_then(dimensions), size_bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    #[test]
    fn the_formats_of_the_web_are_measured() {
        assert_eq!(dimensions(&png(640, 480)), Some((640, 480)));
        assert_eq!(dimensions(b"GIF89a\x10\0\x20\0\0\0\0\0\0\0"), Some((16, 32)));
        let webp = b"RIFF\x1a\0\0\0WEBPVP8 \x0e\0\0\0\x30\x01\0\x9d\x01\x2a\x40\x01\xf0\0\0\0\0\0";
        assert_eq!(dimensions(webp), Some((320, 240)));
        assert_eq!(dimensions(br#"<svg viewBox="0 0 24 12"/>"#), Some((24, 12)));
        assert_eq!(dimensions(&avif(100, 50)), Some((100, 50)));
    }

    #[test]
    fn a_picture_without_a_size_has_none() {
        assert_eq!(dimensions(&png(0, 480)), None);
        assert_eq!(dimensions(&png(640, 480)[..18]), None);
        assert_eq!(dimensions(b""), None);
        assert_eq!(dimensions("Ceci n’est pas une image".as_bytes()), None);
        assert_eq!(file_facts(Path::new("absent.png"), 0), FileFacts::default());
    }

    /// The boxes that lead to the size, and no picture.
    fn avif(width: u32, height: u32) -> Vec<u8> {
        fn boxed(tag: &str, content: &[u8]) -> Vec<u8> {
            let mut bytes = (u32::try_from(content.len()).unwrap() + 8).to_be_bytes().to_vec();
            bytes.extend(tag.as_bytes());
            bytes.extend(content);
            bytes
        }
        let size = [[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat();
        let properties = boxed("iprp", &boxed("ipco", &boxed("ispe", &size)));
        let meta = boxed("meta", &[&[0; 4][..], &properties].concat());
        [boxed("ftyp", b"avif\0\0\0\0avifmif1"), meta, boxed("mdat", &[0; 8])].concat()
    }
}
