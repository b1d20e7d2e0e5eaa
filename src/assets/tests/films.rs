use std::time::Duration;

use proptest::prelude::*;
use rstest::rstest;

use super::files::video;
use super::film::{Film, Sound, bx};
use crate::assets::{
    Asset, AudioCodec, Container, Dimensions, VideoCodec, inspect, inspect_beginning, inspect_file,
};

#[test]
fn a_film_is_what_its_boxes_say() {
    let bytes = Film::default().write();
    let found = video(&bytes);
    assert_eq!((found.container, found.brand.as_str()), (Container::Mp4, "isom"));
    assert_eq!(
        (found.bytes, found.duration),
        (Some(bytes.len() as u64), Some(Duration::from_secs(10)))
    );
    assert_eq!((found.index_first, found.index_read), (Some(true), true));
    assert!(!found.fragmented && !found.edit_list);
    let pictures = found.video.unwrap();
    assert_eq!(
        (pictures.codec, pictures.shown),
        (VideoCodec::H264, Some(Dimensions::new(1080, 1920)))
    );
    assert_eq!(
        (pictures.frame_rate, pictures.bit_rate),
        (Some(30.0), Some(4_800_000))
    );
    assert_eq!((pictures.chroma_420, pictures.interlaced), (Some(true), None));
    let sound = found.audio.unwrap();
    assert_eq!((sound.codec, sound.channels), (AudioCodec::Aac, Some(2)));
    assert_eq!((sound.sample_rate, sound.bit_rate), (Some(48_000), Some(128_000)));
}

#[rstest]
#[case(0, (1920, 1080))]
#[case(90, (1080, 1920))]
#[case(180, (1920, 1080))]
#[case(270, (1080, 1920))]
fn a_film_has_the_shape_that_people_see(#[case] turned: u16, #[case] (width, height): (u32, u32)) {
    let pictures = video(
        &Film {
            size: (1920, 1080),
            turned,
            ..Film::default()
        }
        .write(),
    )
    .video
    .unwrap();
    assert_eq!(
        (pictures.shown, pictures.turned),
        (Some(Dimensions::new(width, height)), turned)
    );
}

#[test]
fn a_mov_of_a_phone_is_read() {
    let sound = Sound {
        quicktime: true,
        channels: 1,
        rate: 44_100,
        ..Sound::default()
    };
    let film = Film {
        brand: *b"qt  ",
        codec: *b"hvc1",
        sound: Some(sound),
        index_first: false,
        edits: true,
        fields: Some(1),
        ..Film::default()
    };
    let found = video(&film.write());
    assert_eq!((found.container, found.brand.as_str()), (Container::Mov, "qt"));
    assert_eq!((found.index_first, found.edit_list), (Some(false), true));
    let pictures = found.video.unwrap();
    assert_eq!(
        (pictures.codec, pictures.chroma_420),
        (VideoCodec::Hevc, Some(true))
    );
    assert_eq!(pictures.interlaced, Some(false));
    let sound = found.audio.unwrap();
    assert_eq!(
        (sound.codec, sound.channels, sound.sample_rate),
        (AudioCodec::Aac, Some(1), Some(44_100))
    );
}

#[test]
fn other_codings_keep_their_codes() {
    let sound = Sound {
        kind: 0x6b,
        ..Sound::default()
    };
    let film = Film {
        codec: *b"vp09",
        chroma: 2,
        sound: Some(sound),
        fields: Some(2),
        ..Film::default()
    };
    let found = video(&film.write());
    let pictures = found.video.unwrap();
    assert_eq!(pictures.codec, VideoCodec::Other("vp09".to_owned()));
    assert_eq!(pictures.interlaced, Some(true));
    assert_eq!(
        found.audio.unwrap().codec,
        AudioCodec::Other("mp4a.6b".to_owned())
    );
    let pictures = video(
        &Film {
            chroma: 2,
            ..Film::default()
        }
        .write(),
    )
    .video
    .unwrap();
    assert_eq!(pictures.chroma_420, Some(false));
}

#[test]
fn a_film_in_fragments_and_one_without_sound_are_seen() {
    let found = video(
        &Film {
            fragmented: true,
            sound: None,
            ..Film::default()
        }
        .write(),
    );
    assert!(found.fragmented && found.audio.is_none());
    assert_eq!(
        found.duration,
        Some(Duration::from_secs(10)),
        "of the track, where the film says nothing"
    );
}

#[test]
fn a_length_that_nobody_wrote_is_unknown_and_not_zero() {
    let film = Film {
        fragmented: true,
        seconds: 0,
        ..Film::default()
    };
    assert_eq!(video(&film.write()).duration, None);
    let told = Film {
        fragment_head: Some(7_000),
        ..film
    };
    assert_eq!(video(&told.write()).duration, Some(Duration::from_secs(7)));
}

#[test]
fn a_strange_box_hides_none_of_the_others() {
    let strange = bx(
        *b"trak",
        &[&bx(*b"tkhd", &[b"x"]), &[0, 0, 0, 3, b'a', b'b', b'c', b'd']],
    );
    let film = Film::default();
    let index = bx(*b"moov", &[&strange, &film.index()[8..]]);
    let bytes = [bx(*b"ftyp", &[b"mp42", &[0; 4]]), index, bx(*b"mdat", &[&[0; 9]])].concat();
    let found = video(&bytes);
    assert_eq!(found.video.unwrap().shown, Some(Dimensions::new(1080, 1920)));
}

#[test]
fn a_film_that_ends_too_early_is_cut_off() {
    for film in [
        Film::default(),
        Film {
            index_first: false,
            ..Film::default()
        },
    ] {
        let bytes = film.write();
        for kept in [40, bytes.len() / 2, bytes.len() - 1] {
            let error = inspect(&bytes[..kept]).unwrap_err();
            assert_eq!(error.code(), "media-cut-off", "{kept} of {}", bytes.len());
        }
    }
}

#[test]
fn a_recording_that_was_never_finished_is_cut_off() {
    let bytes = [bx(*b"ftyp", &[b"mp42", &[0; 4]]), bx(*b"mdat", &[&[0; 900]])].concat();
    assert_eq!(inspect(&bytes).unwrap_err().code(), "media-cut-off");
}

#[test]
fn data_that_go_on_to_the_end_are_no_fault() {
    let film = Film::default();
    let bytes = [
        bx(*b"ftyp", &[b"mp42", &[0; 4]]),
        film.index(),
        b"\0\0\0\0mdat".to_vec(),
        vec![7; 99],
    ]
    .concat();
    assert!(video(&bytes).index_read);
}

#[test]
fn the_beginning_of_a_film_tells_what_its_index_says() {
    let bytes = Film::default().write();
    let total = Some(90_000_000);
    let data = [
        &bytes[..bytes.len() - 72],
        &90_000_000_u32.to_be_bytes(),
        b"mdat",
        &[0; 64],
    ]
    .concat();
    let Ok(Asset::Video(found)) = inspect_beginning(&data, None) else {
        panic!()
    };
    assert_eq!(
        (found.index_read, found.index_first, found.bytes),
        (true, Some(true), None)
    );
    let last = Film {
        index_first: false,
        ..Film::default()
    }
    .write();
    let Ok(Asset::Video(found)) = inspect_beginning(&last[..60], total) else {
        panic!()
    };
    assert_eq!(
        (found.index_read, found.index_first, found.bytes),
        (false, Some(false), total)
    );
    assert!(found.video.is_none() && found.duration.is_none());
}

#[test]
fn a_film_on_disk_is_read_like_one_in_memory() {
    let bytes = Film {
        index_first: false,
        ..Film::default()
    }
    .write();
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, &bytes).unwrap();
    assert_eq!(inspect_file(&mut file).unwrap(), inspect(&bytes).unwrap());
}

/// A film with nothing but this sample description.
fn film_of(handler: [u8; 4], entry: &[u8]) -> Vec<u8> {
    let table = bx(*b"stbl", &[&bx(*b"stsd", &[&[0; 8], entry])]);
    let handler = bx(*b"hdlr", &[&[0; 8], &handler, &[0; 12]]);
    let head = bx(*b"mdhd", &[&[0; 12], &48_000_u32.to_be_bytes(), &[0; 8]]);
    let media = bx(*b"mdia", &[&head, &handler, &bx(*b"minf", &[&table])]);
    let index = bx(*b"moov", &[&bx(*b"trak", &[&media])]);
    [bx(*b"ftyp", &[b"mp42", &[0; 4]]), index].concat()
}

#[test]
fn boxes_within_boxes_use_up_no_stack() {
    let mut deep = Vec::new();
    let names = [
        b"moov", b"trak", b"mdia", b"minf", b"stbl", b"avc1", b"wave", b"meta",
    ];
    for name in names.into_iter().cycle().take(4_000) {
        deep = bx(*name, &[&deep]);
    }
    let film = film_of(*b"vide", &bx(*b"avc1", &[&[0; 78], &deep]));
    assert_eq!(video(&film).video.unwrap().codec, VideoCodec::H264);
}

#[test]
fn descriptors_within_descriptors_use_up_no_stack() {
    // From the inside out, and so backwards: a stream's descriptor in its decoder's, and again.
    let mut backwards: Vec<u8> = Vec::new();
    for (tag, fields) in [(4, 13), (3, 3)].into_iter().cycle().take(40_000) {
        backwards.extend(vec![0; fields]);
        let length = backwards.len();
        backwards.extend((0..4).map(|group| {
            let seven = u8::try_from(length >> (7 * group) & 0x7f).unwrap();
            if group == 0 { seven } else { seven | 0x80 }
        }));
        backwards.push(tag);
    }
    backwards.reverse();
    let config = bx(*b"esds", &[&[0; 4], &backwards]);
    let film = film_of(*b"soun", &bx(*b"mp4a", &[&[0; 28], &config]));
    assert_eq!(video(&film).audio.unwrap().codec, AudioCodec::Aac);
}

#[test]
fn a_file_of_nothing_but_small_boxes_comes_to_an_end() {
    let bytes = [
        bx(*b"ftyp", &[b"mp42", &[0; 4]]),
        bx(*b"free", &[]).repeat(100_001),
    ]
    .concat();
    assert_eq!(inspect(&bytes).unwrap_err().code(), "media-damaged");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_anywhere_is_never_a_panic(changes: Vec<(u16, u8)>, kept in 1_usize..3_000) {
        let mut bytes = Film { edits: true, ..Film::default() }.write();
        for (at, byte) in changes {
            let at = usize::from(at) % bytes.len();
            bytes[at] = byte;
        }
        bytes.truncate(kept);
        inspect(&bytes).ok();
        inspect_beginning(&bytes, None).ok();
    }
}
