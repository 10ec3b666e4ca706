//! The next byte of a kind in a text, eight bytes at a time: what is looked for stands far apart, and
//! every byte of every page is looked at.

/// Eight times the same byte.
#[inline]
pub(crate) const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The highest bit of each byte, which says of it whether it is of a kind.
const HIGHEST: u64 = all(0x80);

/// Where the first byte of a kind stands. `of_kind` looks at eight bytes at once and raises the
/// highest bit of those that are; a zero byte never is.
#[inline]
pub(crate) fn first(bytes: &[u8], of_kind: impl Fn(u64) -> u64) -> Option<usize> {
    let (eights, rest) = bytes.as_chunks::<8>();
    let place = |found: u64| (found & HIGHEST != 0).then(|| (found & HIGHEST).trailing_zeros() as usize / 8);
    for (at, eight) in eights.iter().enumerate() {
        if let Some(place) = place(of_kind(u64::from_le_bytes(*eight))) {
            return Some(at * 8 + place);
        }
    }
    let last = rest.iter().rev().fold(0, |last, byte| last << 8 | u64::from(*byte));
    place(of_kind(last)).map(|place| eights.len() * 8 + place)
}

/// Where a byte other than 0 stands. As `memchr`, which takes longer over a few words: it first chooses how to look.
#[inline]
pub(crate) fn position(bytes: &[u8], byte: u8) -> Option<usize> {
    first(bytes, |eight| equal(eight, byte))
}

/// Everywhere that a byte stands.
#[inline]
pub(crate) fn positions(bytes: &[u8], byte: u8) -> impl Iterator<Item = usize> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let at = start + position(&bytes[start..], byte)?;
        start = at + 1;
        Some(at)
    })
}

/// The bytes under `below`, which is at most 0x80.
#[inline]
fn ascii_below(eight: u64, below: u8) -> u64 {
    !(((eight & !HIGHEST) + all(0x80 - below)) | eight)
}

/// The bytes that are `byte`.
#[inline]
pub(crate) fn equal(eight: u64, byte: u8) -> u64 {
    ascii_below(eight ^ all(byte), 1)
}

/// The bytes from `from` to `to`, both included and under 0x80.
#[inline]
pub(crate) fn ascii_between(eight: u64, from: u8, to: u8) -> u64 {
    ascii_below(eight, to + 1) & !ascii_below(eight, from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_of_a_kind_is_found_wherever_it_stands() {
        fn check(of_kind: impl Fn(u64) -> u64, is: impl Fn(u8) -> bool) {
            for (byte, at) in (0..=255).flat_map(|byte| (0..20).map(move |at| (byte, at))) {
                let mut bytes = [b'a'; 20];
                bytes[at] = byte;
                assert_eq!(first(&bytes, &of_kind), is(byte).then_some(at), "{byte:#x} at {at}");
                assert_eq!(first(&bytes[..at], &of_kind), None);
            }
        }
        check(|eight| equal(eight, b'@'), |byte| byte == b'@');
        check(|eight| equal(eight, 0xe2), |byte| byte == 0xe2);
        check(|eight| ascii_between(eight, b'!', b'?'), |byte| (b'!'..=b'?').contains(&byte));
    }

    #[test]
    fn every_place_of_a_byte_is_found() {
        let text = "aéa’ a\u{202f}a é, bb a".repeat(3);
        for (byte, length) in (1..=255).flat_map(|byte| (0..text.len()).map(move |length| (byte, length))) {
            let bytes = &text.as_bytes()[..length];
            assert!(positions(bytes, byte).eq(memchr::memchr_iter(byte, bytes)), "{byte:#x} {length}");
        }
    }
}
