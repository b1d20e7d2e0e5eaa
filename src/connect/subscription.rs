//! Seeing to it that an account's webhooks come.

use super::inquiry::Inquiry;
use crate::domain::Login;
use crate::graph::GraphError;
use crate::store::{Connection, Store};

/// Subscribes a new connection and notes what Meta says it is subscribed to. A failure is told by the status and tried
/// again with the next look.
pub(super) async fn establish(store: &Store, inquiry: &mut Inquiry<'_>, connection: &Connection) {
    if let Err(error) = subscribe(store, inquiry, connection).await {
        tracing::warn!(connection.id = %connection.id, error = %error, "could not subscribe an account to webhooks");
    }
    let Ok(fields) = inquiry.subscribed_fields().await else {
        return;
    };
    if let Err(error) = store.note_subscription(connection, &fields).await {
        tracing::warn!(connection.id = %connection.id, error = %error, "could not note a subscription");
    }
}

/// What the connection is subscribed to, after what it lacks was subscribed to as far as Meta lets it; none if Meta did
/// not tell.
pub(super) async fn repair(
    store: &Store,
    inquiry: &mut Inquiry<'_>,
    connection: &Connection,
) -> Option<Vec<String>> {
    let fields = inquiry.subscribed_fields().await.ok()?;
    let wanted = inquiry.access.login.subscribed_fields();
    let lacks = |field: &&str| !fields.iter().any(|subscribed| subscribed == field);
    let repairable = match inquiry.access.login {
        // Of a Page any field will do.
        Login::Facebook => fields.is_empty(),
        Login::Instagram => wanted.iter().any(lacks),
    };
    if !repairable {
        return Some(fields);
    }
    if let Err(error) = subscribe(store, inquiry, connection).await {
        tracing::warn!(account.id = inquiry.access.instagram_id, error = %error, "could not repair a subscription");
        return Some(fields);
    }
    inquiry.subscribed_fields().await.ok()
}

/// Subscribes to all wanted fields that Meta knows.
async fn subscribe(
    store: &Store,
    inquiry: &mut Inquiry<'_>,
    connection: &Connection,
) -> Result<(), GraphError> {
    let mut fields = inquiry.access.login.subscribed_fields().to_vec();
    while let Err(error) = inquiry.subscribe(&fields).await {
        fields = left_after(&fields, &error).ok_or(error)?;
    }
    undo_if_left(store, inquiry, connection).await
}

/// Whoever disconnected the account meanwhile may have unsubscribed it before it was subscribed: nobody else would ever
/// end that.
async fn undo_if_left(
    store: &Store,
    inquiry: &mut Inquiry<'_>,
    connection: &Connection,
) -> Result<(), GraphError> {
    match store.still_used(connection).await {
        Ok(used) if !used.subscription => inquiry.unsubscribe().await,
        Ok(_) => Ok(()),
        Err(error) => {
            tracing::warn!(connection.id = %connection.id, error = %error, "could not see whether a connection still stands");
            Ok(())
        }
    }
}

/// One unknown name refuses a whole list of fields (meta-webhooks.md §4.0): those that are left without the one that this
/// refusal names. None if it names none of them, or the last.
pub(super) fn left_after<'f>(fields: &[&'f str], error: &GraphError) -> Option<Vec<&'f str>> {
    without(fields, refused(&error.message)?)
}

fn without<'f>(fields: &[&'f str], refused: &str) -> Option<Vec<&'f str>> {
    let place = refused.parse().ok();
    let named = |(at, name): &(usize, &str)| *name == refused || Some(*at) == place;
    let left = fields.iter().copied().enumerate().filter(|field| !named(field));
    let left: Vec<&str> = left.map(|(_, name)| name).collect();
    (!left.is_empty() && left.len() < fields.len()).then_some(left)
}

/// The name that is refused, or its place: `Param subscribed_fields[name] must be one of {…}`, or `Param fields[name]`.
fn refused(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("fields[")?;
    let (name, _) = rest.split_once(']')?;
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refused_name_is_found() {
        let said = "(#100) Param subscribed_fields[standby] must be one of {COMMENTS, MESSAGES}";
        assert_eq!(refused(said), Some("standby"));
        assert_eq!(refused("(#100) Param fields[2] must be one of {…}"), Some("2"));
        assert_eq!(refused("(#100) Invalid parameter"), None);
    }

    #[test]
    fn only_the_refused_name_is_left_out() {
        let fields = ["comments", "standby", "messages"];
        let left = Some(vec!["comments", "messages"]);
        assert_eq!(without(&fields, "standby"), left);
        assert_eq!(without(&fields, "1"), left);
        for strange in ["mentions", "3", ""] {
            assert_eq!(without(&fields, strange), None, "{strange}");
        }
        assert_eq!(
            without(&["standby"], "standby"),
            None,
            "nothing is left to ask for"
        );
    }
}
