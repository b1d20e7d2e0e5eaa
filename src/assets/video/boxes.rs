//! Boxes: a length, a name of four letters, and what is inside.

use mp4_atom::{Atom, DecodeMaybe, Header};

/// A leaf that may nest descriptors is not read if it is longer: no honest one is.
const LONGEST_NESTING: usize = 512;

/// A box.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    /// Its name.
    pub(super) name: [u8; 4],
    /// What is inside.
    pub(super) body: &'a [u8],
}

/// The boxes that stand side by side here, up to the first that cannot be one.
pub(super) fn parts(mut bytes: &[u8]) -> impl Iterator<Item = Part<'_>> {
    std::iter::from_fn(move || {
        let header = Header::decode_maybe(&mut bytes).ok()??;
        let (body, rest) = bytes.split_at_checked(header.size.unwrap_or(bytes.len()))?;
        bytes = rest;
        Some(Part {
            name: header.kind.into(),
            body,
        })
    })
}

/// What is inside the first box with this name.
pub(super) fn find(bytes: &[u8], name: [u8; 4]) -> Option<&[u8]> {
    parts(bytes).find(|part| part.name == name).map(|part| part.body)
}

/// What is inside the box at the end of this path.
pub(super) fn within<'a>(bytes: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    path.iter().try_fold(bytes, |inside, name| find(inside, **name))
}

/// Reads a leaf at the end of a path.
pub(super) fn leaf<T: Atom>(bytes: &[u8], path: &[&[u8; 4]]) -> Option<T> {
    T::decode_body(&mut within(bytes, path)?).ok()
}

/// Reads a leaf that may nest.
pub(super) fn nesting_leaf<T: Atom>(bytes: &[u8], path: &[&[u8; 4]]) -> Option<T> {
    let mut body = within(bytes, path).filter(|body| body.len() <= LONGEST_NESTING)?;
    T::decode_body(&mut body).ok()
}
