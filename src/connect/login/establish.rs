//! From a verified token to a connection that events arrive for.

use super::{Connected, LoginError};
use crate::connect::inquiry::Inquiry;
use crate::connect::verify::{Granted, keep};
use crate::connect::{ConnectError, Connector, subscription};

impl Connector {
    /// Stores the connection, subscribes it to webhooks as far as Meta lets it, and notes the calls. Only the first one
    /// must succeed: a subscription is tried again.
    pub(super) async fn establish(
        &self,
        mut inquiry: Inquiry<'_>,
        new: Granted,
    ) -> Result<Connected, LoginError> {
        let workspace = self.store.workspace_name(new.workspace).await;
        let workspace = workspace.map_err(ConnectError::from)?;
        let (account_id, username) = (
            new.profile.instagram_id().to_owned(),
            new.profile.username.clone(),
        );
        let missing_scopes = missing(&new.asked, &new.scopes);
        inquiry.speaks_for(&account_id);
        let connection = match keep(&self.store, &self.keyring, &inquiry.access, new).await {
            Ok(connection) => connection,
            Err(error) => {
                inquiry.note(&self.store, None).await;
                return Err(error.into());
            }
        };
        subscription::establish(&self.store, &mut inquiry, &connection).await;
        inquiry.note(&self.store, Some(connection.account_key)).await;
        self.hurry.notify_waiters();
        Ok(Connected {
            connection: connection.id,
            account_id,
            username,
            workspace,
            missing_scopes,
        })
    }
}

/// What was asked for and not granted. Where Meta does not tell what was granted, nothing is known to be missing.
fn missing(asked: &[String], granted: &[String]) -> Vec<String> {
    let lacks = |scope: &&String| !granted.is_empty() && !granted.contains(scope);
    asked.iter().filter(lacks).cloned().collect()
}
