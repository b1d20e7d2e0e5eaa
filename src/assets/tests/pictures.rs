use image::metadata::Orientation;
use image::{DynamicImage, ImageFormat};
use proptest::prelude::*;
use rstest::rstest;

use super::files::{
    clear_png, encoded, image, jpeg, png, png_that_claims, turned_jpeg, turned_webp, webp, with_chunk,
    with_segment,
};
use crate::assets::rules::Place;
use crate::assets::{Asset, Dimensions, Format, convert, inspect, inspect_beginning, inspect_file};

fn code(bytes: &[u8]) -> &'static str {
    inspect(bytes).unwrap_err().code()
}

#[test]
fn a_picture_is_what_its_bytes_say() {
    for (bytes, format) in [
        (jpeg(40, 30), Format::Jpeg),
        (png(40, 30), Format::Png),
        (webp(40, 30), Format::WebP),
    ] {
        let found = image(&bytes);
        assert_eq!(
            (found.format, found.shown),
            (format, Some(Dimensions::new(40, 30)))
        );
        assert_eq!((found.bytes, found.orientation), (bytes.len() as u64, 1));
        assert!(!found.animated && !found.several && !found.for_print);
    }
    for picture in [
        DynamicImage::new_luma8(9, 8),
        DynamicImage::new_rgb16(9, 8),
        DynamicImage::new_rgba8(9, 8),
    ] {
        assert_eq!(
            image(&encoded(picture, ImageFormat::Png)).shown,
            Some(Dimensions::new(9, 8))
        );
    }
    assert_eq!(image(&clear_png()).format, Format::Png);
}

#[rstest]
#[case(Orientation::NoTransforms, (40, 30))]
#[case(Orientation::Rotate90, (30, 40))]
#[case(Orientation::Rotate180, (40, 30))]
#[case(Orientation::Rotate270, (30, 40))]
#[case(Orientation::FlipHorizontal, (40, 30))]
#[case(Orientation::FlipVertical, (40, 30))]
#[case(Orientation::Rotate90FlipH, (30, 40))]
#[case(Orientation::Rotate270FlipH, (30, 40))]
fn a_picture_has_the_shape_that_people_see(#[case] turned: Orientation, #[case] (width, height): (u32, u32)) {
    for bytes in [turned_jpeg(40, 30, turned), turned_webp(40, 30, turned)] {
        let found = image(&bytes);
        assert_eq!(found.shown, Some(Dimensions::new(width, height)));
        assert_eq!(found.orientation, turned.to_exif());
    }
}

#[rstest]
#[case(b"GIF89a\x01\0\x01\0", Format::Gif)]
#[case(b"BM\x46\0\0\0", Format::Bmp)]
#[case(b"II\x2a\0\x08\0\0\0", Format::Tiff)]
#[case(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Format::Heic)]
#[case(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Format::Heic)]
#[case(b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", Format::Avif)]
fn a_format_that_is_not_taken_is_recognised(#[case] bytes: &[u8], #[case] format: Format) {
    let found = image(bytes);
    assert_eq!((found.format, found.shown), (format, None));
}

#[test]
fn a_picture_that_moves_is_seen() {
    let moving = with_chunk(&png(8, 8), *b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    assert!(image(&moving).animated);
    assert_eq!(
        convert(&moving, Place::FeedImage).unwrap_err().code(),
        "media-animated"
    );
}

#[test]
fn a_picture_that_ends_too_early_is_cut_off() {
    for bytes in [jpeg(60, 40), png(60, 40), webp(60, 40)] {
        assert!(inspect(&bytes).is_ok());
        for kept in [bytes.len() / 2, bytes.len() * 9 / 10, bytes.len() - 20] {
            let error = inspect(&bytes[..kept]).unwrap_err();
            assert!(
                ["media-cut-off", "media-damaged"].contains(&error.code()),
                "{error:?}"
            );
        }
    }
    let cut = &jpeg(60, 40);
    assert_eq!(code(&cut[..cut.len() - 20]), "media-cut-off");
    assert_eq!(code(&cut[..cut.len() - 2]), "media-cut-off");
}

#[test]
fn what_follows_the_end_of_a_jpeg_does_no_harm() {
    assert_eq!(
        image(&[jpeg(60, 40), vec![7; 500]].concat()).shown,
        Some(Dimensions::new(60, 40))
    );
}

#[test]
fn a_thumbnail_inside_a_jpeg_is_not_its_end() {
    let thumbnail = jpeg(8, 8);
    let whole = with_segment(&jpeg(60, 40), 0xe1, &thumbnail);
    assert!(inspect(&whole).is_ok());
    assert_eq!(code(&whole[..whole.len() - 30]), "media-cut-off");
}

#[test]
fn a_jpeg_of_several_pictures_is_seen() {
    assert!(image(&with_segment(&jpeg(8, 8), 0xe2, b"MPF\0II\x2a\0")).several);
    assert!(image(&with_segment(&jpeg(8, 8), 0xe3, b"_JPSJPS_")).several);
    assert!(!image(&with_segment(&jpeg(8, 8), 0xe2, b"ICC_PROFILE\0")).several);
}

#[test]
fn a_jpeg_of_very_many_scans_is_not_decoded() {
    let scans = [&[0xff, 0xda, 0, 2][..]; 101].concat();
    let file = [&jpeg(8, 8)[..2], &scans].concat();
    assert!(["media-damaged", "media-cut-off"].contains(&code(&file)));
    let whole = jpeg(8, 8);
    let end = whole.len() - 2;
    assert_eq!(
        code(&[&whole[..end], &scans, &whole[end..]].concat()),
        "media-damaged"
    );
}

#[test]
fn a_picture_of_too_many_pixels_is_not_decoded() {
    for (width, height) in [(65_500, 65_500), (2_000_000_000, 2), (10_000, 5_001)] {
        let error = inspect(&png_that_claims(width, height)).unwrap_err();
        assert_eq!(error.code(), "media-too-many-pixels", "{error:?}");
    }
    assert_ne!(code(&png_that_claims(100, 100)), "media-too-many-pixels");
}

#[rstest]
#[case(b"", "media-empty", "empty")]
#[case(
    b"<!DOCTYPE html><html><body>Please log in</body></html>",
    "media-is-a-page",
    "an HTML page"
)]
#[case(b"\n\n  <HTML>", "media-is-a-page", "an HTML page")]
#[case(b"\xef\xbb\xbf<html>", "media-is-a-page", "an HTML page")]
#[case(
    b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
    "media-is-a-page",
    "an XML document"
)]
#[case(
    b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    "media-is-a-page",
    "an SVG drawing"
)]
#[case(
    b"{\"error\":{\"message\":\"Unauthorized\"}}",
    "media-is-a-page",
    "a JSON document"
)]
#[case(b"Not Found", "media-is-a-page", "text")]
#[case(b"\x7fELF\x02\x01\x01\0\0\0", "media-unknown-format", "no picture")]
#[case(b"%PDF-1.7\n\x80\x81", "media-unknown-format", "no picture")]
fn what_is_no_media_is_named(#[case] bytes: &[u8], #[case] code: &str, #[case] says: &str) {
    let error = inspect(bytes).unwrap_err();
    assert_eq!(error.code(), code);
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn the_beginning_of_a_picture_tells_its_size() {
    for bytes in [jpeg(600, 400), png(600, 400), webp(600, 400)] {
        let total = bytes.len() as u64;
        let found = inspect_beginning(&bytes[..bytes.len() / 2], Some(total)).unwrap();
        let Asset::Image(found) = found else {
            panic!("{found:?}")
        };
        assert_eq!(
            (found.shown, found.bytes),
            (Some(Dimensions::new(600, 400)), total)
        );
    }
}

#[test]
fn a_picture_on_disk_is_read_like_one_in_memory() {
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, &png(60, 40)).unwrap();
    assert_eq!(inspect_file(&mut file).unwrap(), inspect(&png(60, 40)).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_anywhere_is_never_a_panic(at in 0_usize..1_000, byte: u8, kept in 0_usize..4_000, kind in 0..3) {
        let mut bytes = match kind {
            0 => jpeg(20, 12),
            1 => png(20, 12),
            _ => webp(20, 12),
        };
        let at = at % bytes.len();
        bytes[at] = byte;
        bytes.truncate(kept.max(1));
        inspect(&bytes).ok();
        inspect_beginning(&bytes, None).ok();
    }

    #[test]
    fn any_bytes_are_told_or_refused(bytes: Vec<u8>) {
        inspect(&bytes).ok();
    }
}
