//! Conversations of an account (graph-comments-and-messages.md §6).

use super::asked::{Asked, PER_PAGE};
use crate::domain::Login;
use crate::sandbox::answer::{self, CONVERSATION, Scene};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::authority::{messages_scope, need};
use crate::sandbox::graph::request::Request;
use crate::sandbox::json::Json;
use crate::sandbox::world::{AccountRecord, Id};

/// The newest first, of a Page none without an account; on Facebook's host only when Instagram's are named.
pub(super) fn conversations(
    scene: &Scene<'_>,
    json: &mut Json,
    record: Option<&AccountRecord>,
    request: &Request,
) -> Result<(), GraphFault> {
    need(scene.token, messages_scope(scene.login), scene.now)?;
    if scene.login == Login::Facebook && request.param("platform") != Some("instagram") {
        return Err(GraphFault::bad_parameter(
            "Param platform must be instagram to list Instagram's conversations",
        ));
    }
    let asked = Asked::read(scene, &CONVERSATION, PER_PAGE, request)?;
    let person: Option<Id> = request.param("user_id").and_then(|id| id.parse().ok());
    let all = record
        .into_iter()
        .flat_map(|record| record.conversations.iter().rev());
    let newest = all.filter_map(|(_, id)| scene.world.conversations.get(id));
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
