//! Conversations and messages (graph-comments-and-messages.md §6): all ids, but words of the newest only.

use std::collections::BTreeSet;

use super::comment::person;
use super::{Edge, Scene, Selected, edge};
use crate::sandbox::json::Json;
use crate::sandbox::world::{Conversation, Id, Message, Person, Place, turn};

/// Details are given for this many of a conversation's messages.
const DETAILED: usize = 20;

/// Whether a message is among those whose details are given.
pub(crate) fn is_in_reach(conversation: &Conversation, mid: &str) -> bool {
    conversation
        .messages
        .iter()
        .rev()
        .take(DETAILED)
        .any(|newest| newest == mid)
}

/// Writes a conversation.
pub(crate) fn conversation(scene: &Scene<'_>, json: &mut Json, of: &Conversation, selected: &[Selected]) {
    json.object(|json| {
        for field in selected {
            match field.name {
                "id" => json.key("id").text(&of.id),
                "updated_time" => json.key("updated_time").time(of.updated),
                "message_count" => json.key("message_count").number(count(of.messages.len())),
                "participants" => json.key("participants").object(|json| {
                    json.key("data").array(|json| participants(scene, json, of));
                }),
                "messages" => messages_of(scene, json.key("messages"), of, field),
                _ => {}
            }
        }
    });
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

fn participants(scene: &Scene<'_>, json: &mut Json, of: &Conversation) {
    for one in [own(scene, of.account).as_ref(), Some(&of.person)]
        .into_iter()
        .flatten()
    {
        json.object(|json| {
            json.key("username").text(&one.username);
            json.key("id").id(one.id);
        });
    }
}

/// Writes the messages of a conversation, newest first.
pub(crate) fn messages_of(scene: &Scene<'_>, json: &mut Json, of: &Conversation, field: &Selected) {
    let messages: Vec<&Message> = of
        .messages
        .iter()
        .filter_map(|mid| scene.world.messages.get(mid))
        .collect();
    // Messages are only ever added, so that their number is a place that lasts.
    let numbered = (1..).zip(&messages).map(|(number, message)| Place {
        at: message.at,
        id: Id::of(number),
    });
    let set: BTreeSet<Place> = numbered.collect();
    let turned = turn(&set, field.slice, |_| true);
    let list = Edge {
        path: format!("{}/messages", of.id),
        limit: field.slice.limit,
        fields: &field.inner,
        linked: true,
        turned: &turned,
    };
    edge(scene, json, &list, |json, place| {
        let at = usize::try_from(place.id.number().saturating_sub(1)).unwrap_or(usize::MAX);
        if let Some(one) = messages.get(at) {
            let detailed = messages.len() - at <= DETAILED;
            message(scene, json, one, &field.inner, detailed);
        }
    });
}

/// Writes a message; without its details when it is too old.
pub(crate) fn message(
    scene: &Scene<'_>,
    json: &mut Json,
    of: &Message,
    selected: &[Selected],
    detailed: bool,
) {
    let own = own(scene, of.account);
    let (from, to) = if of.echo {
        (own.as_ref(), Some(&of.person))
    } else {
        (Some(&of.person), own.as_ref())
    };
    json.object(|json| {
        for field in selected {
            match field.name {
                "id" => json.key("id").text(&of.mid),
                "created_time" => json.key("created_time").time(of.at),
                _ if !detailed => {}
                "message" => json.key("message").text(of.text.as_deref().unwrap_or_default()),
                "from" => {
                    if let Some(from) = from {
                        person(json.key("from"), from, of.echo, &field.inner);
                    }
                }
                "to" => json.key("to").object(|json| {
                    json.key("data").array(|json| {
                        if let Some(to) = to {
                            json.object(|json| {
                                json.key("username").text(&to.username);
                                json.key("id").id(to.id);
                            });
                        }
                    });
                }),
                "attachments" => {
                    if let Some(attachments) = &of.attachments {
                        json.key("attachments")
                            .object(|json| json.key("data").value(attachments));
                    }
                }
                _ => {}
            }
        }
    });
}

fn own(scene: &Scene<'_>, account: Id) -> Option<Person> {
    let account = &scene.world.accounts.get(&account)?.account;
    Some(Person {
        id: account.id,
        username: account.username.as_str().into(),
    })
}
