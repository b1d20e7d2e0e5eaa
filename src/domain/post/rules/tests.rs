//! Meta's rules, each broken alone, and several at once.

use rstest::rstest;
use serde_json::{Value, json};

use super::{facebook_only, faults, warnings};
use crate::domain::Login;
use crate::domain::post::PostIntent;

fn post(kind: &str, changes: &Value) -> PostIntent {
    let image = json!({ "url": "https://x.example/1.jpg", "media_type": "image" });
    let video = json!({ "url": "https://x.example/1.mp4", "media_type": "video" });
    let media = match kind {
        "reel" => json!([video]),
        "carousel" => json!([image, video]),
        _ => json!([image]),
    };
    let mut whole = json!({ "kind": kind, "media": media });
    for (pointer, value) in changes.as_object().unwrap() {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        whole.pointer_mut(parent).unwrap()[name] = value.clone();
    }
    serde_json::from_value(whole).unwrap()
}

fn broken(intent: &PostIntent) -> Vec<(String, &'static str)> {
    faults(intent)
        .into_iter()
        .map(|fault| (fault.pointer, fault.code))
        .collect()
}

#[rstest]
#[case("image")]
#[case("reel")]
#[case("carousel")]
#[case("story")]
fn a_plain_post_breaks_nothing(#[case] kind: &str) {
    assert_eq!(broken(&post(kind, &json!({}))), []);
}

#[test]
fn all_that_a_post_may_have_breaks_nothing() {
    let tags = json!([{ "username": "ann.b_c", "x": 0.0, "y": 1.0 }]);
    let products = json!([{ "product_id": "123", "x": 0.5, "y": 0.5 }]);
    let most = json!({
        "/caption": "é".repeat(2_200), "/collaborators": ["a", "b", "c"], "/location_id": "1", "/first_comment": "First",
        "/comments_enabled": false, "/media/0/alt_text": "x".repeat(1_000), "/media/0/user_tags": tags,
        "/media/0/product_tags": products,
    });
    assert_eq!(broken(&post("image", &most)), []);
    let reel = json!({ "/cover_url": "https://x.example/c.jpg", "/thumb_offset_ms": 5, "/share_to_feed": true,
        "/audio_name": "Waves", "/media/0/user_tags": [{ "username": "ann" }], "/is_ai_generated": true,
        "/trial": { "graduation_strategy": "SS_PERFORMANCE" }, "/branded_content_sponsor_ids": ["1", "2"],
        "/is_paid_partnership": true, "/audio_configuration": { "audio_id": "1", "audio_volume": 0.5 } });
    assert_eq!(broken(&post("reel", &reel)), []);
}

#[test]
fn a_cover_is_given_once() {
    let mut cover = json!({ "/cover_upload_id": "019c5f3e-0000-7000-8000-000000000001" });
    assert_eq!(broken(&post("reel", &cover)), []);
    cover["/cover_url"] = json!("https://x.example/c.jpg");
    assert_eq!(
        broken(&post("reel", &cover)),
        [("/cover_url".to_owned(), "cover")]
    );
}

#[rstest]
#[case("image", "/caption", json!("x".repeat(2_201)), "caption-length")]
#[case("image", "/caption", json!("😀".repeat(1_101)), "caption-length")]
#[case("image", "/caption", json!("#a ".repeat(31)), "hashtags")]
#[case("image", "/caption", json!("@a ".repeat(21)), "mentions")]
#[case("image", "/caption", json!("a\0b"), "caption")]
#[case("image", "/location_id", json!("here"), "location-id")]
#[case("image", "/trial", json!({ "graduation_strategy": "MANUAL" }), "reels-only")]
#[case("carousel", "/audio_configuration", json!({ "audio_id": "1" }), "reels-only")]
#[case("story", "/is_paid_partnership", json!(true), "not-for-stories")]
#[case("story", "/branded_content_sponsor_ids", json!(["1"]), "not-for-stories")]
#[case("image", "/branded_content_sponsor_ids", json!(["1", "2", "3"]), "sponsors")]
#[case("image", "/collaborators", json!(["a", "b", "c", "d"]), "collaborators")]
#[case("story", "/collaborators", json!(["a"]), "not-for-stories")]
#[case("story", "/location_id", json!("1"), "not-for-stories")]
#[case("story", "/first_comment", json!("hi"), "not-for-stories")]
#[case("story", "/comments_enabled", json!(false), "not-for-stories")]
#[case("image", "/cover_url", json!("https://x.example/c.jpg"), "reels-only")]
#[case("image", "/cover_upload_id", json!("019c5f3e-0000-7000-8000-000000000001"), "reels-only")]
#[case("carousel", "/audio_name", json!("Waves"), "reels-only")]
#[case("image", "/share_to_feed", json!(true), "reels-only")]
#[case("story", "/thumb_offset_ms", json!(1), "reels-only")]
#[case("image", "/first_comment", json!(" "), "first-comment")]
#[case("image", "/media/0/media_type", json!("video"), "media-type")]
#[case("reel", "/media/0/media_type", json!("image"), "media-type")]
#[case("reel", "/media/0/alt_text", json!("x"), "alt-text")]
#[case("story", "/media/0/alt_text", json!("x"), "alt-text")]
#[case("image", "/media/0/alt_text", json!("x".repeat(1_001)), "alt-text")]
#[case("image", "/media/0/url", json!("ftp://x.example/1.jpg"), "url")]
#[case("image", "/media/0/url", json!("https://x.example/bröd.jpg"), "url")]
#[case("carousel", "/media/1/user_tags", json!([{ "username": "ann", "x": 0.5, "y": 0.5 }]), "user-tags")]
fn a_rule_that_is_broken_is_named_with_its_place(
    #[case] kind: &str,
    #[case] pointer: &str,
    #[case] value: Value,
    #[case] code: &'static str,
) {
    assert_eq!(
        broken(&post(kind, &json!({ pointer: value }))),
        [(pointer.to_owned(), code)]
    );
}

#[rstest]
#[case("image", json!({ "username": "ann" }), Some("tag-position"))]
#[case("image", json!({ "username": "ann", "x": 0.5 }), Some("tag-position"))]
#[case("image", json!({ "username": "ann", "x": 1.1, "y": 0.5 }), Some("tag-position"))]
#[case("reel", json!({ "username": "ann", "x": 0.5, "y": 0.5 }), Some("tag-position"))]
#[case("story", json!({ "username": "ann", "x": 0.5, "y": 0.5 }), None)]
#[case("story", json!({ "username": "ann" }), None)]
fn a_tag_has_a_place_where_there_is_one(
    #[case] kind: &str,
    #[case] tag: Value,
    #[case] code: Option<&'static str>,
) {
    let found = broken(&post(kind, &json!({ "/media/0/user_tags": [tag] })));
    let expected: Vec<_> = code
        .map(|code| ("/media/0/user_tags/0".to_owned(), code))
        .into_iter()
        .collect();
    assert_eq!(found, expected);
}

#[rstest]
#[case(1)]
#[case(11)]
fn a_carousel_has_two_to_ten_files(#[case] count: usize) {
    let file = json!({ "url": "https://x.example/1.jpg", "media_type": "image" });
    let found = broken(&post("carousel", &json!({ "/media": vec![file; count] })));
    assert_eq!(found, [("/media".to_owned(), "children")]);
}

#[rstest]
#[case("image", "/branded_content_sponsor_ids", json!(["1", "bakery"]), "/branded_content_sponsor_ids/1", "sponsor-id")]
#[case("reel", "/audio_configuration", json!({ "audio_id": "" }), "/audio_configuration/audio_id", "audio-id")]
#[case("reel", "/audio_configuration", json!({ "audio_id": "1", "video_volume": -1.0 }),
    "/audio_configuration/video_volume", "audio-volume")]
fn a_part_of_a_value_that_breaks_a_rule_is_named(
    #[case] kind: &str,
    #[case] member: &str,
    #[case] value: Value,
    #[case] pointer: &str,
    #[case] code: &'static str,
) {
    let found = broken(&post(kind, &json!({ member: value })));
    assert_eq!(found, [(pointer.to_owned(), code)]);
}

#[test]
fn what_only_apps_of_facebook_login_may_do_is_known() {
    let paid = post(
        "image",
        &json!({ "/is_paid_partnership": true, "/branded_content_sponsor_ids": ["1"] }),
    );
    let pointers: Vec<_> = facebook_only(&paid)
        .into_iter()
        .map(|fault| fault.pointer)
        .collect();
    assert_eq!(pointers, ["/branded_content_sponsor_ids", "/is_paid_partnership"]);
    assert_eq!(paid.login(), Some(Login::Facebook));
    assert_eq!(post("image", &json!({ "/is_ai_generated": true })).login(), None);
}

#[test]
fn what_works_otherwise_than_meant_is_said() {
    let story = post("story", &json!({ "/caption": "hello" }));
    let reel = post(
        "reel",
        &json!({ "/cover_url": "https://x.example/c.jpg", "/thumb_offset_ms": 5 }),
    );
    let codes = |intent| {
        let said = warnings(intent).into_iter();
        said.map(|one| (one.pointer, one.code)).collect::<Vec<_>>()
    };
    let told = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
    assert_eq!(
        (broken(&story), codes(&story)),
        (vec![], told("/caption", "caption-not-shown"))
    );
    assert_eq!(
        (broken(&reel), codes(&reel)),
        (vec![], told("/thumb_offset_ms", "cover-wins"))
    );
    assert_eq!(codes(&post("image", &json!({ "/caption": "hello" }))), vec![]);
}

#[test]
fn all_that_is_wrong_is_told_together() {
    let found = broken(&post(
        "image",
        &json!({ "/caption": "#a ".repeat(31) + &"x".repeat(2_200), "/collaborators": ["no name"], "/media/0/url": "nowhere",
            "/media/0/user_tags": [{ "username": "", "x": 0.1, "y": 0.1 }] }),
    ));
    let codes: Vec<_> = found.iter().map(|(_, code)| *code).collect();
    assert_eq!(
        codes,
        ["url", "username", "caption-length", "hashtags", "username"]
    );
}
