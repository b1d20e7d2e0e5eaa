//! A picture and a film to publish, for whoever has none at hand: `GET /sandbox/sample.jpg`, another one for each `n`, and
//! `GET /sandbox/sample.mp4`.

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::Query;
use image::{ImageFormat, Rgb, RgbImage};
use serde::Deserialize;

/// Square, as the profile's grid shows it.
const SIDE: u32 = 1_080;
/// Between two colours.
const STEP: u8 = 47;

/// Four seconds of colours, 9:16, H.264 and silent AAC: all that a reel must be.
const FILM: &[u8] = include_bytes!("sample.mp4");

/// Which picture.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Which {
    n: u8,
}

/// `GET /sandbox/sample.jpg`
pub(super) async fn picture(which: Query<Which>) -> HttpResponse {
    let shift = which.n.wrapping_mul(STEP);
    let shade = |along: u32| u8::try_from(along * 255 / SIDE).unwrap_or(u8::MAX);
    let drawn = RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let (across, down) = (shade(x), shade(y));
        Rgb([across.wrapping_add(shift) / 2 + 96, down / 2 + 96, shift / 2 + 64])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    match drawn.write_to(&mut bytes, ImageFormat::Jpeg) {
        Ok(()) => HttpResponse::Ok()
            .content_type(ContentType::jpeg())
            .body(bytes.into_inner()),
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}

/// `GET /sandbox/sample.mp4`
pub(super) async fn film() -> HttpResponse {
    HttpResponse::Ok().content_type("video/mp4").body(FILM)
}
