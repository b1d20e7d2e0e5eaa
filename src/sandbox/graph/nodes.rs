//! Single objects: found, allowed, written.

use super::authority::{messages_scope, need, need_basic, need_task, publishing_scope};
use crate::domain::Login;
use crate::sandbox::answer::{self, Scene, Selected, Shape, select, wants_comments};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::json::Json;
use crate::sandbox::world::{
    Account, AccountRecord, CommentRecord, Container, Conversation, Holder, Id, MediaRecord, Message,
    PageRecord,
};

/// What looking into portfolios needs.
pub(crate) const BUSINESSES: &str = "business_management";

/// An object that the caller may know of.
#[derive(Debug)]
pub(crate) enum Node<'w> {
    Account(&'w AccountRecord),
    Page(&'w PageRecord),
    User(Id),
    /// A business in whose portfolio the caller has Pages, and its name.
    Business(Id, &'w str),
    Media(&'w MediaRecord),
    Container(&'w Container),
    Comment(&'w CommentRecord),
    Conversation(&'w Conversation),
    Message(&'w Message),
}

impl Node<'_> {
    /// What it is, on this host.
    pub(crate) const fn shape(&self, login: Login) -> &'static Shape {
        match (self, login) {
            (Self::Account(_), Login::Facebook) => &answer::FACEBOOK_ACCOUNT,
            (Self::Account(_), Login::Instagram) => &answer::INSTAGRAM_ACCOUNT,
            (Self::Page(_), _) => &answer::PAGE,
            (Self::User(_), _) => &answer::USER,
            (Self::Business(..), _) => &answer::BUSINESS,
            (Self::Media(_), _) => &answer::MEDIA,
            (Self::Container(_), _) => &answer::CONTAINER,
            (Self::Comment(_), _) => &answer::COMMENT,
            (Self::Conversation(_), _) => &answer::CONVERSATION,
            (Self::Message(_), _) => &answer::MESSAGE,
        }
    }
}

/// The object of a name; what is not the caller's own does not exist for them.
pub(crate) fn resolve<'w>(scene: &Scene<'w>, name: &str) -> Result<Node<'w>, GraphFault> {
    let found = if name == "me" {
        me(scene)
    } else {
        named(scene, name)
    };
    let node = found.ok_or_else(|| GraphFault::no_such_object(name))?;
    match node {
        Node::User(_) | Node::Page(_) => {}
        Node::Business(..) => need(scene.token, BUSINESSES, scene.now)?,
        Node::Account(record) => may_read(scene, Some(&record.account))?,
        Node::Media(record) => may_read(scene, scene.world.owner_of(record.media.id))?,
        Node::Container(of) => {
            let owner = scene.world.container_owner(of.id);
            owner.map_or(Ok(()), |owner| may_publish(scene, owner))?;
        }
        Node::Comment(record) => {
            let owner = scene.world.owner_of(record.comment.media);
            may_read(scene, owner)?;
            may_read_comments(scene, owner)?;
        }
        Node::Conversation(_) | Node::Message(_) => {
            need(scene.token, messages_scope(scene.login), scene.now)?;
        }
    }
    Ok(node)
}

/// Of things of an account that the caller reaches, or of somebody else's.
fn may_read(scene: &Scene<'_>, owner: Option<&Account>) -> Result<(), GraphFault> {
    need_basic(scene.token, scene.now)?;
    owner
        .filter(|owner| is_ours(scene, owner))
        .map_or(Ok(()), |owner| {
            need_task(scene.world, scene.token, owner.page.id, scene.login.basic_scope())
        })
}

/// Whether the caller may publish for an account that they reach.
pub(crate) fn may_publish(scene: &Scene<'_>, account: &Account) -> Result<(), GraphFault> {
    let scope = publishing_scope(scene.login);
    need_basic(scene.token, scene.now)?;
    need(scene.token, scope, scene.now)?;
    need_task(scene.world, scene.token, account.page.id, scope)
}

/// The same for the comments on them.
pub(crate) fn may_read_comments(scene: &Scene<'_>, owner: Option<&Account>) -> Result<(), GraphFault> {
    let scope = scene.login.comments_scope();
    need(scene.token, scope, scene.now)?;
    owner
        .filter(|owner| is_ours(scene, owner))
        .map_or(Ok(()), |owner| {
            need_task(scene.world, scene.token, owner.page.id, scope)
        })
}

/// Whether the caller speaks for an account, and it is one that apps may read.
fn is_ours(scene: &Scene<'_>, account: &Account) -> bool {
    account.is_professional() && scene.world.reaches(scene.token, account)
}

fn me<'w>(scene: &Scene<'w>) -> Option<Node<'w>> {
    match scene.token.holder {
        Holder::Account(id) => scene.world.accounts.get(&id).map(Node::Account),
        Holder::Page(page) => scene.world.pages.get(&page).map(Node::Page),
        Holder::User(user) => Some(Node::User(user)),
    }
}

fn named<'w>(scene: &Scene<'w>, name: &str) -> Option<Node<'w>> {
    let Ok(id) = name.parse::<Id>() else {
        return spoken(scene, name);
    };
    let world = scene.world;
    let reached = |account: &Account| is_ours(scene, account);
    if scene.token.holder == Holder::User(id) {
        return Some(Node::User(id));
    }
    if let Some(record) = world.comments.get(&id) {
        return is_readable(scene, record).then_some(Node::Comment(record));
    }
    if let Some(record) = world.media.get(&id) {
        let ours = record.media.is_readable(scene.now) && world.owner_of(id).is_some_and(reached);
        return ours.then_some(Node::Media(record));
    }
    if let Some(container) = world.containers.get(&id) {
        let ours = world.container_owner(id).is_some_and(reached);
        return ours.then_some(Node::Container(container));
    }
    let scoped = || {
        world
            .account_scoped(id)
            .filter(|_| scene.login == Login::Instagram)
    };
    if let Some(record) = world.accounts.get(&id).or_else(scoped) {
        return reached(&record.account).then_some(Node::Account(record));
    }
    if let Some(name) = world.businesses_of_token(scene.token).get(&id) {
        return Some(Node::Business(id, name));
    }
    let theirs = world.pages_of_token(scene.token);
    let page = theirs.into_iter().find(|record| record.page.id == id);
    page.map(Node::Page)
}

/// Comments on our media, and our own anywhere; of a broadcast only while it runs.
fn is_readable(scene: &Scene<'_>, record: &CommentRecord) -> bool {
    let Some(media) = scene.world.media.get(&record.comment.media) else {
        return false;
    };
    let owner = scene.world.owner_of(record.comment.media);
    let author = scene
        .world
        .accounts
        .get(&record.comment.from.id)
        .map(|record| &record.account);
    let ours = owner
        .into_iter()
        .chain(author)
        .any(|account| is_ours(scene, account));
    ours && media.media.shows_comments(scene.now)
}

fn spoken<'w>(scene: &Scene<'w>, name: &str) -> Option<Node<'w>> {
    let reached = |account: Id| {
        let record = scene.world.accounts.get(&account);
        record.is_some_and(|record| is_ours(scene, &record.account))
    };
    if let Some(conversation) = scene.world.conversations.get(name) {
        return reached(conversation.account).then_some(Node::Conversation(conversation));
    }
    let message = scene
        .world
        .messages
        .get(name)
        .filter(|message| reached(message.account))?;
    let conversation = scene.world.conversations.get(&message.conversation)?;
    (!message.deleted && answer::is_in_reach(conversation, name)).then_some(Node::Message(message))
}

/// Writes an object with the fields asked for.
pub(crate) fn write(
    scene: &Scene<'_>,
    json: &mut Json,
    node: &Node<'_>,
    fields: Option<&str>,
) -> Result<(), GraphFault> {
    let selected = select(node.shape(scene.login), fields)?;
    if wants_comments(&selected) {
        let owner = match node {
            Node::Account(record) => Some(&record.account),
            Node::Media(record) => scene.world.owner_of(record.media.id),
            Node::Comment(record) => scene.world.owner_of(record.comment.media),
            Node::Page(_)
            | Node::User(_)
            | Node::Business(..)
            | Node::Container(_)
            | Node::Conversation(_)
            | Node::Message(_) => None,
        };
        may_read_comments(scene, owner)?;
    }
    match node {
        Node::Account(record) => {
            need_mentions(scene, &record.account, &selected)?;
            answer::account(scene, json, record, &selected);
        }
        Node::Page(record) => answer::page(scene, json, record, &selected),
        Node::User(id) => answer::user(scene, json, *id, &selected),
        Node::Business(id, name) => answer::business(json, *id, name, &selected),
        Node::Media(record) => answer::media(scene, json, record, &selected),
        Node::Container(of) => answer::container(scene, json, of, &selected),
        Node::Comment(record) => answer::comment(scene, json, record, &selected),
        Node::Conversation(of) => answer::conversation(scene, json, of, &selected),
        Node::Message(of) => answer::message(scene, json, of, &selected, true),
    }
    Ok(())
}

/// A look-up is for what mentioned the account, and fails when comments are switched off there.
fn need_mentions(scene: &Scene<'_>, account: &Account, selected: &[Selected]) -> Result<(), GraphFault> {
    for target in selected.iter().filter_map(|field| field.target.as_deref()) {
        let missing = || GraphFault::no_such_object(target);
        let id = target.parse().map_err(|_| missing())?;
        if !scene.world.is_mentioned(account.id, id) {
            return Err(missing());
        }
        let comment = scene.world.comments.get(&id).map(|record| record.comment.media);
        let media = scene
            .world
            .media
            .get(&comment.unwrap_or(id))
            .ok_or_else(missing)?;
        if comment.is_some() && !media.media.comments_enabled {
            return Err(GraphFault::bad_parameter("Comments are disabled on this media"));
        }
    }
    Ok(())
}
