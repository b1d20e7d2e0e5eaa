//! Accounts on both hosts, Pages and the people behind them.

use super::lookup::{mentioned_comment, mentioned_media};
use super::{Edge, Scene, Selected, edge, media};
use crate::domain::Login;
use crate::sandbox::json::Json;
use crate::sandbox::world::{Account, AccountRecord, Holder, Id, PageRecord, Place, Token, turn};

/// Writes an account as the host of the scene shows it.
pub(crate) fn account(scene: &Scene<'_>, json: &mut Json, record: &AccountRecord, selected: &[Selected]) {
    json.object(|json| {
        for field in selected {
            described(scene.login, json, &record.account, field.name);
            counted(json, record, field.name);
            listed(scene, json, record, field);
        }
    });
}

fn described(login: Login, json: &mut Json, account: &Account, name: &str) {
    match name {
        // Instagram Login: `id` is the app's own name for it (graph-oauth.md §2.5).
        "id" if login == Login::Instagram => json.key(name).id(account.app_scoped_id),
        "id" | "user_id" => json.key(name).id(account.id),
        "ig_id" | "legacy_instagram_user_id" => {
            json.key(name).count(account.id.number() % 100_000_000_000);
        }
        "username" => json.key(name).text(&account.username),
        "name" => json.key(name).text(&account.name),
        "account_type" => json.key(name).text(&account.kind),
        "biography" => json.key(name).text(&account.biography),
        "website" => {
            if let Some(website) = &account.website {
                json.key(name).text(website);
            }
        }
        "profile_picture_url" => json.key(name).text(&account.picture),
        "has_profile_pic" | "is_published" => json.key(name).flag(true),
        "owner_business" => json.key(name).object(|json| json.key("id").id(account.business)),
        _ => {}
    }
}

fn counted(json: &mut Json, record: &AccountRecord, name: &str) {
    match name {
        "followers_count" => json.key(name).count(record.account.followers),
        "follows_count" => json.key(name).count(record.account.follows),
        "media_count" => json
            .key(name)
            .count(u64::try_from(record.posts.len()).unwrap_or(u64::MAX)),
        _ => {}
    }
}

fn listed(scene: &Scene<'_>, json: &mut Json, record: &AccountRecord, field: &Selected) {
    let (set, living) = match field.name {
        "media" => (&record.posts, false),
        "stories" => (&record.stories, true),
        "tags" => (&record.tagged, false),
        "mentioned_comment" => return mentioned_comment(scene, json, record, field),
        "mentioned_media" => return mentioned_media(scene, json, record, field),
        _ => return,
    };
    let shown = |place: &Place| {
        let media = scene.world.media.get(&place.id);
        media.is_some_and(|record| {
            record.media.is_readable(scene.now) && (!living || record.media.is_living_story(scene.now))
        })
    };
    let turned = turn(set, field.slice, shown);
    let list = Edge {
        path: format!("{}/{}", record.account.id, field.name),
        limit: field.slice.limit,
        fields: &field.inner,
        linked: field.name != "tags",
        turned: &turned,
    };
    edge(scene, json.key(field.name), &list, |json, place| {
        if let Some(one) = scene.world.media.get(&place.id) {
            media(scene, json, one, &field.inner);
        }
    });
}

/// Writes a Page, with its token when the caller may have it.
pub(crate) fn page(scene: &Scene<'_>, json: &mut Json, record: &PageRecord, selected: &[Selected]) {
    let page = &record.page;
    let linked = scene.world.account_of_page(page.id);
    json.object(|json| {
        for field in selected {
            match field.name {
                "id" => json.key("id").id(page.id),
                "name" => json.key("name").text(&page.name),
                "category" => json.key("category").text("Local business"),
                "tasks" => json.key("tasks").array(|json| tasks(scene, json, page.id)),
                "access_token" => {
                    if let Some(token) = page_token(scene, page.id) {
                        json.key("access_token").text(token);
                    }
                }
                "username" => {
                    if let Some(linked) = linked {
                        json.key("username").text(&linked.account.username);
                    }
                }
                "instagram_business_account" | "connected_instagram_account" => {
                    let personal_too = field.name == "connected_instagram_account";
                    let shown = linked.filter(|of| personal_too || of.account.is_professional());
                    if let Some(linked) = shown {
                        account(scene, json.key(field.name), linked, &field.inner);
                    }
                }
                _ => {}
            }
        }
    });
}

/// What the person behind the token may do there.
fn tasks(scene: &Scene<'_>, json: &mut Json, page: Id) {
    if let Some(person) = scene.world.person_behind(scene.token) {
        for task in scene.world.tasks(person, page) {
            json.text(task.as_str());
        }
    }
}

/// The Page's token that belongs to the caller's; a Page's own is itself.
fn page_token<'a>(scene: &Scene<'a>, page: Id) -> Option<&'a str> {
    if scene.token.holder == Holder::Page(page) {
        return Some(&scene.token.text);
    }
    let beside = |token: &&Token| {
        token.holder == Holder::Page(page)
            && token.made_with.as_ref() == Some(&scene.token.text)
            && token.is_alive(scene.now)
    };
    let newest = scene
        .world
        .tokens
        .values()
        .filter(beside)
        .max_by_key(|token| (token.issued_at, &token.text));
    newest.map(|token| token.text.as_str())
}

/// Writes a business.
pub(crate) fn business(json: &mut Json, id: Id, name: &str, selected: &[Selected]) {
    json.object(|json| {
        for field in selected {
            match field.name {
                "id" => json.key("id").id(id),
                "name" => json.key("name").text(name),
                _ => {}
            }
        }
    });
}

/// Writes a Facebook user.
pub(crate) fn user(scene: &Scene<'_>, json: &mut Json, id: Id, selected: &[Selected]) {
    let name = scene.world.users.get(&id).map_or("", |user| user.name.as_str());
    json.object(|json| {
        for field in selected {
            match field.name {
                "id" => json.key("id").id(id),
                "name" => json.key("name").text(name),
                "accounts" => json.key("accounts").object(|json| {
                    json.key("data").array(|json| {
                        for record in scene.world.listed_pages(scene.token) {
                            page(scene, json, record, &field.inner);
                        }
                    });
                }),
                _ => {}
            }
        }
    });
}
