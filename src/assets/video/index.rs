//! A film's index (`moov`): how long it runs, and its tracks.

use std::time::Duration;

use mp4_atom::{Mehd, Mvhd};

use super::boxes::{find, leaf, parts};
use super::track::{self, Track};
use crate::assets::asset::Video;

/// Adds what the index tells.
pub(super) fn add(index: &[u8], video: &mut Video) {
    let tracks: Vec<&[u8]> = parts(index)
        .filter(|part| part.name == *b"trak")
        .map(|part| part.body)
        .collect();
    video.index_read = true;
    video.fragmented |= find(index, *b"mvex").is_some();
    video.edit_list = tracks.iter().any(|track| track::has_edits(track));
    video.duration = duration(index, &tracks);
    for track in tracks {
        match track::read(track) {
            Some(Track::Pictures(pictures)) if video.video.is_none() => video.video = Some(pictures),
            Some(Track::Sound(sound)) if video.audio.is_none() => video.audio = Some(sound),
            _ => {}
        }
    }
}

/// As the film says, or its fragments' head, or its longest track. Zero is what writers of fragments put where they do
/// not know yet, and tells nothing.
fn duration(index: &[u8], tracks: &[&[u8]]) -> Option<Duration> {
    let head: Option<Mvhd> = leaf(index, &[b"mvhd"]);
    let told = |duration: &Duration| !duration.is_zero();
    let film = head
        .as_ref()
        .and_then(|head| seconds(head.duration, head.timescale));
    let fragments = head.and_then(|head| {
        let all: Mehd = leaf(index, &[b"mvex", b"mehd"])?;
        seconds(all.fragment_duration, head.timescale)
    });
    let longest = tracks.iter().filter_map(|track| track::duration(track)).max();
    [film, fragments, longest].into_iter().flatten().find(told)
}

/// So many units of which a second has `scale`.
pub(super) fn seconds(units: u64, scale: u32) -> Option<Duration> {
    let micros = u128::from(units) * 1_000_000 / u128::from(std::num::NonZeroU32::new(scale)?.get());
    u64::try_from(micros).ok().map(Duration::from_micros)
}
