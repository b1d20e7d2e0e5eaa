//! Which node has which list.

use super::asked::{Asked, PER_PAGE};
use super::conversations::conversations;
use super::media::{children, shelf};
use super::pages::{businesses, of_business, pages, permissions};
use super::thread::{comments, replies};
use crate::domain::Login;
use crate::sandbox::answer::{self, MESSAGE, Scene};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::nodes::Node;
use crate::sandbox::graph::publish;
use crate::sandbox::graph::request::Request;
use crate::sandbox::graph::subscriptions;
use crate::sandbox::json::Json;

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
        (Node::Account(record), "content_publishing_limit") => publish::limit(scene, json, record, request),
        (Node::Account(record), "subscribed_apps") if scene.login == Login::Instagram => {
            subscriptions::list(scene, json, Some(record));
            Ok(())
        }
        (Node::Page(record), "subscribed_apps") => {
            subscriptions::need_page(scene, record.page.id)?;
            subscriptions::list(scene, json, scene.world.account_of_page(record.page.id));
            Ok(())
        }
        (Node::Account(record), "conversations") if scene.login == Login::Instagram => {
            conversations(scene, json, Some(record), request)
        }
        (Node::Page(record), "conversations") => {
            conversations(scene, json, scene.world.account_of_page(record.page.id), request)
        }
        (Node::Conversation(of), "messages") => {
            let asked = Asked::read(scene, &MESSAGE, PER_PAGE, request)?;
            answer::messages_of(scene, json, of, &asked.as_field());
            Ok(())
        }
        (Node::User(_), "accounts") => pages(scene, json, request),
        (Node::User(_), "businesses") => businesses(scene, json, request),
        (Node::Business(id, _), _) => of_business(scene, json, request, (*id, name)),
        (Node::User(_), "permissions") => {
            permissions(scene, json);
            Ok(())
        }
        _ => Err(GraphFault::no_such_field(name, node.shape(scene.login).name)),
    }
}
