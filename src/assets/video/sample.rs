//! What a track's samples are encoded with: the first entry of its sample descriptions (`stsd`).

use mp4_atom::{Avcc, Decode, Esds, Fiel, Hvcc, Visual};

use super::boxes::{Part, find, leaf, nesting_leaf, parts};
use crate::assets::asset::{AudioCodec, AudioTrack, Dimensions, VideoCodec};

/// What an entry tells of pictures.
pub(super) struct Pictures {
    pub(super) codec: VideoCodec,
    pub(super) coded: Dimensions,
    pub(super) chroma_420: Option<bool>,
    pub(super) interlaced: Option<bool>,
}

/// Where the entry's own boxes begin, after its fixed fields.
const AFTER_VISUAL: usize = 78;
const AFTER_AUDIO: usize = 28;

/// Kinds of MPEG-4 sound that are AAC: 14496-3, and the three profiles of 13818-7.
const AAC: [u8; 4] = [0x40, 0x66, 0x67, 0x68];

/// Profiles of H.264 that know only 4:2:0: baseline, main, extended.
const ONLY_420: [u8; 3] = [66, 77, 88];

/// A version, a count, and then the entries; a track that changes its coding half-way is judged by how it begins.
pub(super) fn first_entry(descriptions: &[u8]) -> Option<Part<'_>> {
    parts(descriptions.get(8..)?).next()
}

/// Of an entry of pictures.
pub(super) fn pictures(entry: Part<'_>) -> Option<Pictures> {
    let visual = Visual::decode(&mut { entry.body }).ok()?;
    let inside = entry.body.get(AFTER_VISUAL..).unwrap_or_default();
    let (codec, chroma_420) = match &entry.name {
        b"avc1" | b"avc3" => (
            VideoCodec::H264,
            leaf(inside, &[b"avcC"]).and_then(|config| is_420(&config)),
        ),
        b"hvc1" | b"hev1" => {
            let config: Option<Hvcc> = leaf(inside, &[b"hvcC"]);
            (
                VideoCodec::Hevc,
                config.map(|config| config.chroma_format_idc == 1),
            )
        }
        other => (VideoCodec::Other(code(*other)), None),
    };
    let fields: Option<Fiel> = leaf(inside, &[b"fiel"]);
    Some(Pictures {
        codec,
        coded: Dimensions::new(visual.width.into(), visual.height.into()),
        chroma_420,
        interlaced: fields.map(|fields| fields.field_count == 2),
    })
}

fn is_420(config: &Avcc) -> Option<bool> {
    match &config.ext {
        Some(further) => Some(further.chroma_format == 1),
        None => ONLY_420.contains(&config.avc_profile_indication).then_some(true),
    }
}

/// Of an entry of sound, in a track whose second has `scale` units. `QuickTime`'s second version writes its numbers
/// elsewhere, and rates above 65,535 do not fit: then the scale is the rate.
pub(super) fn sound(entry: Part<'_>, scale: u32) -> Option<AudioTrack> {
    let version = number(entry.body, 8)?;
    let further = match version {
        0 => AFTER_AUDIO,
        1 => AFTER_AUDIO + 16,
        _ => AFTER_AUDIO + 36,
    };
    let inside = entry.body.get(further..).unwrap_or_default();
    let config = find(inside, *b"wave").unwrap_or(inside);
    let esds: Option<Esds> = nesting_leaf(config, &[b"esds"]);
    let rate = number(entry.body, 24).filter(|rate| *rate > 0 && version < 2);
    let bits = esds
        .as_ref()
        .map(|esds| u64::from(esds.es_desc.dec_config.avg_bitrate));
    Some(AudioTrack {
        codec: codec(entry.name, esds.as_ref()),
        channels: number(entry.body, 16).filter(|_| version < 2).map(u32::from),
        sample_rate: Some(rate.map_or(scale, u32::from)),
        bit_rate: bits.filter(|bits| *bits > 0),
    })
}

fn codec(name: [u8; 4], esds: Option<&Esds>) -> AudioCodec {
    let kind = esds.map(|esds| esds.es_desc.dec_config.object_type_indication);
    match (&name, kind) {
        (b"mp4a", Some(kind)) if !AAC.contains(&kind) => AudioCodec::Other(format!("mp4a.{kind:02x}")),
        (b"mp4a", _) => AudioCodec::Aac,
        _ => AudioCodec::Other(code(name)),
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    let (number, _) = bytes.get(at..)?.split_first_chunk::<2>()?;
    Some(u16::from_be_bytes(*number))
}

fn code(name: [u8; 4]) -> String {
    name.escape_ascii().to_string()
}
