use rstest::rstest;

use super::files::{image, jpeg, png, video};
use super::film::{Film, Sound};
use crate::assets::rules::{AssetFault, Place, Severity, bounds, check, check_together};
use crate::assets::{Asset, Dimensions, Format, Image, Video};

fn codes(faults: &[AssetFault]) -> Vec<(&'static str, bool)> {
    faults
        .iter()
        .map(|fault| (fault.code, fault.is_fault()))
        .collect()
}

fn picture(width: u32, height: u32) -> Image {
    Image {
        bytes: 200_000,
        format: Format::Jpeg,
        shown: Some(Dimensions::new(width, height)),
        orientation: 1,
        animated: false,
        several: false,
        for_print: false,
    }
}

fn of_picture(image: Image, place: Place) -> Vec<(&'static str, bool)> {
    codes(&check(&Asset::Image(image), place))
}

fn of_film(film: &Film, place: Place) -> Vec<(&'static str, bool)> {
    codes(&check(&Asset::Video(video(&film.write())), place))
}

fn of_video(change: impl FnOnce(&mut Video), place: Place) -> Vec<(&'static str, bool)> {
    let mut found = video(&Film::default().write());
    change(&mut found);
    codes(&check(&Asset::Video(found), place))
}

#[rstest]
#[case::square(1080, 1080, &[])]
#[case::tallest(1080, 1350, &[])]
#[case::too_tall(1080, 1351, &[("image-ratio", true)])]
#[case::widest(1337, 700, &[])]
#[case::too_wide(1338, 700, &[("image-ratio", true)])]
#[case::small(319, 319, &[("image-too-narrow", false)])]
#[case::narrowest(320, 320, &[])]
#[case::large(1440, 1440, &[])]
#[case::larger(1441, 1441, &[("image-too-wide", false)])]
fn a_feed_picture_is_measured(#[case] width: u32, #[case] height: u32, #[case] expected: &[(&str, bool)]) {
    for place in [Place::FeedImage, Place::CarouselImage] {
        assert_eq!(of_picture(picture(width, height), place), expected);
    }
}

#[test]
fn a_fault_says_what_was_measured_the_bound_and_a_fix() {
    let faults = check(&Asset::Image(picture(3000, 1000)), Place::FeedImage);
    assert_eq!(
        faults[0].message,
        "the picture is 3.00:1 (3000×1000); a picture post must be between 4:5 and 1.91:1"
    );
    assert_eq!(faults[0].fix, "crop it, for example to 1910×1000");
    let faults = check(&Asset::Image(picture(1000, 3000)), Place::FeedImage);
    assert_eq!(faults[0].fix, "crop it, for example to 1000×1250");
    let large = Image {
        bytes: 9_000_000,
        ..picture(1080, 1080)
    };
    let faults = check(&Asset::Image(large), Place::FeedImage);
    assert_eq!(
        faults[0].message,
        "the picture has 9000000 bytes; a picture post may have 8388608 at most"
    );
}

#[test]
fn all_faults_are_told_together() {
    let bad = Image {
        bytes: 9_000_000,
        format: Format::Png,
        ..picture(200, 1000)
    };
    assert_eq!(
        of_picture(bad, Place::FeedImage),
        [
            ("image-format", true),
            ("image-too-large", true),
            ("image-ratio", true),
            ("image-too-narrow", false)
        ]
    );
}

#[test]
fn only_jpeg_is_taken_whatever_the_place() {
    for place in [
        Place::FeedImage,
        Place::CarouselImage,
        Place::StoryImage,
        Place::Cover,
    ] {
        let found = check(&Asset::Image(image(&png(400, 400))), place);
        assert!(found[0].is_fault() && found[0].code == "image-format");
        assert!(found[0].fix.contains("upload the file"), "{}", found[0].fix);
        let heic = Image {
            format: Format::Heic,
            shown: None,
            ..picture(1, 1)
        };
        assert_eq!(of_picture(heic, place), [("image-format", true)]);
    }
    assert!(check(&Asset::Image(image(&jpeg(400, 400))), Place::FeedImage).is_empty());
}

#[test]
fn a_story_takes_any_shape_and_advises_one() {
    for place in [Place::StoryImage, Place::Cover] {
        assert_eq!(of_picture(picture(1080, 1920), place), []);
        assert_eq!(
            of_picture(picture(1080, 1080), place),
            [("image-ratio-advised", false)]
        );
        assert_eq!(
            of_picture(picture(100, 3000), place),
            [("image-ratio-advised", false)]
        );
    }
}

#[test]
fn colours_for_print_and_several_pictures_are_warnings() {
    let several = Image {
        several: true,
        ..picture(1080, 1080)
    };
    assert_eq!(of_picture(several, Place::FeedImage), [("image-several", false)]);
    let for_print = Image {
        for_print: true,
        ..picture(1080, 1080)
    };
    assert_eq!(
        of_picture(for_print, Place::FeedImage),
        [("image-for-print", false)]
    );
}

#[test]
fn a_film_is_no_picture_and_the_other_way_round() {
    for place in Place::ALL {
        let film = Asset::Video(video(&Film::default().write()));
        let wrong = if bounds(place).film.is_some() {
            Asset::Image(picture(9, 16))
        } else {
            film
        };
        let found = check(&wrong, place);
        assert_eq!(found.len(), 1);
        assert!(["video-needed", "image-needed"].contains(&found[0].code));
        assert_eq!(found[0].severity, Severity::Fault);
    }
}

#[test]
fn an_ordinary_reel_has_nothing_against_it() {
    for place in [Place::Reel, Place::CarouselVideo, Place::StoryVideo] {
        assert_eq!(of_film(&Film::default(), place), []);
    }
}

#[rstest]
#[case::short(2, Place::Reel, &[("video-too-short", true)])]
#[case::shortest(3, Place::Reel, &[])]
#[case::longest(900, Place::Reel, &[])]
#[case::long(901, Place::Reel, &[("video-too-long", true)])]
#[case::longest_story(60, Place::StoryVideo, &[])]
#[case::long_story(61, Place::StoryVideo, &[("video-too-long", true)])]
fn a_film_is_timed(#[case] seconds: u32, #[case] place: Place, #[case] expected: &[(&str, bool)]) {
    let film = Film {
        seconds,
        sound: None,
        ..Film::default()
    };
    assert_eq!(of_film(&film, place), expected);
}

#[rstest]
#[case(22, &[("video-frame-rate", true)])]
#[case(23, &[])]
#[case(60, &[])]
#[case(61, &[("video-frame-rate", true)])]
#[case(120, &[("video-frame-rate", true)])]
fn a_film_has_a_pace(#[case] rate: u32, #[case] expected: &[(&str, bool)]) {
    let film = Film {
        rate,
        frame_bytes: 1_000,
        ..Film::default()
    };
    assert_eq!(of_film(&film, Place::Reel), expected);
}

fn with_sound(sound: Sound) -> Film {
    Film {
        sound: Some(sound),
        ..Film::default()
    }
}

#[rstest]
#[case("video-codec", true, Film { codec: *b"av01", ..Film::default() })]
#[case("video-too-wide", true, Film { size: (2160, 3840), ..Film::default() })]
#[case("video-chroma", true, Film { chroma: 2, ..Film::default() })]
#[case("video-interlaced", true, Film { fields: Some(2), ..Film::default() })]
#[case("video-bit-rate", false, Film { frame_bytes: 110_000, ..Film::default() })]
#[case("video-index-last", false, Film { index_first: false, ..Film::default() })]
#[case("video-edit-list", false, Film { edits: true, ..Film::default() })]
#[case("video-fragmented", false, Film { fragmented: true, ..Film::default() })]
#[case("video-ratio-advised", false, Film { size: (1080, 1080), ..Film::default() })]
#[case("video-ratio", true, Film { size: (1900, 100), ..Film::default() })]
#[case("video-audio-codec", true, with_sound(Sound { kind: 0x6b, ..Sound::default() }))]
#[case("video-audio-channels", false, with_sound(Sound { channels: 6, ..Sound::default() }))]
#[case("video-audio-rate", false, with_sound(Sound { rate: 64_000, ..Sound::default() }))]
#[case("video-audio-bit-rate", false, with_sound(Sound { bits: 320_000, ..Sound::default() }))]
fn each_rule_for_films_has_its_code(#[case] code: &str, #[case] is_fault: bool, #[case] film: Film) {
    assert_eq!(of_film(&film, Place::Reel), [(code, is_fault)]);
}

#[test]
fn a_film_is_weighed_and_its_pictures_are_looked_for() {
    assert_eq!(
        of_video(|video| video.bytes = Some(301 << 20), Place::Reel),
        [("video-too-large", true)]
    );
    assert_eq!(
        of_video(|video| video.bytes = Some(101 << 20), Place::StoryVideo),
        [("video-too-large", true)]
    );
    assert_eq!(
        of_video(|video| video.video = None, Place::Reel),
        [("video-no-pictures", true)]
    );
    let unread = |video: &mut Video| (video.video, video.index_read) = (None, false);
    assert_eq!(of_video(unread, Place::Reel), [("video-not-read", false)]);
}

#[test]
fn what_is_not_known_of_a_film_is_held_against_it_by_nobody() {
    let unknown = |video: &mut Video| {
        let track = video.video.as_mut().unwrap();
        (track.shown, track.frame_rate, track.bit_rate, track.chroma_420) = (None, None, None, None);
        (video.bytes, video.duration, video.index_first, video.audio) = (None, None, None, None);
    };
    assert_eq!(of_video(unknown, Place::Reel), []);
}

#[test]
fn rates_that_swing_about_the_bound_are_taken() {
    for rate in [22.98, 23.976, 59.94, 60.1] {
        let swing = |video: &mut Video| video.video.as_mut().unwrap().frame_rate = Some(rate);
        assert_eq!(of_video(swing, Place::Reel), []);
    }
}

#[test]
fn what_a_carousel_will_crop_is_told() {
    let row = [
        picture(1080, 1080),
        picture(1000, 1000),
        picture(1080, 1350),
        picture(1080, 566),
    ]
    .map(Asset::Image);
    let found = check_together(&row.each_ref());
    assert_eq!(
        found
            .iter()
            .map(|(at, fault)| (*at, fault.code))
            .collect::<Vec<_>>(),
        [(2, "carousel-cropped"), (3, "carousel-cropped")]
    );
    assert!(found.iter().all(|(_, fault)| !fault.is_fault()));
    assert!(check_together(&[]).is_empty());
}
