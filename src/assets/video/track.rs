//! One track of a film: what it is of, how large, how fast.

use std::time::Duration;

use mp4_atom::{Elst, Matrix, Mdhd, Stsz, StszSamples, Stts, Tkhd};

use super::boxes::{leaf, within};
use super::index::seconds;
use super::sample::{self, Pictures};
use crate::assets::asset::{AudioTrack, Dimensions, VideoTrack};

/// A track of a kind that people see or hear.
pub(super) enum Track {
    Pictures(VideoTrack),
    Sound(AudioTrack),
}

/// Of a track's timing.
struct Pace {
    scale: u32,
    samples: u64,
    units: u64,
}

/// What the track is; `None` for texts, metadata and what cannot be read.
pub(super) fn read(track: &[u8]) -> Option<Track> {
    let handler = within(track, &[b"mdia", b"hdlr"])?.get(8..12)?;
    let entry = sample::first_entry(within(track, &[b"mdia", b"minf", b"stbl", b"stsd"])?)?;
    match handler {
        b"vide" => Some(Track::Pictures(pictures(track, sample::pictures(entry)?))),
        b"soun" => {
            let mut sound = sample::sound(entry, leaf::<Mdhd>(track, &[b"mdia", b"mdhd"])?.timescale)?;
            sound.bit_rate = sound.bit_rate.or_else(|| bit_rate(track));
            Some(Track::Sound(sound))
        }
        _ => None,
    }
}

/// How long the track says that it runs.
pub(super) fn duration(track: &[u8]) -> Option<Duration> {
    let head: Mdhd = leaf(track, &[b"mdia", b"mdhd"])?;
    seconds(head.duration, head.timescale)
}

/// Whether something is cut, moved or repeated when it is shown.
pub(super) fn has_edits(track: &[u8]) -> bool {
    leaf::<Elst>(track, &[b"edts", b"elst"]).is_some_and(|list| !list.entries.is_empty())
}

fn pictures(track: &[u8], of: Pictures) -> VideoTrack {
    let head: Option<Tkhd> = leaf(track, &[b"tkhd"]);
    let turned = head.as_ref().map_or(0, |head| turned(&head.matrix));
    let stated = head
        .filter(|head| !head.size_is_aspect_ratio)
        .map(|head| Dimensions::new(head.width.integer().into(), head.height.integer().into()));
    let upright = stated
        .into_iter()
        .chain([of.coded])
        .find(|size| size.pixels() > 0);
    let shown = upright.map(|size| {
        if turned.is_multiple_of(180) {
            size
        } else {
            size.turned()
        }
    });
    VideoTrack {
        codec: of.codec,
        shown,
        turned,
        frame_rate: pace(track).and_then(|pace| pace.frame_rate()),
        bit_rate: bit_rate(track),
        chroma_420: of.chroma_420,
        interlaced: of.interlaced,
    }
}

/// By how many degrees the matrix turns: phones write one of these four.
fn turned(matrix: &Matrix) -> u16 {
    match (matrix.a.signum(), matrix.b.signum()) {
        (0, 1) => 90,
        (-1, 0) => 180,
        (0, -1) => 270,
        _ => 0,
    }
}

fn pace(track: &[u8]) -> Option<Pace> {
    let scale = leaf::<Mdhd>(track, &[b"mdia", b"mdhd"])?.timescale;
    let times: Stts = leaf(track, &[b"mdia", b"minf", b"stbl", b"stts"])?;
    let mut pace = Pace {
        scale,
        samples: 0,
        units: 0,
    };
    for entry in times.entries {
        let (count, delta) = (u64::from(entry.sample_count), u64::from(entry.sample_delta));
        pace.samples = pace.samples.saturating_add(count);
        pace.units = pace.units.saturating_add(count.saturating_mul(delta));
    }
    Some(pace)
}

impl Pace {
    /// Of one picture nothing can be said.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a rate of pictures needs no more than 52 bits"
    )]
    fn frame_rate(&self) -> Option<f64> {
        let pictures = self.samples as f64 * f64::from(self.scale);
        (self.samples > 1 && self.units > 0).then(|| pictures / self.units as f64)
    }
}

fn bit_rate(track: &[u8]) -> Option<u64> {
    let sizes: Stsz = leaf(track, &[b"mdia", b"minf", b"stbl", b"stsz"])?;
    let bytes = match sizes.samples {
        StszSamples::Identical { count, size } => u64::from(count) * u64::from(size),
        StszSamples::Different { sizes } => sizes.into_iter().map(u64::from).sum(),
    };
    let millis = u64::try_from(duration(track)?.as_millis()).ok()?;
    bytes
        .saturating_mul(8_000)
        .checked_div(millis)
        .filter(|rate| *rate > 0)
}
