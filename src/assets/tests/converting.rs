use image::metadata::Orientation;
use image::{ImageDecoder, ImageFormat, Rgb};

use super::files::{
    clear_png, encoded, image, jpeg, pixels, png, png_with_profile, turned_jpeg, turned_webp, webp,
    with_segment,
};
use super::film::Film;
use crate::assets::convert::encode;
use crate::assets::rules::{Place, check};
use crate::assets::{Dimensions, Format, convert, inspect};

fn decoded(bytes: &[u8]) -> image::RgbImage {
    image::load_from_memory_with_format(bytes, ImageFormat::Jpeg)
        .unwrap()
        .into_rgb8()
}

fn profile_of(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = image::codecs::jpeg::JpegDecoder::new(std::io::Cursor::new(bytes)).unwrap();
    decoder.icc_profile().unwrap()
}

fn is_near(one: Rgb<u8>, other: [u8; 3]) -> bool {
    one.0.into_iter().zip(other).all(|(a, b)| a.abs_diff(b) < 12)
}

#[test]
fn a_jpeg_that_is_fine_stays_byte_for_byte() {
    for bytes in [jpeg(400, 300), turned_jpeg(400, 300, Orientation::Rotate90)] {
        assert_eq!(convert(&bytes, Place::FeedImage).unwrap(), bytes);
    }
}

#[test]
fn a_png_and_a_webp_become_a_jpeg_that_meta_takes() {
    for bytes in [png(400, 300), webp(400, 300)] {
        let converted = convert(&bytes, Place::FeedImage).unwrap();
        let found = image(&converted);
        assert_eq!(
            (found.format, found.shown),
            (Format::Jpeg, Some(Dimensions::new(400, 300)))
        );
        assert!(check(&inspect(&converted).unwrap(), Place::FeedImage).is_empty());
    }
}

#[test]
fn what_was_turned_by_a_note_is_turned_for_good() {
    let converted = convert(&turned_webp(40, 30, Orientation::Rotate90), Place::FeedImage).unwrap();
    let found = image(&converted);
    assert_eq!(
        (found.shown, found.orientation),
        (Some(Dimensions::new(30, 40)), 1)
    );
    let original = pixels(40, 30);
    let corner = decoded(&converted).get_pixel(29, 0).0;
    let expected = original.get_pixel(0, 0).0;
    assert!(
        corner.into_iter().zip(expected).all(|(a, b)| a.abs_diff(b) < 40),
        "{corner:?} {expected:?}"
    );
}

#[test]
fn what_is_transparent_becomes_white() {
    let flat = decoded(&convert(&clear_png(), Place::FeedImage).unwrap());
    assert!(is_near(*flat.get_pixel(2, 8), [255; 3]));
    assert!(is_near(*flat.get_pixel(13, 8), [127; 3]));
}

#[test]
fn nothing_is_kept_of_a_picture_but_how_its_colours_are_meant() {
    let mut profile = vec![0; 200];
    profile[16..20].copy_from_slice(b"RGB ");
    let converted = convert(&png_with_profile(profile.clone()), Place::FeedImage).unwrap();
    assert_eq!(profile_of(&converted), Some(profile.clone()));
    profile[16..20].copy_from_slice(b"GRAY");
    let converted = convert(&png_with_profile(profile), Place::FeedImage).unwrap();
    assert_eq!(profile_of(&converted), None);
    let converted = convert(&turned_webp(40, 30, Orientation::Rotate180), Place::FeedImage).unwrap();
    assert!(!converted.windows(4).any(|four| four == b"Exif"));
}

#[test]
fn sixteen_bits_and_grey_are_converted_too() {
    for picture in [
        image::DynamicImage::new_rgb16(40, 40),
        image::DynamicImage::new_luma_a8(40, 40),
    ] {
        let converted = convert(&encoded(picture, ImageFormat::Png), Place::StoryImage).unwrap();
        assert_eq!(image(&converted).format, Format::Jpeg);
    }
}

#[test]
fn a_jpeg_of_several_pictures_becomes_a_plain_one() {
    let several = with_segment(&jpeg(40, 40), 0xe2, b"MPF\0II\x2a\0");
    assert!(!image(&convert(&several, Place::FeedImage).unwrap()).several);
}

#[test]
fn the_quality_gives_way_to_the_bound_and_then_the_size() {
    let sizes: Vec<_> = [u64::MAX, 30_000, 24_000]
        .map(|most| encode(pixels(200, 200), None, most, 100).unwrap().len())
        .to_vec();
    assert!(sizes.is_sorted_by(|one, next| one >= next), "{sizes:?}");
    let small = encode(pixels(200, 200), None, 6_000, 50).unwrap();
    assert!(small.len() <= 6_000);
    assert_eq!(image(&small).shown, Some(Dimensions::new(50, 50)));
    assert_eq!(
        encode(pixels(200, 200), None, 100, 50).unwrap_err().code(),
        "media-too-large"
    );
}

#[test]
fn what_cannot_be_converted_is_told_why() {
    let code = |bytes: &[u8]| convert(bytes, Place::FeedImage).unwrap_err().code();
    assert_eq!(code(b"GIF89a\x01\0\x01\0"), "media-animated");
    assert_eq!(
        code(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        "media-not-convertible"
    );
    assert_eq!(code(&Film::default().write()), "media-not-a-picture");
    assert_eq!(code(b"<html>"), "media-is-a-page");
    assert_eq!(code(&png(40, 40)[..600]), "media-cut-off");
}
