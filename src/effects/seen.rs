//! What was found out about a post's files, and what follows from it.

use crate::assets::Asset;
use crate::assets::rules::{AssetFault, Place, check, check_together};
use crate::domain::post::{Fault, PostKind, Warning};

/// A file of a post that was looked at.
pub(super) struct Seen {
    /// Which of the post's media; none: the cover.
    at: Option<usize>,
    /// What it is, if that could be told.
    asset: Option<Asset>,
    faults: Vec<Fault>,
    warnings: Vec<Warning>,
}

/// All that there is to say of a post before it is taken.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Rules that it breaks.
    pub(super) faults: Vec<Fault>,
    /// What is to be known of it otherwise.
    pub(super) warnings: Vec<Warning>,
}

impl Seen {
    /// A file that was looked at, judged by its place.
    pub(super) fn of(at: Option<usize>, pointer: &str, asset: Asset, place: Place) -> Self {
        let (faults, warnings): (Vec<_>, Vec<_>) =
            check(&asset, place).into_iter().partition(AssetFault::is_fault);
        let fault = |found: AssetFault| Fault {
            pointer: pointer.to_owned(),
            code: found.code,
            message: said(&found),
        };
        Self {
            at,
            faults: faults.into_iter().map(fault).collect(),
            warnings: warnings.iter().map(|found| warning(pointer, found)).collect(),
            asset: Some(asset),
        }
    }

    /// A file that could not be looked at.
    pub(super) fn unseen(at: Option<usize>, pointer: &str, code: &'static str, message: String) -> Self {
        let pointer = pointer.to_owned();
        let fault = Fault {
            pointer,
            code,
            message,
        };
        Self {
            at,
            asset: None,
            faults: vec![fault],
            warnings: Vec::new(),
        }
    }
}

impl Findings {
    /// Adds what was seen of the files, each alone and beside each other.
    pub(super) fn add(&mut self, kind: PostKind, mut seen: Vec<Seen>) {
        // The cover last.
        seen.sort_by_key(|one| one.at.unwrap_or(usize::MAX));
        if kind == PostKind::Carousel {
            self.warnings.extend(cropped(&seen));
        }
        for one in seen {
            self.faults.extend(one.faults);
            self.warnings.extend(one.warnings);
        }
    }
}

/// What the first file's shape does to those that were seen beside it.
fn cropped(seen: &[Seen]) -> Vec<Warning> {
    let files = seen.iter().filter_map(|one| Some((one.at?, one.asset.as_ref()?)));
    let (places, assets): (Vec<usize>, Vec<&Asset>) = files.unzip();
    if places.first() != Some(&0) {
        return Vec::new();
    }
    let found = check_together(&assets).into_iter();
    found
        .filter_map(|(nth, found)| Some((places.get(nth)?, found)))
        .map(|(at, found)| warning(&format!("/media/{at}"), &found))
        .collect()
}

fn warning(pointer: &str, found: &AssetFault) -> Warning {
    Warning {
        pointer: pointer.to_owned(),
        code: found.code.to_owned(),
        message: said(found),
    }
}

fn said(found: &AssetFault) -> String {
    format!("{}; {}", found.message, found.fix)
}
