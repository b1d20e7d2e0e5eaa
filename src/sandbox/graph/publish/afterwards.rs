//! What can be done to a post: comments switched on and off, comments and replies written, the post deleted
//! (graph-publishing.md §8, graph-comments-and-messages.md §2).

use crate::domain::{Login, Timestamp};
use crate::sandbox::answer::Scene;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::authority::{need, need_task, scene};
use crate::sandbox::graph::nodes::{Node, may_read_comments, resolve};
use crate::sandbox::graph::request::Request;
use crate::sandbox::json::{Json, Style};
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Account, Change, Comment, Id, Kind, Media, Person, Product};

/// What deleting media needs.
const DELETING: &str = "instagram_manage_contents";

/// `POST /{media}?comment_enabled=`
pub(crate) fn enable_comments(meta: &Meta, request: &Request, node: &str) -> Result<Vec<u8>, GraphFault> {
    let success = meta.change(|world| {
        let scene = scene(meta, world, request)?;
        let Node::Media(record) = resolve(&scene, node)? else {
            return Err(GraphFault::unsupported("POST", node));
        };
        let id = record.media.id;
        may_read_comments(&scene, world.owner_of(id))?;
        must_not_be_live(&record.media)?;
        let missing = || GraphFault::bad_parameter("The parameter comment_enabled is required");
        let enabled = request.flag("comment_enabled")?.ok_or_else(missing)?;
        let change = Change::CommentsEnabled { media: id, enabled };
        Ok((vec![change], world.settings.oauth.success))
    })?;
    Ok(success.body())
}

/// `DELETE /{media}`, on Facebook's host alone.
pub(crate) fn delete(meta: &Meta, request: &Request, node: &str) -> Result<Vec<u8>, GraphFault> {
    let id = meta.change(|world| {
        let scene = scene(meta, world, request)?;
        let media = match resolve(&scene, node)? {
            Node::Media(record) if request.login == Login::Facebook => &record.media,
            _ => return Err(GraphFault::unsupported("DELETE", node)),
        };
        need(scene.token, DELETING, scene.now)?;
        let owner = world.owner_of(media.id);
        owner.map_or(Ok(()), |owner| {
            need_task(world, scene.token, owner.page.id, DELETING)
        })?;
        let is_whole = media.carousel.is_none();
        let is_deletable = matches!(media.product, Product::Feed | Product::Reels | Product::Story);
        if !is_whole || !is_deletable {
            return Err(GraphFault::of(-1, Some(2_207_073)));
        }
        Ok((vec![Change::MediaDeleted { id: media.id }], media.id))
    })?;
    let mut json = Json::new(Style::Answer);
    json.object(|json| {
        json.key("success").flag(true);
        json.key("deleted_id").id(id);
    });
    Ok(json.into_bytes())
}

/// `POST /{media}/comments` and `POST /{comment}/replies`: the account says something under its own media. Asked for
/// `fields`, Meta writes the comment and answers an error (graph-limits-and-errors.md §4).
pub(crate) fn say(meta: &Meta, request: &Request, node: &str) -> Result<Vec<u8>, GraphFault> {
    let now = meta.now();
    let id = meta.change(|world| {
        let scene = scene(meta, world, request)?;
        let (media, parent) = answered(&scene, request, node)?;
        let owner = world
            .owner_of(media)
            .filter(|owner| world.reaches(scene.token, owner))
            .ok_or_else(|| GraphFault::no_such_object(node))?;
        may_read_comments(&scene, Some(owner))?;
        let text = request.required("message")?;
        let id = world
            .fresh(Kind::Comment)
            .next()
            .expect("a range of ids does not end");
        let change = Change::Comments {
            written: vec![comment(id, (media, parent), text, owner, now)],
            announce: true,
            at: now,
        };
        Ok::<_, GraphFault>((vec![change], id))
    })?;
    if request.param("fields").is_some() {
        return Err(GraphFault::of(20, Some(1_772_107)));
    }
    let mut json = Json::new(Style::Answer);
    json.object(|json| json.key("id").id(id));
    Ok(json.into_bytes())
}

/// The media, and the top-level comment when it is a reply: a reply to a reply belongs to that, too.
fn answered(scene: &Scene<'_>, request: &Request, node: &str) -> Result<(Id, Option<Id>), GraphFault> {
    let (media, parent) = match (resolve(scene, node)?, request.parts().1) {
        (Node::Media(record), Some("comments")) => (record, None),
        (Node::Comment(record), Some("replies")) => {
            if record.comment.hidden {
                return Err(GraphFault::bad_parameter("A hidden comment cannot be replied to"));
            }
            let on = scene.world.media.get(&record.comment.media);
            let top = record.comment.parent.unwrap_or(record.comment.id);
            (on.ok_or_else(|| GraphFault::no_such_object(node))?, Some(top))
        }
        _ => return Err(GraphFault::unsupported("POST", node)),
    };
    must_not_be_live(&media.media)?;
    if !media.media.comments_enabled {
        return Err(GraphFault::bad_parameter("Comments are disabled on this media"));
    }
    Ok((media.media.id, parent))
}

fn must_not_be_live(media: &Media) -> Result<(), GraphFault> {
    if media.product == Product::Live {
        return Err(GraphFault::bad_parameter(
            "Live media do not support this operation",
        ));
    }
    Ok(())
}

fn comment(
    id: Id,
    (media, parent): (Id, Option<Id>),
    text: &str,
    owner: &Account,
    timestamp: Timestamp,
) -> Comment {
    Comment {
        id,
        media,
        parent,
        text: text.into(),
        from: Person {
            id: owner.id,
            username: owner.username.as_str().into(),
        },
        by_owner: true,
        timestamp,
        like_count: 0,
        hidden: false,
        ad: None,
    }
}
