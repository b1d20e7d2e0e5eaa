//! Small pictures of every kind, made by the library's encoders, and what a file is, unwrapped.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use crate::assets::{Asset, Image, Video, inspect};

/// A picture in which no two neighbours are alike, so that its file has some length.
pub(super) fn pixels(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let part = |by: u32| u8::try_from((x * by + y * 7) % 256).unwrap();
        Rgb([part(3), part(5), part(11)])
    })
}

pub(super) fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.into().write_to(&mut file, format).unwrap();
    file.into_inner()
}

pub(super) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encoded(pixels(width, height), ImageFormat::Jpeg)
}

pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(pixels(width, height), ImageFormat::Png)
}

pub(super) fn webp(width: u32, height: u32) -> Vec<u8> {
    encoded(pixels(width, height), ImageFormat::WebP)
}

/// An EXIF block that says nothing but how the picture is to be turned.
pub(super) fn exif(orientation: Orientation) -> Vec<u8> {
    let mut block = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    block.extend([orientation.to_exif(), 0, 0, 0, 0, 0, 0, 0]);
    block
}

pub(super) fn turned_jpeg(width: u32, height: u32, orientation: Orientation) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new(&mut file);
    encoder.set_exif_metadata(exif(orientation)).unwrap();
    encoder.encode_image(&pixels(width, height)).unwrap();
    file
}

pub(super) fn turned_webp(width: u32, height: u32, orientation: Orientation) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut file);
    encoder.set_exif_metadata(exif(orientation)).unwrap();
    encoder
        .encode(
            &pixels(width, height),
            width,
            height,
            image::ExtendedColorType::Rgb8,
        )
        .unwrap();
    file
}

pub(super) fn png_with_profile(profile: Vec<u8>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = PngEncoder::new(&mut file);
    encoder.set_icc_profile(profile).unwrap();
    encoder
        .write_image(&pixels(8, 8), 8, 8, image::ExtendedColorType::Rgb8)
        .unwrap();
    file
}

/// Left half clear, right half half clear, all of it black.
pub(super) fn clear_png() -> Vec<u8> {
    let picture = RgbaImage::from_fn(16, 16, |x, _| Rgba([0, 0, 0, if x < 8 { 0 } else { 128 }]));
    encoded(picture, ImageFormat::Png)
}

/// The JPEG with another segment after its first two bytes.
pub(super) fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, body, &jpeg[2..]].concat()
}

fn chunk(name: [u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    let mut sum = flate2::Crc::new();
    sum.update(&name);
    sum.update(body);
    [&length, name.as_slice(), body, &sum.sum().to_be_bytes()].concat()
}

/// The PNG with another chunk after its head.
pub(super) fn with_chunk(png: &[u8], name: [u8; 4], body: &[u8]) -> Vec<u8> {
    [&png[..33], &chunk(name, body), &png[33..]].concat()
}

/// A PNG that says that it is so large, and has next to nothing.
pub(super) fn png_that_claims(width: u32, height: u32) -> Vec<u8> {
    let file = png(1, 1);
    let head = [&width.to_be_bytes(), &height.to_be_bytes(), &file[24..29]].concat();
    [&file[..8], &chunk(*b"IHDR", &head), &file[33..]].concat()
}

pub(super) fn image(bytes: &[u8]) -> Image {
    match inspect(bytes).unwrap() {
        Asset::Image(image) => image,
        Asset::Video(video) => panic!("a film: {video:?}"),
    }
}

pub(super) fn video(bytes: &[u8]) -> Video {
    match inspect(bytes).unwrap() {
        Asset::Video(video) => video,
        Asset::Image(image) => panic!("a picture: {image:?}"),
    }
}
