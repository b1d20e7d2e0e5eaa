//! Lists of objects: comments, replies, media, stories, tags, children, Pages, permissions, conversations.

use std::collections::BTreeSet;

use super::authority::{messages_scope, need};
use super::nodes::Node;
use super::request::Request;
use super::subscriptions;
use crate::domain::{Login, Timestamp, facts};
use crate::sandbox::answer::{
    self, CHILD, COMMENT, CONVERSATION, Edge, MEDIA, MESSAGE, PAGE, Scene, Selected, Shape, edge, select,
    slice, wants_comments,
};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::json::Json;
use crate::sandbox::world::{AccountRecord, CommentRecord, Id, MediaRecord, Place, Product, Slice, turn};

/// Pages of everything but comments.
const PER_PAGE: usize = 100;

/// Writes a list.
pub(crate) fn write(
    scene: &Scene<'_>,
    json: &mut Json,
    node: &Node<'_>,
    name: &str,
    request: &Request,
) -> Result<(), GraphFault> {
    match (node, name) {
        (Node::Media(record), "comments") => comments(scene, json, record, request),
        (Node::Media(record), "children") => children(scene, json, record, request),
        (Node::Comment(record), "replies") => replies(scene, json, record, request),
        (Node::Account(record), "media" | "stories" | "tags") => shelf(scene, json, record, name, request),
        (Node::Account(record), "subscribed_apps") if scene.login == Login::Instagram => {
            subscriptions::list(scene, json, record);
            Ok(())
        }
        (Node::Page(record), "subscribed_apps") => {
            subscriptions::need_page(scene.token)?;
            subscriptions::list(scene, json, record);
            Ok(())
        }
        (Node::Account(record), "conversations") if scene.login == Login::Instagram => {
            conversations(scene, json, record, request)
        }
        (Node::Page(record), "conversations") => conversations(scene, json, record, request),
        (Node::Conversation(of), "messages") => {
            let asked = Asked::read(scene, &MESSAGE, PER_PAGE, request)?;
            answer::messages_of(scene, json, of, &asked.as_field());
            Ok(())
        }
        (Node::User(user), "accounts") => pages(scene, json, *user, request),
        (Node::User(_), "permissions") => {
            permissions(scene, json);
            Ok(())
        }
        _ => Err(GraphFault::no_such_field(name, node.shape(scene.login).name)),
    }
}

/// Fields and part of a list.
struct Asked {
    fields: Vec<Selected>,
    slice: Slice,
}

impl Asked {
    fn read(
        scene: &Scene<'_>,
        shape: &'static Shape,
        most: usize,
        request: &Request,
    ) -> Result<Self, GraphFault> {
        let fields = select(shape, request.param("fields"))?;
        if wants_comments(&fields) {
            need(scene.token, scene.login.comments_scope())?;
        }
        let slice = slice(most, |name| request.param(name))?;
        Ok(Self { fields, slice })
    }

    /// The same, as if it had been a field of a node.
    fn as_field(&self) -> Selected {
        Selected {
            name: "messages",
            slice: self.slice,
            target: None,
            inner: self.fields.clone(),
        }
    }
}

fn comments(
    scene: &Scene<'_>,
    json: &mut Json,
    record: &MediaRecord,
    request: &Request,
) -> Result<(), GraphFault> {
    need(scene.token, scene.login.comments_scope())?;
    if record.media.product == Product::Live {
        return Err(GraphFault::no_such_object(&record.media.id.to_string()));
    }
    thread(scene, json, &record.comments, request)
}

fn replies(
    scene: &Scene<'_>,
    json: &mut Json,
    record: &CommentRecord,
    request: &Request,
) -> Result<(), GraphFault> {
    thread(scene, json, &record.replies, request)
}

fn thread(
    scene: &Scene<'_>,
    json: &mut Json,
    set: &BTreeSet<Place>,
    request: &Request,
) -> Result<(), GraphFault> {
    let asked = Asked::read(scene, &COMMENT, facts::COMMENTS_PER_PAGE, request)?;
    let turned = turn(set, asked.slice, |_| true);
    let list = Edge {
        path: request.path.trim_start_matches('/').to_owned(),
        limit: asked.slice.limit,
        fields: &asked.fields,
        linked: true,
        turned: &turned,
    };
    edge(scene, json, &list, |json, place| {
        if let Some(one) = scene.world.comments.get(&place.id) {
            answer::comment(scene, json, one, &asked.fields);
        }
    });
    Ok(())
}

fn children(
    scene: &Scene<'_>,
    json: &mut Json,
    record: &MediaRecord,
    request: &Request,
) -> Result<(), GraphFault> {
    let asked = Asked::read(scene, &CHILD, PER_PAGE, request)?;
    json.object(|json| {
        json.key("data").array(|json| {
            for child in record
                .media
                .children
                .iter()
                .filter_map(|id| scene.world.media.get(id))
            {
                answer::media(scene, json, child, &asked.fields);
            }
        });
    });
    Ok(())
}

fn shelf(
    scene: &Scene<'_>,
    json: &mut Json,
    record: &AccountRecord,
    name: &str,
    request: &Request,
) -> Result<(), GraphFault> {
    let asked = Asked::read(scene, &MEDIA, PER_PAGE, request)?;
    let (since, until) = (moment(request, "since")?, moment(request, "until")?);
    let set = match name {
        "stories" => &record.stories,
        "tags" => &record.tagged,
        _ => &record.posts,
    };
    let turned = turn(set, asked.slice, |place| {
        let living = || {
            scene
                .world
                .media
                .get(&place.id)
                .is_some_and(|of| of.media.is_living_story(scene.now))
        };
        since.is_none_or(|since| place.at >= since)
            && until.is_none_or(|until| place.at <= until)
            && (name != "stories" || living())
    });
    let list = Edge {
        path: format!("{}/{name}", record.account.id),
        limit: asked.slice.limit,
        fields: &asked.fields,
        linked: name != "tags",
        turned: &turned,
    };
    edge(scene, json, &list, |json, place| {
        if let Some(one) = scene.world.media.get(&place.id) {
            answer::media(scene, json, one, &asked.fields);
        }
    });
    Ok(())
}

fn moment(request: &Request, name: &str) -> Result<Option<Timestamp>, GraphFault> {
    let read = |text: &str| text.parse().map(Timestamp::from_seconds);
    let unreadable = |_| GraphFault::bad_parameter(&format!("Param {name} must be a valid UNIX timestamp"));
    request.param(name).map(read).transpose().map_err(unreadable)
}

fn pages(scene: &Scene<'_>, json: &mut Json, user: Id, request: &Request) -> Result<(), GraphFault> {
    let asked = select(
        &PAGE,
        Some(
            request
                .param("fields")
                .unwrap_or("access_token,category,name,id,tasks"),
        ),
    )?;
    let limit = slice(PER_PAGE, |name| request.param(name).filter(|_| name == "limit"))?.limit;
    let after: Option<Id> = request
        .param("after")
        .and_then(Place::of_cursor)
        .map(|place| place.id);
    let shown = scene.token.may("pages_show_list");
    let theirs = scene.world.accounts_of_user(user).into_iter();
    let rest: Vec<&AccountRecord> = theirs
        .filter(|record| shown && after.is_none_or(|after| record.account.page.id > after))
        .collect();
    let page = rest.get(..limit.min(rest.len())).unwrap_or_default();
    let places = page.iter().map(|record| Place {
        at: Timestamp::default(),
        id: record.account.page.id,
    });
    let turned = crate::sandbox::world::Turned {
        places: places.collect(),
        older: rest.len() > limit,
        newer: false,
    };
    let list = Edge {
        path: "me/accounts".to_owned(),
        limit,
        fields: &asked,
        linked: true,
        turned: &turned,
    };
    edge(scene, json, &list, |json, place| {
        if let Some(record) = scene.world.account_of_page(place.id) {
            answer::page(scene, json, record, &asked);
        }
    });
    Ok(())
}

fn permissions(scene: &Scene<'_>, json: &mut Json) {
    json.object(|json| {
        json.key("data").array(|json| {
            for scope in &scene.token.scopes {
                json.object(|json| {
                    json.key("permission").text(scope);
                    json.key("status").text("granted");
                });
            }
        });
    });
}

fn conversations(
    scene: &Scene<'_>,
    json: &mut Json,
    record: &AccountRecord,
    request: &Request,
) -> Result<(), GraphFault> {
    need(scene.token, messages_scope(scene.login))?;
    if scene.login == Login::Facebook && request.param("platform") != Some("instagram") {
        return Err(GraphFault::bad_parameter(
            "Param platform must be instagram to list Instagram's conversations",
        ));
    }
    let asked = Asked::read(scene, &CONVERSATION, PER_PAGE, request)?;
    let person: Option<Id> = request.param("user_id").and_then(|id| id.parse().ok());
    let newest = record
        .conversations
        .iter()
        .rev()
        .filter_map(|(_, id)| scene.world.conversations.get(id));
    let theirs = newest.filter(|of| person.is_none_or(|person| of.person.id == person));
    json.object(|json| {
        json.key("data").array(|json| {
            for of in theirs.take(asked.slice.limit) {
                answer::conversation(scene, json, of, &asked.fields);
            }
        });
    });
    Ok(())
}
