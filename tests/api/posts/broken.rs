//! The rules of posts, each with what breaks it: on which kinds (image, reel, carousel, story), in which place, what is told
//! of it and where.

use serde_json::{Value, json};

use super::breakers::{Breaker, Breaks, file, list, put, say, sound, tag};

/// A row each: name, kinds, place => pointer, code, what breaks it.
macro_rules! rows {
    ($($name:literal, $kinds:literal, $place:literal => $pointer:literal, $code:literal, $breaks:expr;)*) => {
        vec![$(Breaker {
            name: $name, kinds: $kinds, place: $place, breaks: $breaks, pointer: $pointer, code: $code,
        }),*]
    };
}

/// All of them. `bare` is an account without the permission, `other` one that is connected by Instagram Login.
pub(super) fn all(window: &str, bare: &str, other: &str) -> Vec<Breaker> {
    let mut all = words();
    all.extend(kinds(window));
    all.extend(files(window));
    all.extend(tags());
    all.extend(times_and_accounts(bare, other));
    all
}

fn x(count: usize) -> String {
    "x".repeat(count)
}

fn many(count: usize, one: impl Fn(usize) -> Value) -> Vec<Value> {
    (1..=count).map(one).collect()
}

fn changing(breaks: impl Fn(&mut Value) + Send + Sync + 'static) -> Breaks {
    Box::new(breaks)
}

fn words() -> Vec<Breaker> {
    let names = many(4, |n| json!(format!("name{n}")));
    let ids = many(3, |n| json!(n.to_string()));
    rows! {
        "caption long", "IRCS", "" => "/caption", "caption-length", say("caption", x(2_201));
        "caption tags", "IRCS", "" => "/caption", "hashtags", say("caption", "#a ".repeat(31));
        "caption mentions", "IRCS", "" => "/caption", "mentions", say("caption", "@a ".repeat(21));
        "caption nul", "IRCS", "" => "/caption", "caption", say("caption", "a\0b".to_owned());
        "first comment empty", "IRC", "" => "/first_comment", "first-comment", put("/first_comment", json!(" "));
        "first comment long", "IRC", "" => "/first_comment", "first-comment", say("first_comment", x(2_201));
        "first comment tags", "IRC", "" => "/first_comment", "hashtags", say("first_comment", "#a ".repeat(31));
        "collaborators", "IRC", "" => "/collaborators", "collaborators", list("/collaborators", false, names);
        "collaborator's name", "IRC", "" => "/collaborators/0", "username", list("/collaborators", true, vec![json!("no name")]);
        "location", "IRC", "" => "/location_id", "location-id", put("/location_id", json!("here"));
        "sponsors", "IRC", "" => "/branded_content_sponsor_ids", "sponsors", list("/branded_content_sponsor_ids", false, ids);
        "sponsor's id", "IRC", "" => "/branded_content_sponsor_ids/0", "sponsor-id", list("/branded_content_sponsor_ids", true, vec![json!("bakery")]);
    }
}

fn kinds(window: &str) -> Vec<Breaker> {
    let cover = json!(format!("{window}/good.jpg"));
    let strategy = json!({ "graduation_strategy": "MANUAL" });
    rows! {
        "cover of no reel", "ICS", "" => "/cover_url", "reels-only", put("/cover_url", cover);
        "offset of no reel", "ICS", "" => "/thumb_offset_ms", "reels-only", put("/thumb_offset_ms", json!(1));
        "feed of no reel", "ICS", "" => "/share_to_feed", "reels-only", put("/share_to_feed", json!(true));
        "audio name of no reel", "ICS", "" => "/audio_name", "reels-only", put("/audio_name", json!("Waves"));
        "audio of no reel", "ICS", "" => "/audio_configuration", "reels-only", sound("audio_id", json!("1"));
        "trial of no reel", "ICS", "" => "/trial", "reels-only", put("/trial", strategy);
        "audio name long", "R", "" => "/audio_name", "audio-name", put("/audio_name", json!(x(201)));
        "audio id", "RICS", "" => "/audio_configuration/audio_id", "audio-id", sound("audio_id", json!(""));
        "audio volume", "RICS", "" => "/audio_configuration/audio_volume", "audio-volume", sound("audio_volume", json!(-1.0));
        "video volume", "RICS", "" => "/audio_configuration/video_volume", "audio-volume", sound("video_volume", json!(-0.1));
        "story's collaborators", "S", "" => "/collaborators", "not-for-stories", put("/collaborators", json!(["a"]));
        "story's location", "S", "" => "/location_id", "not-for-stories", put("/location_id", json!("1"));
        "story's comments", "S", "" => "/comments_enabled", "not-for-stories", put("/comments_enabled", json!(false));
        "story's first comment", "S", "" => "/first_comment", "not-for-stories", put("/first_comment", json!("hi"));
        "story's sponsor", "S", "" => "/branded_content_sponsor_ids", "not-for-stories", put("/branded_content_sponsor_ids", json!(["1"]));
        "story's partner", "S", "" => "/is_paid_partnership", "not-for-stories", put("/is_paid_partnership", json!(true));
    }
}

fn files(window: &str) -> Vec<Breaker> {
    let at = |name: &str| json!(format!("{window}/{name}"));
    let upload = json!("01980000-0000-7000-8000-000000000000");
    let also = upload.clone();
    let both = changing(move |post| post["media"][0]["upload_id"] = also.clone());
    let truncated = changing(|post| post["media"].as_array_mut().unwrap().truncate(1));
    let eleven = changing(|post| {
        let one = json!({ "url": post["media"][1]["url"] });
        post["media"].as_array_mut().unwrap().resize(11, one);
    });
    let two = changing(|post| {
        let one = post["media"][0].clone();
        post["media"].as_array_mut().unwrap().push(one);
    });
    rows! {
        "cover's address", "R", "cover" => "/cover_url", "url", put("/cover_url", json!("nowhere"));
        "cover missing", "R", "cover" => "/cover_url", "url-not-found", put("/cover_url", at("missing.jpg"));
        "cover cut", "R", "cover" => "/cover_url", "media-cut-off", put("/cover_url", at("cut.jpg"));
        "eleven children", "C", "" => "/media", "children", eleven;
        "one child", "C", "" => "/media", "children", truncated;
        "two files", "IRS", "" => "/media", "one-file", two;
        "media type of an image", "I", "" => "/media/0/media_type", "media-type", put("/media/0/media_type", json!("video"));
        "media type of a reel", "R", "" => "/media/0/media_type", "media-type", put("/media/0/media_type", json!("image"));
        "address and upload", "IRCS", "file" => "/media/0", "url", both;
        "no file", "IRCS", "file" => "/media/0", "url", file("", Value::Null);
        "address of no web", "IRCS", "file" => "/media/0/url", "url", file("url", json!("ftp://cdn.example.org/1.jpg"));
        "address not ASCII", "IRCS", "file" => "/media/0/url", "url", file("url", json!("https://cdn.example.org/bröd.jpg"));
        "upload unknown", "IRCS", "file" => "/media/0/upload_id", "upload", file("upload_id", upload);
        "file missing", "IRCS", "file" => "/media/0/url", "url-not-found", file("url", at("missing.jpg"));
        "file cut", "ICS", "file" => "/media/0/url", "media-cut-off", file("url", at("cut.jpg"));
        "file of a page", "ICS", "file" => "/media/0/url", "media-is-a-page", file("url", at("login.jpg"));
        "file png", "ICS", "file" => "/media/0/url", "image-format", file("url", at("really-a.jpg"));
        "file tall", "IC", "file" => "/media/0/url", "image-ratio", file("url", at("tall.jpg"));
        "file short", "R", "file" => "/media/0/url", "video-too-short", file("url", at("short.mp4"));
        "second file cut", "C", "" => "/media/1/url", "media-cut-off", put("/media/1/url", at("cut.jpg"));
    }
}

fn tags() -> Vec<Breaker> {
    let people = many(
        21,
        |n| json!({ "username": format!("name{n}"), "x": 0.5, "y": 0.5 }),
    );
    let placed = many(6, |n| json!({ "product_id": n.to_string(), "x": 0.5, "y": 0.5 }));
    let products = many(6, |n| json!({ "product_id": n.to_string() }));
    let ann = json!([{ "username": "ann" }]);
    let bread = json!([{ "product_id": "1" }]);
    rows! {
        "alt text long", "IC", "" => "/media/0/alt_text", "alt-text", put("/media/0/alt_text", json!(x(1_001)));
        "alt text elsewhere", "RS", "" => "/media/0/alt_text", "alt-text", put("/media/0/alt_text", json!("x"));
        "tags", "IC", "" => "/media/0/user_tags", "user-tags", list("/media/0/user_tags", false, people);
        "tag's name", "ICS", "" => "/media/0/user_tags/0/username", "username", tag("user_tags", "username", Some(json!("no name")));
        "tag without a place", "IC", "" => "/media/0/user_tags/0", "tag-position", tag("user_tags", "x", None);
        "tag outside", "S", "" => "/media/0/user_tags/0", "tag-position", tag("user_tags", "x", Some(json!(1.5)));
        "film tag placed", "R", "" => "/media/0/user_tags/0", "tag-position", tag("user_tags", "x", Some(json!(0.5)));
        "tag on a carousel's film", "C", "" => "/media/2/user_tags", "user-tags", put("/media/2/user_tags", ann);
        "story's products", "S", "" => "/media/0/product_tags", "product-tags", put("/media/0/product_tags", bread);
        "products", "IC", "" => "/media/0/product_tags", "product-tags", list("/media/0/product_tags", false, placed);
        "products of a reel", "R", "" => "/media/0/product_tags", "product-tags", list("/media/0/product_tags", false, products);
        "product's id", "IRC", "" => "/media/0/product_tags/0/product_id", "product-id", tag("product_tags", "product_id", Some(json!("bread")));
        "product without a place", "IC", "" => "/media/0/product_tags/0", "tag-position", tag("product_tags", "x", None);
        "product placed on a film", "R", "" => "/media/0/product_tags/0", "tag-position", tag("product_tags", "x", Some(json!(0.5)));
    }
}

fn times_and_accounts(bare: &str, other: &str) -> Vec<Breaker> {
    let dated = changing(|post| {
        post["draft"] = json!(true);
        post["publish_at"] = json!("2026-12-24T00:00:00Z");
    });
    let (bare, other) = (json!(bare), json!(other));
    let on_the_other = changing(move |post| {
        post["is_paid_partnership"] = json!(true);
        post["account"] = other.clone();
    });
    let nobody = json!("17841400000099999");
    rows! {
        "long ago", "IRCS", "time" => "/publish_at", "publish-at", put("/publish_at", json!("2020-01-01T00:00:00Z"));
        "far ahead", "IRCS", "time" => "/publish_at", "publish-at", put("/publish_at", json!("2060-01-01T00:00:00Z"));
        "draft with a time", "IRCS", "time" => "/publish_at", "publish-at", dated;
        "nobody's account", "IRCS", "account" => "/account", "unknown-account", put("/account", nobody);
        "account without the permission", "IRCS", "account" => "/account", "missing-scope", put("/account", bare);
        "account of the other login", "IRC", "account" => "/is_paid_partnership", "facebook-login-only", on_the_other;
    }
}
