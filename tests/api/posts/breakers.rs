//! How a rule of a post is broken, so that others can be broken with it.

use serde_json::{Value, json};

/// Changes a post.
pub(super) type Breaks = Box<dyn Fn(&mut Value) + Send + Sync>;

/// Something that breaks a rule.
pub(super) struct Breaker {
    pub(super) name: &'static str,
    /// On which kinds of posts: image, reel, carousel, story.
    pub(super) kinds: &'static str,
    /// What it puts its value into; two of one place exclude each other.
    pub(super) place: &'static str,
    pub(super) breaks: Breaks,
    /// What is told of it.
    pub(super) pointer: &'static str,
    pub(super) code: &'static str,
}

/// Names, each the beginning of some, that exclude each other, and why.
const EXCLUDED: [(&str, &str, &str); 5] = [
    (
        "first comment empty",
        "first comment tags",
        "what is empty has no tags",
    ),
    (
        "first comment empty",
        "first comment long",
        "what is empty is not long",
    ),
    (
        "one child",
        "eleven children",
        "there are either too many or too few",
    ),
    ("one child", "tag on a carousel's film", "there is no third file"),
    ("one child", "second file cut", "there is no second file"),
];

/// Why two of them cannot be broken together.
pub(super) fn excluded(one: &Breaker, other: &Breaker) -> Option<String> {
    if !one.place.is_empty() && one.place == other.place {
        return Some(format!("both need {}", one.place));
    }
    let is = |breaker: &Breaker, name: &str| breaker.name.starts_with(name);
    let found = EXCLUDED
        .iter()
        .find(|(a, b, _)| is(one, a) && is(other, b) || is(one, b) && is(other, a));
    found.map(|(_, _, why)| (*why).to_owned())
}

pub(super) fn put(place: &'static str, value: Value) -> Breaks {
    Box::new(move |post| {
        let (parent, name) = place.rsplit_once('/').unwrap();
        post.pointer_mut(parent).unwrap()[name] = value.clone();
    })
}

/// Adds words, so that several can be added.
pub(super) fn say(place: &'static str, words: String) -> Breaks {
    Box::new(move |post| {
        let before = post[place].as_str().unwrap_or_default().to_owned();
        post[place] = json!(format!("{before} {words}"));
    })
}

/// Adds to a list, at its front or its end.
pub(super) fn list(place: &'static str, front: bool, values: Vec<Value>) -> Breaks {
    Box::new(move |post| {
        let (parent, name) = place.rsplit_once('/').unwrap();
        let parent = post.pointer_mut(parent).unwrap();
        if parent[name].is_null() {
            parent[name] = json!([]);
        }
        let list = parent[name].as_array_mut().unwrap();
        let at = if front { 0 } else { list.len() };
        list.splice(at..at, values.clone());
    })
}

/// Changes a member of the first tag; none: it is taken away.
pub(super) fn tag(of: &'static str, member: &'static str, value: Option<Value>) -> Breaks {
    Box::new(move |post| {
        let name = if of == "user_tags" {
            "username"
        } else {
            "product_id"
        };
        let usual = if of == "user_tags" { "ann" } else { "1" };
        let film = post["kind"] == "reel";
        let media = &mut post["media"][0];
        if media[of].is_null() {
            let whole = if film {
                json!({ name: usual })
            } else {
                json!({ name: usual, "x": 0.5, "y": 0.5 })
            };
            media[of] = json!([whole]);
        }
        let first = media[of][0].as_object_mut().unwrap();
        match &value {
            Some(value) => drop(first.insert(member.to_owned(), value.clone())),
            None => drop(first.remove(member)),
        }
    })
}

/// Changes a member of a sound.
pub(super) fn sound(member: &'static str, value: Value) -> Breaks {
    Box::new(move |post| {
        if post["audio_configuration"].is_null() {
            post["audio_configuration"] = json!({ "audio_id": "1" });
        }
        post["audio_configuration"][member] = value.clone();
    })
}

/// The first file comes from elsewhere.
pub(super) fn file(of: &'static str, value: Value) -> Breaks {
    Box::new(move |post| {
        let media = post["media"][0].as_object_mut().unwrap();
        media.remove("url");
        if !of.is_empty() {
            media.insert(of.to_owned(), value.clone());
        }
    })
}
