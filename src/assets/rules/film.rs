//! A film against the rules of its place.

use std::time::Duration;

use super::check::{self, Words};
use super::fault::AssetFault;
use super::place::{Bounds, FilmBounds, Place};
use crate::assets::asset::{AudioCodec, AudioTrack, Video, VideoCodec, VideoTrack};

const WORDS: Words = Words {
    thing: "film",
    too_large: "video-too-large",
    ratio: "video-ratio",
    advised: "video-ratio-advised",
};

/// What encoders add at the ends of tracks is no reason to refuse a film.
const PADDING: Duration = Duration::from_millis(100);

/// Rates of phones swing about their nominal value: 60 is measured as 60.1.
const SWING: f64 = 0.01;

/// All that it has against them.
pub(super) fn check(video: &Video, place: Place, bounds: &Bounds, of_film: &FilmBounds) -> Vec<AssetFault> {
    let mut faults = Vec::new();
    faults.extend(check::size(video.bytes, place, bounds, &WORDS));
    faults.extend(
        video
            .duration
            .and_then(|duration| length(duration, place, of_film)),
    );
    match &video.video {
        Some(track) => {
            let shown = track.shown;
            faults.extend(shown.and_then(|shown| check::shape(shown, place, bounds, &WORDS)));
            faults.extend(pictures(track, of_film));
        }
        None => faults.push(without_pictures(video)),
    }
    faults.extend(video.audio.iter().flat_map(|track| sound(track, of_film)));
    faults.extend(packing(video));
    faults
}

fn length(duration: Duration, place: Place, of_film: &FilmBounds) -> Option<AssetFault> {
    let (least, most) = of_film.duration;
    let message = format!(
        "the film runs {:.1} s; {place} must run {} to {} s",
        duration.as_secs_f64(),
        least.as_secs(),
        most.as_secs()
    );
    if duration + PADDING < least {
        return Some(AssetFault::fault(
            "video-too-short",
            message,
            "make it longer, or post a picture",
        ));
    }
    let long = duration > most + PADDING;
    long.then(|| AssetFault::fault("video-too-long", message, "cut it"))
}

/// A film without pictures is told from one whose pictures could not be read about.
fn without_pictures(video: &Video) -> AssetFault {
    if video.index_read {
        let message = "the film has no track with pictures that can be read".to_owned();
        return AssetFault::fault("video-no-pictures", message, "export it as MP4 with H.264");
    }
    let message = "the film's index was not seen, so its length and coding were not checked".to_owned();
    let fix = "export it with the index at the beginning (fast start), or upload it";
    AssetFault::warning("video-not-read", message, fix)
}

fn pictures(track: &VideoTrack, of_film: &FilmBounds) -> Vec<AssetFault> {
    let mut faults = Vec::new();
    if let VideoCodec::Other(codec) = &track.codec {
        let message = format!("the film's pictures are encoded as {codec}; Instagram takes H.264 and HEVC");
        faults.push(AssetFault::fault("video-codec", message, "export it with H.264"));
    }
    if let Some(shown) = track.shown.filter(|shown| shown.width > of_film.width) {
        let message = format!(
            "the film is {shown}; it may be {} pixels wide at most",
            of_film.width
        );
        faults.push(AssetFault::fault(
            "video-too-wide",
            message,
            "export it smaller, for example 1080×1920",
        ));
    }
    faults.extend(track.frame_rate.and_then(|rate| frame_rate(rate, of_film)));
    if track.chroma_420 == Some(false) {
        let message = "the film's colours are not sampled 4:2:0, which Instagram asks for".to_owned();
        faults.push(AssetFault::fault(
            "video-chroma",
            message,
            "export it with yuv420p colours",
        ));
    }
    if track.interlaced == Some(true) {
        let message = "the film is interlaced; Instagram takes progressive ones".to_owned();
        faults.push(AssetFault::fault(
            "video-interlaced",
            message,
            "export it deinterlaced",
        ));
    }
    if let Some(rate) = track.bit_rate.filter(|rate| *rate > of_film.bit_rate) {
        let (is, most) = (megabits(rate), megabits(of_film.bit_rate));
        let message = format!("the film has {is} Mbit/s; Instagram asks for {most} at most");
        faults.push(AssetFault::warning(
            "video-bit-rate",
            message,
            "export it with a lower bit rate",
        ));
    }
    faults
}

fn frame_rate(rate: f64, of_film: &FilmBounds) -> Option<AssetFault> {
    let (least, most) = of_film.frame_rate;
    if (least * (1.0 - SWING)..=most * (1.0 + SWING)).contains(&rate) {
        return None;
    }
    let message = format!("the film has {rate:.2} pictures a second; Instagram takes {least} to {most}");
    Some(AssetFault::fault(
        "video-frame-rate",
        message,
        "export it with 30 pictures a second",
    ))
}

fn megabits(rate: u64) -> String {
    format!("{}.{}", rate / 1_000_000, rate % 1_000_000 / 100_000)
}

fn sound(track: &AudioTrack, of_film: &FilmBounds) -> Vec<AssetFault> {
    let mut faults = Vec::new();
    if let AudioCodec::Other(codec) = &track.codec {
        let message = format!("the film's sound is encoded as {codec}; Instagram takes AAC");
        faults.push(AssetFault::fault(
            "video-audio-codec",
            message,
            "export it with AAC",
        ));
    }
    let bounds = [
        (
            "video-audio-rate",
            "samples a second",
            track.sample_rate.map(u64::from),
            of_film.sample_rate.into(),
        ),
        (
            "video-audio-channels",
            "channels",
            track.channels.map(u64::from),
            of_film.channels.into(),
        ),
        (
            "video-audio-bit-rate",
            "bit/s",
            track.bit_rate,
            of_film.audio_bit_rate,
        ),
    ];
    for (code, unit, is, most) in bounds {
        // A tenth more is how encoders meet a bit rate.
        if let Some(is) = is.filter(|is| *is > most + most / 10) {
            let message = format!("the film's sound has {is} {unit}; Instagram asks for {most} at most");
            faults.push(AssetFault::warning(
                code,
                message,
                "export it with AAC, 48 kHz, stereo, 128 kbit/s",
            ));
        }
    }
    faults
}

/// Meta asks for these; whether it refuses without them is not documented.
fn packing(video: &Video) -> Vec<AssetFault> {
    let found = [
        (
            video.index_first == Some(false),
            "video-index-last",
            "the film's index (moov) comes after its data; Instagram asks for it first",
            "export it for the web (fast start): ffmpeg -i in.mp4 -c copy -movflags +faststart out.mp4",
        ),
        (
            video.edit_list,
            "video-edit-list",
            "the film has an edit list; Instagram asks for none",
            "most play well all the same; to be sure: ffmpeg -i in.mp4 -c copy -use_editlist 0 out.mp4",
        ),
        (
            video.fragmented,
            "video-fragmented",
            "the film is in fragments, as for streaming; Instagram asks for one index",
            "join it: ffmpeg -i in.mp4 -c copy -movflags +faststart out.mp4",
        ),
    ];
    let said = found.into_iter().filter(|(is, ..)| *is);
    said.map(|(_, code, message, fix)| AssetFault::warning(code, message.to_owned(), fix))
        .collect()
}
