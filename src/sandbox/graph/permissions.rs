//! `DELETE …/permissions`: a person's grants taken back over the API (graph-oauth.md §1.7).

use super::authority::{Caller, caller};
use super::request::Request;
use crate::domain::Login;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::grants;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Holder, Id, World};

/// Removes the app, or one permission by its `name`. Facebook's host only: Instagram Login documents no such call.
pub(super) fn withdraw(
    meta: &Meta,
    request: &Request,
    node: &str,
    name: Option<&str>,
) -> Result<Vec<u8>, GraphFault> {
    let success = meta.change(|world| {
        let user = person(meta, world, request, node)?;
        let changes = match name {
            None => grants::leave(world, Holder::User(user)),
            Some(scope) => grants::withdraw(world, user, scope),
        };
        Ok::<_, GraphFault>((changes, world.settings.oauth.success))
    })?;
    Ok(success.body())
}

/// Whose grants: the caller's own, or those of anybody the app names.
fn person(meta: &Meta, world: &World, request: &Request, node: &str) -> Result<Id, GraphFault> {
    let missing = || GraphFault::no_such_object(node);
    if request.login == Login::Instagram {
        return Err(missing());
    }
    let named: Option<Id> = node.parse().ok().filter(|id| world.users.contains_key(id));
    match caller(meta, world, request)? {
        Caller::App => named.ok_or_else(missing),
        Caller::Holder(token) => match token.holder {
            Holder::User(user) if node == "me" || named == Some(user) => Ok(user),
            Holder::User(_) | Holder::Page(_) | Holder::Account(_) => Err(missing()),
        },
    }
}
