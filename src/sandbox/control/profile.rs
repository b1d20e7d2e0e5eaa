//! The profile as followers see it, as a page without scripts: it fetches nothing but the pictures and films
//! themselves, from where their publisher had them.

use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Data, Path, Query};

use super::feed::{Look, posts, stories};
use super::input;
use super::problem::Problem;
use crate::domain::Timestamp;
use crate::sandbox::html::Html;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{AccountRecord, Media, MediaRecord, MediaType, Product, World};

const STYLE: &str = include_str!("profile.css");

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src http: https:; \
                      media-src http: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /sandbox/feed/{account}/page`
pub(super) async fn page(
    meta: Data<Meta>,
    name: Path<String>,
    look: Query<Look>,
) -> Result<HttpResponse, Problem> {
    let world = meta.world();
    let record = input::account_of_path(&world, &name)?;
    let title = format!("{} (@{})", record.account.name, record.account.username);
    let page = Html::document(&title, STYLE, |html| {
        html.markup("<main>");
        head(html, record);
        let living: Vec<&MediaRecord> = stories(&world, record, meta.now()).collect();
        if !living.is_empty() {
            grid(html, &world, "Stories", "stories", &living);
        }
        let newest: Vec<&MediaRecord> = posts(&world, record, look.posts()).collect();
        grid(html, &world, "Posts", "posts", &newest);
        html.markup("</main>");
    });
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(page))
}

/// Who it is; the picture is the first letter, since an invented account has no face.
fn head(html: &mut Html, record: &AccountRecord) {
    let account = &record.account;
    let letter: String = account.username.chars().take(1).collect();
    html.markup("<header><div class=\"face\" aria-hidden=\"true\">")
        .text(&letter);
    html.markup("</div><h1>").text(&account.username);
    html.markup("</h1><p class=\"name\">").text(&account.name);
    html.markup("</p><p class=\"counts\">");
    let posts = u64::try_from(record.posts.len()).unwrap_or(u64::MAX);
    let counts = [
        (posts, " posts"),
        (account.followers, " followers"),
        (account.follows, " following"),
    ];
    for (count, of) in counts {
        html.markup("<span><b>").text(&count.to_string());
        html.markup("</b>").text(of).markup("</span>");
    }
    html.markup("</p></header>");
    if !account.biography.is_empty() {
        html.paragraph(&account.biography);
    }
}

fn grid(html: &mut Html, world: &World, title: &'static str, class: &'static str, of: &[&MediaRecord]) {
    html.markup("<section><h2>").markup(title).markup("</h2>");
    if of.is_empty() {
        html.markup("<p class=\"nothing\">Nothing yet.</p>");
    }
    html.markup("<ul class=\"").markup(class).markup("\">");
    for record in of {
        tile(html, world, record);
    }
    html.markup("</ul></section>");
}

fn tile(html: &mut Html, world: &World, record: &MediaRecord) {
    let media = &record.media;
    html.markup("<li><div class=\"media\">");
    html.text(alternative(media));
    // Of a carousel the first item is seen.
    let first = media.children.first().and_then(|id| world.media.get(id));
    show(html, first.map_or(media, |record| &record.media));
    html.markup("<span class=\"kind\">").text(&kind(media));
    html.markup("</span></div>");
    if let Some(caption) = &media.caption {
        html.markup("<p class=\"caption\">").text(caption).markup("</p>");
    }
    let at = Timestamp::from_seconds(media.timestamp.seconds()).to_string();
    html.markup("<p><time datetime=\"").text(&at).markup("\">");
    html.text(&at.replace('T', " ").replace('Z', " UTC"));
    html.markup("</time></p><p class=\"by\">")
        .text(&media.id.to_string());
    let comments = format!("{} comments", record.comments_count);
    html.markup("</p><p class=\"by\">")
        .text(&comments)
        .markup("</p></li>");
}

/// The picture or film itself, if it came from somewhere; of a film that was brought its cover, if that did.
fn show(html: &mut Html, media: &Media) {
    let Some(details) = media.details.as_deref() else {
        return;
    };
    match (media.form, &details.source, &details.cover_url) {
        (MediaType::Video, Some(film), cover) => {
            html.markup("<video controls muted playsinline preload=\"metadata\"");
            if let Some(cover) = cover {
                html.markup(" poster=\"").text(cover).markup("\"");
            }
            html.markup(" src=\"").text(film).markup("\"></video>");
        }
        (MediaType::Video, None, Some(picture))
        | (MediaType::Image | MediaType::CarouselAlbum, Some(picture), _) => {
            html.markup("<img loading=\"lazy\" alt=\"\" src=\"");
            html.text(picture).markup("\">");
        }
        (_, None, _) => {}
    }
}

fn alternative(media: &Media) -> &str {
    let said = media
        .details
        .as_ref()
        .and_then(|details| details.alt_text.as_deref());
    said.unwrap_or(match media.form {
        MediaType::Image => "A picture",
        MediaType::Video => "A video",
        MediaType::CarouselAlbum => "Pictures and videos",
    })
}

fn kind(media: &Media) -> String {
    match (media.product, media.form) {
        (Product::Reels, _) => "Reel".to_owned(),
        (Product::Story, _) => "Story".to_owned(),
        (_, MediaType::CarouselAlbum) => format!("Carousel of {}", media.children.len()),
        (_, MediaType::Video) => "Video".to_owned(),
        (_, MediaType::Image) => "Image".to_owned(),
    }
}
